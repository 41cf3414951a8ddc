import { createKernels } from '@hearsay/kernels'
import { describeProtocol, type Population, type ProtocolFixture } from '@hearsay/testkit/conformance'
import {
  AggregateGuard,
  Counting,
  type EpochProtocol,
  Extrema,
  Moments,
  PushPullAveraging,
  PushSum,
  Quantiles,
  TopK,
} from '../../src/aggregation/index.ts'
import { StaticGraph } from '../../src/static-graph.ts'

const RANGE = { min: -10, max: 10 }

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

/** What all of these protocols are built with; a peer's value is its label. */
function parts(population: Population) {
  const { size, numbers } = population
  const { memory } = createKernels({ backend: 'javascript' })
  const values = Float64Array.from({ length: size }, (_, peer) => numbers.indexOf(peer))
  const ids = Int32Array.from({ length: size }, (_, peer) => 100 + numbers.indexOf(peer))
  const sampler = ringOfThree(population)
  // Short epochs: a run goes through several.
  return { peers: size, memory, sampler, values, ids, periodMs: 100, epochCycles: 7, range: RANGE }
}

type Parts = ReturnType<typeof parts>

function conform<P extends EpochProtocol>(
  name: string,
  build: (parts: Parts) => P,
  state: (protocol: P, peer: number) => readonly (number | readonly number[])[],
): void {
  const factory = (population: Population): ProtocolFixture => {
    const all = parts(population)
    const protocol = build(all)
    return {
      protocol,
      memory: all.memory,
      guard: new AggregateGuard(protocol),
      state: (label) => {
        const peer = population.numbers[label]
        return [
          protocol.epoch(peer),
          protocol.participates(peer),
          protocol.finishedEpoch(peer),
          ...state(protocol, peer),
        ]
      },
    }
  }
  const isSound = (observed: unknown): boolean =>
    (observed as readonly unknown[]).flat().every((value) => typeof value !== 'number' || Math.abs(value) < 1000)
  // As float64: NaN, the infinities, huge and tiny numbers, small integers; as keys: negative, equal, any.
  const hostileWords = [0, -1, 0x7ff00000, 0x7fefffff, -0x100000, 1, 0x40000000, 0x7fffffff, 7]
  describeProtocol(name, factory, { hostileWords, isSound })
  describeProtocol(
    `${name} without a guard`,
    (population) => {
      const { guard: _none, ...fixture } = factory(population)
      return fixture
    },
    { hostileWords },
  )
}

conform(
  'PushPullAveraging',
  (all) => new PushPullAveraging(all),
  (averaging, peer) => [averaging.estimate(peer), averaging.result(peer)],
)
conform(
  'PushPullAveraging by value',
  (all) => new PushPullAveraging({ ...all, form: 'value', order: 'fixed' }),
  (averaging, peer) => [averaging.estimate(peer), averaging.result(peer)],
)
conform(
  'PushSum',
  (all) => new PushSum(all),
  (pushSum, peer) => [pushSum.sum(peer), pushSum.weight(peer), pushSum.result(peer)],
)
conform(
  'Counting',
  (all) => new Counting({ ...all, instances: 3 }),
  (counting, peer) => [counting.estimates(peer), counting.result(peer)],
)
conform(
  'Moments',
  (all) => new Moments({ ...all, origin: 1 }),
  (moments, peer) => [moments.estimate(peer, 0), moments.estimate(peer, 1), moments.mean(peer), moments.variance(peer)],
)
conform(
  'Quantiles',
  (all) => new Quantiles({ ...all, thresholds: [1, 3, 5] }),
  (quantiles, peer) => [quantiles.estimate(peer, 1), quantiles.quantile(peer, 0.5)],
)
conform(
  'Extrema',
  (all) => new Extrema(all),
  (extrema, peer) => [extrema.estimatedMin(peer), extrema.estimatedMax(peer), extrema.min(peer), extrema.max(peer)],
)
conform(
  'TopK',
  (all) => new TopK({ ...all, k: 3 }),
  (top, peer) => [
    top.estimate(peer).flatMap(({ id, value }) => [id, value]),
    top.result(peer).flatMap(({ id, value }) => [id, value]),
  ],
)
