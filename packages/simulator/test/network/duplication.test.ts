import { randomStream, UsageError } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { duplication } from '../../src/network/duplication.ts'
import { reordering } from '../../src/network/reordering.ts'
import { copiesOf, draws, moments, send, shareOf } from './support-network.ts'

function copyCounts(options: Parameters<typeof duplication>[0], messages = 10_000): number[] {
  const network = duplication(options)
  const random = randomStream(1)
  return Array.from({ length: messages }, () => {
    expect(send(network, {}, random)).toBe(0)
    return copiesOf(network, random).length
  })
}

describe('duplication', () => {
  test('makes one copy of a share of the messages', () => {
    const counts = copyCounts({ probability: 0.3 })
    expect(new Set(counts)).toEqual(new Set([0, 1]))
    expect(Math.abs(moments(counts).mean - 0.3)).toBeLessThan(0.023)
  })

  test('makes as many copies as allowed, each with the same probability', () => {
    const counts = copyCounts({ probability: 0.5, copiesMax: 3 })
    for (const [copies, share] of [0.5, 0.25, 0.125, 0.125].entries()) {
      expect(Math.abs(shareOf(counts, (count) => count === copies) - share)).toBeLessThan(0.025)
    }
    expect(new Set(copyCounts({ probability: 1, copiesMax: 5 }, 10))).toEqual(new Set([5]))
    expect(new Set(copyCounts({ probability: 0 }, 10))).toEqual(new Set([0]))
  })

  test('sends each copy after a delay of its own', () => {
    const network = duplication({ probability: 1, copiesMax: 50, delay: { kind: 'uniform', minMs: 5, maxMs: 9 } })
    const random = randomStream(1)
    send(network, {}, random)
    const copies = copiesOf(network, random)
    expect(new Set(copies).size).toBe(50)
    expect(copies.filter((delay) => !(delay >= 5 && delay < 9))).toEqual([])
  })

  test.each([
    { probability: 1.1 },
    { probability: Number.NaN },
    { probability: 0.5, copiesMax: 0 },
    { probability: 0.5, copiesMax: 1.5 },
    { probability: 0.5, delay: { kind: 'constant', ms: -1 } as const },
  ])('%j is refused', (options) => {
    expect(() => duplication(options)).toThrow(UsageError)
  })
})

describe('reordering', () => {
  test('holds a share of the messages back', () => {
    const network = reordering({ probability: 0.25, delay: { kind: 'uniform', minMs: 100, maxMs: 200 } })
    const delays = draws(10_000, (random) => send(network, {}, random))
    expect(Math.abs(shareOf(delays, (delay) => delay > 0) - 0.25)).toBeLessThan(0.022)
    expect(delays.filter((delay) => delay !== 0 && !(delay >= 100 && delay < 200))).toEqual([])
  })

  test('is refused with a share that is none', () => {
    expect(() => reordering({ probability: -1, delay: { kind: 'constant', ms: 1 } })).toThrow(UsageError)
  })
})
