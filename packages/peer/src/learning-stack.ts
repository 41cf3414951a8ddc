import { type PeerSampler, RemoteError, UsageError } from '@hearsay/core'
import { applyScaling, type RawDataset, scalingFromJson } from '@hearsay/datasets'
import type { Kernels } from '@hearsay/kernels'
import { Evaluator, LinearLearner, loadRows, type ModelShape, Shards, shapeOf } from '@hearsay/learning'
import { NewsCast } from '@hearsay/protocols'
import { createAggregatesCodec, SwarmAggregates } from './aggregates/swarm-aggregates.ts'
import { createFederatedCodec } from './codecs/federated-codec.ts'
import { createModelCodec } from './codecs/model-codec.ts'
import { createNewsCastCodec } from './codecs/newscast-codec.ts'
import type { ProtocolMount } from './hosted-protocol.ts'
import { mountFederated } from './learning/federated-mount.ts'
import { mountFederatedNetwork } from './learning/federated-network-mount.ts'
import { mountGossip } from './learning/gossip-mount.ts'
import { mountNetwork } from './learning/network-mount.ts'
import type { ModelEvaluator, OpenNetwork, PeerNetwork } from './learning/network.ts'
import type { RunLearning } from './learning/run-learning.ts'
import type { TransportProtocol } from './libp2p-transport.ts'
import { CLASSES_MAX, FEATURES_MAX, VIEW_SIZE_MAX } from './manifest-schema.ts'
import type { RunManifest } from './manifest.ts'

/** After how many cycles a peer that nobody has heard of is forgotten. */
export const DESCRIPTOR_AGE_MAX = 12

/** Gossip or federated learning over NewsCast, and aggregation beside it, for one peer, as a run's manifest wants it. */
export interface LearningStack {
  readonly shape: ModelShape
  /** Trains models that are the peer's alone. Absent for a network. */
  readonly learner: LinearLearner | undefined
  readonly newscast: NewsCast
  readonly learning: RunLearning
  /** What the peer knows of the whole swarm. */
  readonly aggregates: SwarmAggregates
  /** Measures models on the rows that this peer holds out, if any. */
  readonly evaluator: ModelEvaluator | undefined
  /** Measures models on the rows that this peer trains on, if any. */
  readonly trainingEvaluator: ModelEvaluator | undefined
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
  /** In federated learning, the launcher's number on this host. @defaultValue 0: this peer is the server */
  readonly server?: number
  /** Of a run that trains one: opened with the peer's own rows. */
  readonly network?: OpenNetwork | undefined
}

/**
 * Builds the stack of one peer.
 *
 * @throws {@link RemoteError} when the manifest's scaling does not fit its model; {@link ConfigurationError} for a value
 *   that cannot be scaled.
 */
export function buildLearningStack(options: LearningStackOptions): LearningStack {
  const { manifest, kernels, fallback } = options
  const { periodMs, aggregation } = manifest
  const { memory } = kernels
  const newscast = new NewsCast({
    peers: 1,
    memory,
    periodMs,
    viewSize: manifest.viewSize,
    descriptorAgeMax: DESCRIPTOR_AGE_MAX,
    ...(fallback === undefined ? {} : { fallback }),
  })
  const { network } = options
  const parts = network === undefined ? linearParts(options, newscast) : networkParts(options, network, newscast)
  const aggregates = new SwarmAggregates({ aggregation, periodMs, memory, sampler: newscast })
  return {
    ...parts,
    newscast,
    aggregates,
    mounts: [
      { protocol: newscast, codec: createNewsCastCodec({ viewSize: manifest.viewSize }) },
      parts.learning,
      aggregates.mount,
    ],
  }
}

type LearningParts = Pick<LearningStack, 'shape' | 'learner' | 'learning' | 'evaluator' | 'trainingEvaluator'>

