import type { Context } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NetworkModel } from '../src/index.ts'
import { type ChatterChanges, chatter, chatterOutcome } from './chatter.ts'
import { delayOf, Scripted, simulationOf } from './support.ts'

const UNTIL_MS = 2000

function hashOf(seed: number, changes: ChatterChanges = {}): string {
  const { simulation } = chatter(seed, changes)
  simulation.run(UNTIL_MS)
  return simulation.traceHash
}

const seeds = fc.maxSafeNat()

describe('a seed', () => {
  test('is a run: the same one, the same run', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const [one, other] = [chatter(seed), chatter(seed)]
        one.simulation.run(UNTIL_MS)
        other.simulation.run(UNTIL_MS)
        expect(chatterOutcome(other)).toEqual(chatterOutcome(one))
      }),
      { numRuns: 20 },
    )
  })

  test('that is another is another run', () => {
    const hashes = Array.from({ length: 100 }, (_, seed) => hashOf(seed))
    expect(new Set(hashes).size).toBe(100)
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{32}$/)
  })

  test('gives the same run in one go and in pieces', () => {
    const cuts = fc.array(fc.double({ min: 0, max: UNTIL_MS, noNaN: true }), { maxLength: 30 })
    fc.assert(
      fc.property(seeds, cuts, (seed, ends) => {
        const whole = chatter(seed)
        whole.simulation.run(UNTIL_MS)
        const pieces = chatter(seed)
        for (const end of ends) pieces.simulation.run(end)
        pieces.simulation.run(UNTIL_MS)
        expect(chatterOutcome(pieces)).toEqual(chatterOutcome(whole))
      }),
      { numRuns: 20 },
    )
  })
})

describe('the trace hash notices', () => {
  test.each<ChatterChanges>([
    { value: 2 ** -16 },
    { value: 1 },
    { stamp: 1 },
    { kind: 1 },
    { kind: 127 },
    { payload: 0.5 },
    { delayMs: 1 },
    { timer: 1 },
    { draws: 1 },
  ])('one change in one message: %j', (change) => {
    const arriving = Array.from({ length: 20 }, (_, seed) => seed).filter(arrives)
    expect(arriving.length).toBeGreaterThan(10)
    for (const seed of arriving) expect(hashOf(seed, change)).not.toBe(hashOf(seed))
  })

  test('each part of a message that its receiver ignores', () => {
    const parts: Partial<Letter>[] = [
      {},
      { from: 2 },
      { to: 0 },
      { kind: 4 },
      { value: 0.5 },
      { value: 0.25 + 2 ** -16 },
      { stamp: 8 },
      { word: 1 },
      { delayMs: 11 },
    ]
    const hashes = parts.map((part) =>
      letterHash({ from: 1, to: 3, kind: 3, value: 0.25, stamp: 7, word: 0, delayMs: 10, ...part }),
    )
    expect(new Set(hashes).size).toBe(parts.length)
  })

  test('each part of a timer, and one timer more', () => {
    const lists = [
      [],
      [[0, 5]],
      [[1, 5]],
      [[0, 6]],
      [
        [0, 5],
        [0, 5],
      ],
    ] as const
    const hashes = lists.map((timers) => {
      const onStart = (context: Context): void => {
        for (const [timer, delayMs] of timers) if (context.self === 0) context.setTimer(timer, delayMs)
      }
      const simulation = simulationOf([new Scripted({ onStart })])
      simulation.run(100)
      return simulation.traceHash
    })
    expect(new Set(hashes).size).toBe(lists.length)
  })
})

/** The one message of a run of four peers. */
interface Letter {
  readonly from: number
  readonly to: number
  readonly kind: number
  readonly value: number
  readonly stamp: number
  readonly word: number
  readonly delayMs: number
}

function letterHash({ from, to, kind, value, stamp, word, delayMs }: Letter): string {
  const kernels = createKernels()
  const payload = kernels.memory.allocate(1)
  kernels.memory.int32[payload] = word
  const onStart = (context: Context): void => {
    if (context.self === from) context.send(to, kind, value, stamp, payload, 1)
  }
  const simulation = simulationOf([new Scripted({ onStart })], { peers: 4, kernels, network: delayOf(delayMs) })
  simulation.run(100)
  return simulation.traceHash
}

/** Whether the first message of peer 0 arrives: without it, a change in it changes nothing. */
function arrives(seed: number): boolean {
  const { simulation } = chatter(seed)
  simulation.run(21)
  return simulation.counters.lost === 0
}

test('what a peer draws is its own affair', () => {
  const drawn = (extra: number): number[][] => {
    const draws: number[][] = Array.from({ length: 4 }, () => [])
    const protocol = new Scripted({
      onStart: (context) => context.setTimer(0, 10),
      onTimeout: (context) => {
        for (let i = 0; context.self === 2 && i < extra; i++) context.random.normal()
        draws[context.self].push(context.random.uint32())
        context.send((context.self + 1) % 4, 0)
        context.setTimer(0, 10)
      },
      onMessage: (context) => draws[context.self].push(context.random.uint32()),
    })
    simulationOf([protocol], { peers: 4 }).run(200)
    return draws
  }
  const [plain, greedy] = [drawn(0), drawn(3)]
  expect(greedy[2]).not.toEqual(plain[2])
  for (const peer of [0, 1, 3]) expect(greedy[peer]).toEqual(plain[peer])
})

describe('what the network draws', () => {
  /** What protocols and network draw, where the network draws some numbers for each message. */
  const drawn = (count: number): { protocol: number[]; network: number[] } => {
    const draws = { protocol: [] as number[], network: [] as number[] }
    const network: NetworkModel = {
      transfer: (random) => {
        for (let i = 0; i < count; i++) draws.network.push(random.uint32())
        return 1
      },
    }
    const protocol = new Scripted({
      onStart: (context) => context.setTimer(0, 1),
      onTimeout: (context) => {
        context.send(1 - context.self, 0)
        draws.protocol.push(context.random.uint32())
        context.setTimer(0, 1)
      },
    })
    simulationOf([protocol], { network }).run(50)
    return draws
  }

  test('changes nothing in what protocols draw', () => {
    expect(drawn(3).protocol).toEqual(drawn(0).protocol)
  })

  test('is not what protocols draw', () => {
    const { protocol, network } = drawn(1)
    expect(protocol).toHaveLength(network.length)
    expect(protocol.filter((number) => network.includes(number))).toEqual([])
  })

  test('for one sender does not depend on what others send', () => {
    const delaysOf = (messages: number): number[][] => {
      const draws: number[][] = [[], []]
      const network: NetworkModel = { transfer: (random, from) => draws[from].push(random.uint32()) }
      const onStart = (context: Context): void => {
        for (let i = 0; i < (context.self === 0 ? messages : 5); i++) context.send(1 - context.self, 0)
      }
      simulationOf([new Scripted({ onStart })], { network }).run(1)
      return draws
    }
    expect(delaysOf(3)[1]).toEqual(delaysOf(8)[1])
    expect(delaysOf(8)[0].slice(0, 3)).toEqual(delaysOf(3)[0])
    expect(delaysOf(5)[0]).not.toEqual(delaysOf(5)[1])
  })
})
