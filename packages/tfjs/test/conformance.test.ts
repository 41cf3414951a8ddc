import { randomStream } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import { LinearLearner, Shards, shapeOf } from '@hearsay/learning'
import { GossipLearning, ModelGuard, StaticGraph } from '@hearsay/protocols'
import { describeProtocol, type Population } from '@hearsay/testkit/conformance'
import { DeferredTraining, VirtualTrainer } from '../src/index.ts'

/** Each peer knows the next three, by label. */
function ringOfThree({ size, numbers }: Population): StaticGraph {
  const neighbours = new Int32Array(3 * size)
  for (let label = 0; label < size; label++) {
    for (let i = 0; i < 3; i++) neighbours[3 * numbers[label] + i] = numbers[(label + 1 + i) % size]
  }
  return new StaticGraph(
    Int32Array.from({ length: size + 1 }, (_, peer) => 3 * peer),
    neighbours,
  )
}

describeProtocol(
  'DeferredTraining of gossip learning',
  (population) => {
    const { size, numbers } = population
    const kernels = createKernels({ backend: 'javascript' })
    const random = randomStream(77)
    const features = Float32Array.from({ length: size * 2 * 3 }, () => random.normal())
    const labels = Int32Array.from({ length: size * 2 }, (_, row) => row % 2)
    const assignment: number[][] = []
    for (let label = 0; label < size; label++) assignment[numbers[label]] = [2 * label, 2 * label + 1]
    const shape = shapeOf('pegasos', 3, 2, true)
    const shards = new Shards(kernels.memory, shape, { features, labels }, assignment)
    const learner = new LinearLearner(kernels, shards, { model: 'pegasos', lambda: 0.1 })
    const common = { peers: size, kernels, sampler: ringOfThree(population), periodMs: 100 }
    const protocol = new DeferredTraining({
      ...{ peers: size, kernels, learner, trainer: new VirtualTrainer(size, learner, { msPerRow: 20 }) },
      protocol: (inner) => new GossipLearning({ ...common, learner: inner, mergeWith: 'current' }),
    })
    const guard = new ModelGuard({ kernels, shape, periodMs: 100, updatesPerMerge: 2, normMax: () => 1e6 })
    const state = (label: number): unknown => {
      const at = protocol.model(numbers[label])
      return { model: [...kernels.memory.float32.slice(at, at + 4)], age: protocol.ages[numbers[label]] }
    }
    return { protocol, memory: kernels.memory, state, guard }
  },
  { hasSingleTimers: true },
)