function linearParts(options: LearningStackOptions, newscast: NewsCast): LearningParts {
  const { manifest, kernels, rows, heldOut, server = 0 } = options
  const { model, hyperparameters, rowNormMax, rowsMax, federated } = manifest
  if (model.kind === 'network') throw new UsageError('NETWORK_MISSING', 'the stack of a network is built with it')
  const scaling = scalingFromJson(manifest.scaling, model.features)
  const shape = shapeOf(model.kind, model.features, model.classNames.length, model.bias)
  // The server refuses updates of more rows than the run's. Gossip takes a larger shard in turns.
  const own = [...rows.labels.keys()].slice(0, federated === undefined ? undefined : rowsMax)
  const shards = new Shards(kernels.memory, shape, applyScaling(rows, scaling), [own], { rowNormMax })
  const settings = { ...hyperparameters, model: model.kind, rowsPerUpdate: rowsMax }
  const learner = new LinearLearner(kernels, shards, settings)
  const learning =
    federated === undefined
      ? mountGossip(manifest, kernels, shards, settings, newscast)
      : mountFederated(manifest, federated, { kernels, shards, learner: settings, plan: learner.plan, server })
  const testRange = heldOut && loadRows(kernels.memory, shape, applyScaling(heldOut, scaling))
  return {
    shape,
    learner,
    learning,
    evaluator: testRange && new Evaluator(kernels, shape, testRange),
    trainingEvaluator: shards.size(0) > 0 ? new Evaluator(kernels, shape, shards.at(0)) : undefined,
  }
}

function networkParts(
  { manifest, kernels, rows, heldOut, server = 0 }: LearningStackOptions,
  network: OpenNetwork,
  newscast: NewsCast,
): LearningParts {
  const scaling = scalingFromJson(manifest.scaling, manifest.model.features)
  const evaluatorOf = (data: RawDataset | undefined): ModelEvaluator | undefined =>
    data === undefined || data.rows === 0 ? undefined : network.evaluator(network.load(applyScaling(data, scaling)))
  return {
    shape: network.shape,
    learner: undefined,
    learning:
      manifest.federated === undefined
        ? mountNetwork(manifest, kernels, network, newscast)
        : mountFederatedNetwork(manifest, manifest.federated, kernels, network, server),
    evaluator: evaluatorOf(heldOut),
    trainingEvaluator: evaluatorOf(rows),
  }
}

/**
 * Opens a peer's network for a run, with the peer's rows as the run scales them.
 *
 * @throws what the network's `open` throws, and as {@link buildLearningStack}.
 */
export async function openNetwork(
  network: PeerNetwork,
  { manifest, kernels, rows }: Pick<LearningStackOptions, 'manifest' | 'kernels' | 'rows'>,
): Promise<OpenNetwork> {
  const { model, hyperparameters, rowsMax, federated } = manifest
  const { batch, creation, merge, mergeGap, ageRule, mergeShareMax } = hyperparameters
  const weights = (federated === undefined ? hyperparameters.weights : federated.modelWeights) ?? 'float32'
  const { epochs = 1, initialSeed = 1 } = model.network ?? {}
  const mu = federated?.algorithm.kind === 'fedprox' ? federated.algorithm.mu : 0
  return await network.open({
    ...{ kernels, features: model.features, classes: model.classNames.length, epochs, initialSeed, batch, mu, weights },
    ...{ rows: applyScaling(rows, scalingFromJson(manifest.scaling, model.features)), rowsPerUpdate: rowsMax },
    // A client of federated learning trains a model as it came.
    ...{ creation: creation === 'RW' || federated !== undefined ? 'RW' : 'MU', merge, ageRule },
    ...(mergeGap === undefined ? {} : { mergeGap }),
    ...(mergeShareMax === undefined ? {} : { mergeShareMax }),
  })
}

/**
 * What a transport must carry for any run over rows of this width. A peer listens before it knows its run, so the
 * bounds are those of the largest model and view that a manifest allows; the host then holds frames to the run's own.
 *
 * @param parameters - Weights of the peer's own network, if it has one.
 */
export function learningFrames(features: number, parameters: number = 0): TransportProtocol[] {
  const largest = {
    outputs: CLASSES_MAX,
    dimension: Math.max(Math.min(features, FEATURES_MAX) + 1, Math.ceil(parameters / CLASSES_MAX)),
    // As long as a whole model, and a seed beside it.
    exchange: { kind: 'subsampled', share: 1 },
  } as const
  const small = [createNewsCastCodec({ viewSize: VIEW_SIZE_MAX }), createAggregatesCodec()]
  const models = [createModelCodec(largest), createFederatedCodec(largest)]
  return [
    ...small.map(({ name, frameBytesMax }) => ({ name, frameBytesMax })),
    ...models.map(({ name, frameBytesMax }) => ({ name, frameBytesMax, transfers: true })),
  ]
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
