import { randomStream } from '@hearsay/core'
import { createKernels, type Kernels } from '@hearsay/kernels'
import { LinearLearner, type MergeRule, Shards, shapeOf } from '@hearsay/learning'
import { describeProtocol, type Population } from '@hearsay/testkit/conformance'
import {
  createFlowControl,
  type Exchange,
  type FlowKind,
  GossipLearning,
  ModelGuard,
  partsOf,
  StaticGraph,
  type WeightEncoding,
} from '../../src/index.ts'

const FEATURES = 9
const CLASSES = 3
/** Small enough for accounts to fill within a test. */
const TOKENS = { reserve: 1, capacity: 2 }

interface Variant {
  readonly flow: FlowKind
  readonly exchange: Exchange
  readonly weights: WeightEncoding
  readonly merge: MergeRule
  readonly votes?: number
}

/** Each peer knows the next three, by label. */
function neighbours({ size, numbers }: Population): StaticGraph {
  const known = new Int32Array(3 * size)
  numbers.forEach((number, label) => {
    for (let i = 0; i < 3; i++) known[3 * number + i] = numbers[(label + 1 + i) % size]
  })
  return new StaticGraph(
    Int32Array.from({ length: size + 1 }, (_, peer) => 3 * peer),
    known,
  )
}

/** Three rows a peer, which depend on its label, trained on two at a time. */
function shardsOf(kernels: Kernels, { size, numbers }: Population): Shards {
  const random = randomStream(78)
  const features = Float32Array.from({ length: size * 3 * FEATURES }, () => random.normal())
  const labels = Int32Array.from({ length: size * 3 }, (_, row) => row % CLASSES)
  const assignment: number[][] = []
  numbers.forEach((number, label) => (assignment[number] = [3 * label, 3 * label + 1, 3 * label + 2]))
  return new Shards(kernels.memory, shapeOf('logistic', FEATURES, CLASSES, true), { features, labels }, assignment)
}

function factory({ flow, exchange, weights, merge, votes = 1 }: Variant) {
  return (population: Population) => {
    const kernels = createKernels({ backend: 'javascript' })
    const learner = new LinearLearner(kernels, shardsOf(kernels, population), {
      ...{ model: 'logistic', lambda: 0.1, merge, rowsPerUpdate: 2 },
      ...(merge === 'limited' ? { mergeGap: 8 } : {}),
    })
    const peers = population.size
    const protocol = new GossipLearning({
      ...{ peers, kernels, learner, sampler: neighbours(population), periodMs: 100, mergeWith: 'current', votes },
      ...{ exchange, weights, flow: createFlowControl({ kind: flow, ...TOKENS }, peers, partsOf(exchange)) },
    })
    const { shape } = learner
    const guard = new ModelGuard({
      ...{ kernels, shape, periodMs: 100, updatesPerMerge: 2, normMax: () => 1e3, growth: peers },
      ...{ exchange, weights },
    })
    const state = (label: number): unknown => {
      const peer = population.numbers[label]
      const { float32 } = kernels.memory
      const models = protocol.votingModels(peer).map((at) => [...float32.slice(at, at + shape.words)])
      return { models, age: protocol.ages[peer] }
    }
    return { protocol, memory: kernels.memory, guard, state }
  }
}

const full: Exchange = { kind: 'full' }
const subsampled: Exchange = { kind: 'subsampled', share: 0.3 }
const partitioned: Exchange = { kind: 'partitioned', parts: 4 }

/** Every flow, exchange, encoding and merge rule at least twice, in different company. */
const VARIANTS: readonly Variant[] = [
  { flow: 'simple', exchange: full, weights: 'float32', merge: 'age-weighted' },
  { flow: 'generalized', exchange: full, weights: 'float16', merge: 'limited' },
  { flow: 'randomized', exchange: full, weights: 'int8', merge: 'mean', votes: 2 },
  { flow: 'proactive', exchange: subsampled, weights: 'float32', merge: 'limited' },
  { flow: 'simple', exchange: subsampled, weights: 'float16', merge: 'mean' },
  { flow: 'generalized', exchange: subsampled, weights: 'int8', merge: 'age-weighted', votes: 3 },
  { flow: 'proactive', exchange: partitioned, weights: 'int8', merge: 'mean' },
  { flow: 'randomized', exchange: partitioned, weights: 'float16', merge: 'age-weighted', votes: 2 },
  { flow: 'generalized', exchange: partitioned, weights: 'float32', merge: 'limited' },
]

for (const variant of VARIANTS) {
  const { flow, exchange, weights, merge } = variant
  describeProtocol(`GossipLearning, ${flow}, ${exchange.kind}, ${weights}, ${merge}`, factory(variant))
}
