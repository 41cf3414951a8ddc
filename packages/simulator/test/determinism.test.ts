import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ChatterChanges, chatter, chatterOutcome } from './chatter.ts'
import { Scripted, simulationOf } from './support.ts'

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

  test('who sent a message', () => {
    const hashes = [0, 1].map((sender) => {
      const simulation = simulationOf(
        [
          new Scripted({
            onStart: (context) => {
              if (context.self === sender) context.send(2, 0, 1)
            },
          }),
        ],
        { peers: 3 },
      )
      simulation.run(100)
      return simulation.traceHash
    })
    expect(hashes[0]).not.toBe(hashes[1])
  })

  test('a timer more', () => {
    const hashes = [1, 2].map((timers) => {
      const simulation = simulationOf([
        new Scripted({
          onStart: (context) => {
            for (let i = 0; i < timers; i++) context.setTimer(0, 5)
          },
        }),
      ])
      simulation.run(100)
      return simulation.traceHash
    })
    expect(hashes[0]).not.toBe(hashes[1])
  })
})

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

test('what the network draws is not what protocols draw', () => {
  const drawn = (loss: number): number[] => {
    const draws: number[] = []
    const network = { transfer: (random: { float64(): number }) => (random.float64() < loss ? -1 : 1) }
    const protocol = new Scripted({
      onStart: (context) => context.setTimer(0, 1),
      onTimeout: (context) => {
        context.send(1 - context.self, 0)
        draws.push(context.random.uint32())
        context.setTimer(0, 1)
      },
    })
    simulationOf([protocol], { network }).run(50)
    return draws
  }
  expect(drawn(0.5)).toEqual(drawn(0))
})
