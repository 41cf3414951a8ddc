import type { Guard } from '@hearsay/core'
import { type NetworkModel, Simulation } from '@hearsay/simulator'
import { loadData, Scenario, type ScenarioOptions } from '@hearsay/experiments'
import { describe, expect, test } from 'vitest'

// Flow control and compression change what is sent, and must not change what is learned. Spambase, standardised; a delay
// of a tenth of a cycle, so that reactions have time to chain.

const data = await loadData({ kind: 'named', name: 'spambase' }, 'standardise', 1)
const CYCLES = 60
/** How much worse than plain gossip a variant may be; seeds differ by about half of it. */
const TOLERANCE = 0.02

const PLAIN: ScenarioOptions = {
  peers: 200,
  seed: 3,
  periodMs: 1000,
  jitter: 0.1,
  overlay: 'uniform',
  delay: { kind: 'constant', cycles: 0.1 },
  loss: 0,
  learner: { model: 'pegasos', lambda: 1e-2, merge: 'age-weighted' },
  bias: false,
  mergeWith: 'current',
  votes: 1,
  shards: 'iid',
  evaluate: 0.25,
  guard: true,
  backend: 'auto',
}

function learn(changes: Partial<ScenarioOptions>, cycles = CYCLES) {
  const scenario = new Scenario({ ...PLAIN, ...changes }, data)
  while (scenario.cycle < cycles) scenario.runCycle()
  const { sent, refused } = scenario.simulation.counters
  return { error: scenario.sampleError().mean, sentPerPeerAndCycle: sent / cycles / PLAIN.peers, refused, scenario }
}

const plain = learn({})
/** Ages that differ by more than five updates are not averaged, and of a model in ten parts by more than fifty. */
const limited = (parts: number) => ({ ...PLAIN.learner, merge: 'limited', mergeGap: 100 * parts }) as const
const partitioned = { kind: 'partitioned', parts: 10 } as const
const subsampled = { kind: 'subsampled', share: 0.3 } as const
const tokens = { reserve: 2, capacity: 4 }

const variants: [name: string, changes: Partial<ScenarioOptions>, messages: number][] = [
  ['simple tokens', { flow: { kind: 'simple', ...tokens } }, 1],
  ['generalized tokens', { flow: { kind: 'generalized', ...tokens } }, 1],
  ['randomized tokens', { flow: { kind: 'randomized', ...tokens } }, 1],
  ['float16', { weights: 'float16' }, 1],
  ['int8', { weights: 'int8' }, 1],
  ['limited merge', { learner: limited(1) }, 1],
  ['subsets', { exchange: subsampled }, 1],
  ['subsets, int8, simple tokens', { exchange: subsampled, weights: 'int8', flow: { kind: 'simple', ...tokens } }, 1],
  ['parts', { exchange: partitioned }, 10],
  ['parts, randomized tokens', { exchange: partitioned, flow: { kind: 'randomized', ...tokens } }, 10],
  ['parts, float16, limited merge', { exchange: partitioned, weights: 'float16', learner: limited(10) }, 10],
]

test('plain gossip learns', () => {
  expect(plain.error).toBeLessThan(0.11)
})

describe.each(variants)('%s', (_, changes, messages) => {
  const run = learn(changes)

  test('learn what plain gossip learns, by models that the guard admits', () => {
    expect(run.error).toBeLessThan(plain.error + TOLERANCE)
    expect(run.refused).toBe(0)
  })

  test('send no more messages than one a period in the mean', () => {
    expect(run.sentPerPeerAndCycle).toBeLessThanOrEqual(messages * 1.02)
    expect(run.sentPerPeerAndCycle).toBeGreaterThan(messages * 0.8)
  })

  test('are the same run with the same seed', () => {
    const [first, second] = [learn(changes, 8), learn(changes, 8)]
    expect(second.scenario.simulation.traceHash).toBe(first.scenario.simulation.traceHash)
    expect(second.scenario.simulation.traceHash).not.toBe(plain.scenario.simulation.traceHash)
  })
})

describe('the words of a message', () => {
  /** The longest payload that crosses the network in ten cycles. */
  const wordsOf = (changes: Partial<ScenarioOptions>): number => {
    const { kernels, learning } = new Scenario({ ...PLAIN, ...changes }, data)
    let words = 0
    const network = {
      transfer: (_random: unknown, _from: number, _to: number, length: number) => {
        words = Math.max(words, length)
        return 1
      },
    } as unknown as NetworkModel
    const admitsAll: Guard = { inspect: () => undefined }
    const protocols = [{ protocol: learning, guard: admitsAll }]
    new Simulation({ peers: PLAIN.peers, seed: 1, kernels, protocols, network }).run(3000)
    return words
  }

  test.each([
    [{}, 60],
    [{ weights: 'float16' }, 29],
    [{ weights: 'int8' }, 16],
    [{ exchange: subsampled }, 17],
    [{ exchange: subsampled, weights: 'int8' }, 6],
    [{ exchange: partitioned }, 6],
    [{ exchange: partitioned, weights: 'float16' }, 3],
  ] as const)('with %o are %i', (changes, words) => {
    expect(wordsOf(changes)).toBe(words)
  })
})
