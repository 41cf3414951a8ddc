import { type PeerSampler, type Protocol, randomStream } from '@hearsay/core'
import { createKernels, type Kernels } from '@hearsay/kernels'
import { LinearLearner, type LinearLearnerOptions, normBound, Shards, shapeOf } from '@hearsay/learning'
import { GossipLearning, ModelGuard, NewsCast, randomOutGraph, UniformSampler } from '@hearsay/protocols'
import { type Delay, independentNetwork, Simulation } from '@hearsay/simulator'
import { describe, expect, test } from 'vitest'

const PERIOD_MS = 1000
const ROW_NORM_MAX = 3

interface Scenario {
  readonly peers?: number
  readonly cycles?: number
  readonly overlay?: 'uniform' | 'static' | 'newscast'
  readonly delay?: Delay
  readonly loss?: number
  readonly jitter?: number
  readonly mergeWith?: 'last' | 'current'
  readonly learner?: Partial<LinearLearnerOptions>
}

/** Shards of one to five rows. */
function shardsOf(kernels: Kernels, peers: number): Shards {
  const random = randomStream(1, peers)
  const rows = 5 * peers
  const data = {
    features: Float32Array.from({ length: rows * 4 }, () => 2 * random.normal()),
    labels: Int32Array.from({ length: rows }, () => random.below(2)),
  }
  const assignment = Array.from({ length: peers }, (_, peer) =>
    Array.from({ length: 1 + random.below(5) }, (__, i) => 5 * peer + i),
  )
  return new Shards(kernels.memory, shapeOf('pegasos', 4, 2, true), data, assignment, { rowNormMax: ROW_NORM_MAX })
}

function overlayOf(
  { overlay = 'uniform' }: Scenario,
  peers: number,
  kernels: Kernels,
): PeerSampler & Partial<Protocol> {
  if (overlay === 'uniform') return new UniformSampler(peers)
  const graph = randomOutGraph(peers, 10, randomStream(2))
  if (overlay === 'static') return graph
  const newscast = new NewsCast({ peers, memory: kernels.memory, periodMs: PERIOD_MS })
  for (const [i, contact] of graph.neighbours.entries()) newscast.addContact(Math.floor(i / 10), contact)
  return newscast
}

/** An honest run: what it refused, and how close its ages came to the cap. */
function run(scenario: Scenario) {
  const { peers = 200, cycles = 250, jitter = 0.1, mergeWith = 'last', loss = 0 } = scenario
  const kernels = createKernels()
  const shards = shardsOf(kernels, peers)
  const { shape } = shards
  const options: LinearLearnerOptions = { model: 'pegasos', lambda: 1e-2, ...scenario.learner }
  const learner = new LinearLearner(kernels, shards, options)
  const sampler = overlayOf(scenario, peers, kernels)
  const learning = new GossipLearning({ peers, kernels, learner, sampler, periodMs: PERIOD_MS, jitter, mergeWith })
  const guard = new ModelGuard({
    ...{ kernels, shape, periodMs: PERIOD_MS, updatesPerMerge: shards.sizeMax },
    normMax: (age) => normBound(options.model, learner.plan, shape, ROW_NORM_MAX, age),
  })
  const simulation = new Simulation({
    ...{ peers, seed: 5, kernels },
    protocols: [{ protocol: learning, guard }, ...(sampler instanceof NewsCast ? [sampler] : [])],
    network: independentNetwork({ delay: scenario.delay ?? { kind: 'constant', ms: 0 }, loss }),
  })
  simulation.run(cycles * PERIOD_MS)
  const used = learning.received.reduce((sum, count) => sum + count, 0)
  return {
    refused: simulation.counters.refused,
    used,
    closeness: Math.max(...learning.ages) / guard.ageMax(simulation.now),
  }
}

describe('the guard never refuses an honest model', () => {
  const scenarios: [name: string, scenario: Scenario][] = [
    ['without delay, which makes the longest chains of merges', {}],
    ['of many peers', { peers: 3000, cycles: 200 }],
    ['without jitter, so that turns are taken in one order for ever', { jitter: 0 }],
    ['with the largest jitter', { jitter: 0.3 }],
    [
      'with the delays and losses of extreme failure',
      { delay: { kind: 'uniform', minMs: 1000, maxMs: 10_000 }, loss: 0.5 },
    ],
    ['over a static graph', { overlay: 'static' }],
    ['over NewsCast', { overlay: 'newscast' }],
    ['merged with the current model', { mergeWith: 'current' }],
    ['made by UM', { learner: { creation: 'UM' } }],
    ['made by RW', { learner: { creation: 'RW' } }],
    ['of logistic regression in batches', { learner: { model: 'logistic', batch: 3, merge: 'mean' } }],
    ['whose first steps overshoot', { learner: { lambda: 1, eta: 8, batch: 3 } }],
  ]
  test.each(scenarios)('%s', (_, scenario) => {
    const { refused, used } = run(scenario)
    expect(refused).toBe(0)
    expect(used).toBeGreaterThan((scenario.peers ?? 200) * 200 * (1 - (scenario.loss ?? 0)) * 0.9)
  })

  test('and its cap on ages is no more than some four times what honest peers reach', () => {
    expect(run({}).closeness).toBeGreaterThan(0.25)
  })

  test('but for ages that are added in merges: they outgrow any honest growth, and the cap stops them', () => {
    const { refused, closeness } = run({ cycles: 30, learner: { ageRule: 'sum' } })
    expect(refused).toBeGreaterThan(1000)
    expect(closeness).toBeLessThan(3)
  })
})
