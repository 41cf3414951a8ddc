import { UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LOST } from '../../src/network/network-model.ts'
import { type Partition, type PartitionsOptions, partitions } from '../../src/network/partitions.ts'
import { send } from './support-network.ts'

const PEERS = 6

/** Which of all links between six peers are open, as rows of senders. */
function openLinks(timetable: readonly Partition[], nowMs: number): string[] {
  const network = partitions({ peers: PEERS, seed: 1, timetable })
  return Array.from({ length: PEERS }, (_, from) =>
    Array.from({ length: PEERS }, (__, to) => (send(network, { from, to, nowMs }) === LOST ? '.' : 'x')).join(''),
  )
}

const all = Array.from({ length: PEERS }, () => 'xxxxxx')

describe('a cut', () => {
  test('loses what crosses between groups, and between them and the rest', () => {
    const cut: Partition = { fromMs: 10, untilMs: 20, groups: [[0, 1], [2]] }
    expect(openLinks([cut], 10)).toEqual(['xx....', 'xx....', '..x...', '...xxx', '...xxx', '...xxx'])
  })

  test('in one direction loses what leaves or enters the group', () => {
    const cut = { fromMs: 0, untilMs: 20, groups: [[0, 1]] } as const
    const [inside, outside] = ['xx....', '..xxxx']
    const leaving = openLinks([{ ...cut, direction: 'leaving' }], 5)
    const entering = openLinks([{ ...cut, direction: 'entering' }], 5)
    expect(leaving).toEqual([inside, inside, ...all.slice(2)])
    expect(entering).toEqual([...all.slice(0, 2), outside, outside, outside, outside])
  })

  test('begins and ends by its timetable', () => {
    const cut: Partition = { fromMs: 10, untilMs: 20, groups: [[0]] }
    expect(openLinks([cut], 9.9)).toEqual(all)
    expect(openLinks([cut], 10)).not.toEqual(all)
    expect(openLinks([cut], 19.9)).not.toEqual(all)
    expect(openLinks([cut], 20)).toEqual(all)
    expect(openLinks([{ ...cut, untilMs: Number.POSITIVE_INFINITY }], 1e12)).not.toEqual(all)
  })

  test('adds to others at the same time, and leaves a pause between them alone', () => {
    const first: Partition = { fromMs: 10, untilMs: 20, groups: [[0]] }
    const second: Partition = { fromMs: 15, untilMs: 30, groups: [[1]] }
    const third: Partition = { fromMs: 50, untilMs: 60, groups: [[2]] }
    const timetable = [third, first, second]
    expect(openLinks(timetable, 17)).toEqual(['x.....', '.x....', ...Array.from({ length: 4 }, () => '..xxxx')])
    expect(openLinks(timetable, 20)).toEqual(['x.xxxx', '.x....', ...Array.from({ length: 4 }, () => 'x.xxxx')])
    expect(openLinks(timetable, 40)).toEqual(all)
    expect(openLinks(timetable, 55)[2]).toBe('..x...')
  })

  test('of a share cuts off exactly that many peers, drawn by seed and entry', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (share, seed) => {
        const timetable = [0, 10].map((fromMs) => ({ fromMs, untilMs: fromMs + 10, groups: share }))
        const network = partitions({ peers: 200, seed, timetable })
        const reached = (nowMs: number): number =>
          Array.from({ length: 200 }, (_, to) => send(network, { from: 0, to, nowMs })).filter((ms) => ms !== LOST)
            .length
        const size = Math.round(share * 200)
        expect([size, 200 - size]).toContain(reached(5))
        expect([size, 200 - size]).toContain(reached(15))
        expect(reached(20)).toBe(200)
      }),
      { numRuns: 40 },
    )
  })

  test('draws other peers in another entry', () => {
    const timetable = [0, 10].map((fromMs) => ({ fromMs, untilMs: fromMs + 10, groups: 0.5 }))
    const network = partitions({ peers: 100, timetable })
    const outcome = (nowMs: number): number[] => Array.from({ length: 100 }, (_, to) => send(network, { to, nowMs }))
    expect(outcome(5)).not.toEqual(outcome(15))
  })
})

describe('refused', () => {
  const cut: Partition = { fromMs: 0, untilMs: 1, groups: 0.5 }
  test.each<[Partial<PartitionsOptions>, string]>([
    [{ peers: 0 }, 'number of peers'],
    [{ seed: -1 }, 'seed'],
    [{ timetable: [cut, { ...cut, fromMs: 1 }] }, 'partition 2 lasts from'],
    [{ timetable: [{ ...cut, fromMs: -1 }] }, 'partition 1 lasts from'],
    [{ timetable: [{ ...cut, untilMs: Number.NaN }] }, 'partition 1 lasts from'],
    [{ timetable: [{ ...cut, groups: 1.5 }] }, 'share'],
    [{ timetable: [{ ...cut, groups: [[6]] }] }, 'integer in 0 … 5, not 6'],
    [{ timetable: [{ ...cut, groups: [[1], [2, 1]] }] }, 'peer 1 is in two groups'],
    [{ timetable: [{ ...cut, groups: [[1], [2]], direction: 'leaving' }] }, 'lists one group'],
  ])('%j', (options, message) => {
    const build = (): unknown => partitions({ peers: PEERS, timetable: [cut], ...options })
    expect(build).toThrow(UsageError)
    expect(build).toThrow(message)
  })
})
