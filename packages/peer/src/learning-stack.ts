import { type PeerSampler, RemoteError } from '@hearsay/core'
import { applyScaling, type RawDataset, scalingFromJson } from '@hearsay/datasets'
import type { Kernels } from '@hearsay/kernels'
import { Evaluator, LinearLearner, loadRows, type ModelShape, normBound, Shards, shapeOf } from '@hearsay/learning'
import {
  createFlowControl,
  exchangePeriodMs,
  FULL_EXCHANGE,
  GossipLearning,
  ModelGuard,
  NewsCast,
  partsOf,
} from '@hearsay/protocols'
import { createAggregatesCodec, SwarmAggregates } from './aggregates/swarm-aggregates.ts'
import { createModelCodec } from './codecs/model-codec.ts'
import { createNewsCastCodec } from './codecs/newscast-codec.ts'
import type { ProtocolMount } from './hosted-protocol.ts'
import type { TransportProtocol } from './libp2p-transport.ts'
import { CLASSES_MAX, FEATURES_MAX, VIEW_SIZE_MAX } from './manifest-schema.ts'
import type { RunManifest } from './manifest.ts'

/** After how many cycles a peer that nobody has heard of is forgotten. */
export const DESCRIPTOR_AGE_MAX = 12

/** Gossip learning over NewsCast, and aggregation beside it, for one peer, as a run's manifest wants it. */
export interface LearningStack {
  readonly shape: ModelShape
  readonly learner: LinearLearner
  readonly newscast: NewsCast
  readonly gossip: GossipLearning
  /** What the peer knows of the whole swarm. */
  readonly aggregates: SwarmAggregates
  /** Measures models on the rows that this peer holds out, if any. */
  readonly evaluator: Evaluator | undefined
  /** Measures models on the rows that this peer trains on, if any. */
  readonly trainingEvaluator: Evaluator | undefined
  /** For a {@link ProtocolHost}, from the bottom. */
  readonly mounts: readonly ProtocolMount[]
}

/** What a peer brings into a run. */
export interface LearningStackOptions {
  readonly manifest: RunManifest
  readonly kernels: Kernels
  /** The peer's own rows, unscaled, their columns and classes those of the manifest. */
  readonly rows: RawDataset
  /** Rows to measure the error on; none of them is trained on. */
  readonly heldOut?: RawDataset
  /** Whom to ask when the view is empty. */
  readonly fallback?: PeerSampler
}

/**
 * Builds the stack of one peer.
 *
 * @throws {@link RemoteError} when the manifest's scaling does not fit its model; {@link ConfigurationError} for a value
 *   that cannot be scaled.
 */
export function buildLearningStack(options: LearningStackOptions): LearningStack {
  const { manifest, kernels, rows, heldOut, fallback } = options
  const { model, hyperparameters, periodMs, rowNormMax, rowsMax } = manifest
  const scaling = scalingFromJson(manifest.scaling, model.features)
  const shape = shapeOf(model.kind, model.features, model.classNames.length, model.bias)
  const shards = new Shards(kernels.memory, shape, applyScaling(rows, scaling), [Int32Array.from(rows.labels.keys())], {
    rowNormMax,
  })
  const learner = new LinearLearner(kernels, shards, { model: model.kind, ...hyperparameters, rowsPerUpdate: rowsMax })
  const newscast = new NewsCast({
    peers: 1,
    memory: kernels.memory,
    periodMs,
    viewSize: manifest.viewSize,
    descriptorAgeMax: DESCRIPTOR_AGE_MAX,
    ...(fallback === undefined ? {} : { fallback }),
  })
  const learning = mountLearning(manifest, kernels, learner, newscast)
  const { memory } = kernels
  const { aggregation } = manifest
  const aggregates = new SwarmAggregates({ aggregation, periodMs, memory, sampler: newscast })
  const testRange = heldOut && loadRows(kernels.memory, shape, applyScaling(heldOut, scaling))
  return {
    shape,
    learner,
    newscast,
    gossip: learning.protocol,
    aggregates,
    evaluator: testRange && new Evaluator(kernels, shape, testRange),
    trainingEvaluator: shards.size(0) > 0 ? new Evaluator(kernels, shape, shards.at(0)) : undefined,
    mounts: [
      { protocol: newscast, codec: createNewsCastCodec({ viewSize: manifest.viewSize }) },
      learning,
      aggregates.mount,
    ],
  }
}

/** Gossip learning with the codec and the guard for the models of a run. */
function mountLearning(
  { model, hyperparameters, periodMs, rowNormMax, rowsMax }: RunManifest,
  kernels: Kernels,
  learner: LinearLearner,
  sampler: PeerSampler,
): ProtocolMount & { readonly protocol: GossipLearning } {
  const { flow = { kind: 'proactive' }, exchange = FULL_EXCHANGE, weights = 'float32', ageGrowthMax } = hyperparameters
  const { shape } = learner
  const common = { kernels, exchange, weights, periodMs: exchangePeriodMs(exchange, periodMs) }
  return {
    protocol: new GossipLearning({
      ...{ ...common, peers: 1, learner, sampler, mergeWith: hyperparameters.mergeWith },
      flow: createFlowControl(flow, 1, partsOf(exchange)),
    }),
    codec: createModelCodec({ outputs: shape.outputs, dimension: shape.dimension, exchange, weights }),
    guard: new ModelGuard({
      ...{ ...common, shape, updatesPerMerge: rowsMax },
      normMax: (age) => normBound(model.kind, learner.plan, shape, rowNormMax, age),
      ...(ageGrowthMax === undefined ? {} : { growth: ageGrowthMax }),
    }),
  }
}

/**
 * What a transport must carry for any run over rows of this width. A peer listens before it knows its run, so the
 * bounds are those of the largest model and view that a manifest allows; the host then holds frames to the run's own.
 */
export function learningFrames(features: number): TransportProtocol[] {
  const codecs = [
    createNewsCastCodec({ viewSize: VIEW_SIZE_MAX }),
    createAggregatesCodec(),
    createModelCodec({
      outputs: CLASSES_MAX,
      dimension: Math.min(features, FEATURES_MAX) + 1,
      // As long as a whole model, and a seed beside it.
      exchange: { kind: 'subsampled', share: 1 },
    }),
  ]
  return codecs.map(({ name, frameBytesMax }) => ({ name, frameBytesMax }))
}

/** @throws {@link RemoteError} `MANIFEST_MISMATCH` when the columns or classes of `rows` are not those of the run. */
export function assertFits(manifest: RunManifest, rows: RawDataset): void {
  const { featureNames, classNames } = manifest.model
  const problem =
    difference('columns', rows.featureNames, featureNames) ?? difference('classes', rows.classNames, classNames)
  if (problem !== undefined) {
    throw new RemoteError('MANIFEST_MISMATCH', `the rows do not fit the run ${manifest.runId}: ${problem}`)
  }
}

function difference(what: string, own: readonly string[], run: readonly string[]): string | undefined {
  const at = run.findIndex((name, i) => own[i] !== name)
  if (at < 0 && own.length === run.length) return undefined
  const [mine, theirs] = [own[Math.max(at, 0)] ?? 'none', run[at] ?? 'none']
  return `${what} differ: own ${own.length}, the run ${run.length}; number ${at + 1} is ${mine} here and ${theirs} there`
}
