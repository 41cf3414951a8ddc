export { type FlowControl, proactive } from './flow-control.ts'
export {
  completeFlow,
  createFlowControl,
  FLOW_KINDS,
  type FlowKind,
  type FlowSettings,
  type StartedFlow,
} from './flow-settings.ts'
export { GossipLearning, type GossipLearningOptions } from './gossip-learning.ts'
export { MODEL, type ModelExchange } from './exchange/model-exchange.ts'
export {
  type Exchange,
  type ExchangeCompany,
  exchangePeriodMs,
  exchangeProblem,
  FULL_EXCHANGE,
  PARTS_MAX,
  partsOf,
  WEIGHT_ENCODINGS,
  type WeightEncoding,
} from './exchange/exchange-settings.ts'
export { encodedBytes, encodedWords, ModelFormat, type ModelFormatOptions } from './exchange/model-format.ts'
export { WeightCoder } from './exchange/weight-coder.ts'
export { SubsetIndices, weightIndices } from './exchange/weight-indices.ts'
export { ageGrowth, ModelGuard, type ModelGuardOptions } from './model-guard.ts'
export { NewsCast, type NewsCastOptions } from './sampling/newscast.ts'
export { LEAVE, REPLY, REQUEST } from './sampling/view-messages.ts'
export { Period, type PeriodOptions } from './period.ts'
export { type Correction, type CorrectionCompany, correctionProblem, CORRECTIONS } from './bias/correction.ts'
export { graphOfEdges } from './topology/graph-of-edges.ts'
export { isUndirected } from './topology/is-undirected.ts'
export { randomGraph } from './topology/random-graph.ts'
export { regularGraph } from './topology/regular-graph.ts'
export { ringGraph } from './topology/ring-graph.ts'
export { scaleFreeGraph } from './topology/scale-free-graph.ts'
export { randomOutGraph, StaticGraph } from './static-graph.ts'
export {
  GeneralizedTokens,
  RandomizedTokens,
  SimpleTokens,
  TokenAccounts,
  type TokenAccountsOptions,
  TOKENS_DEFAULT,
  TOKENS_MAX,
} from './token-accounts.ts'
export { UniformSampler } from './uniform-sampler.ts'
export { ShuffleExchange, type ShuffleSizes } from './shuffle/exchange.ts'
export { GossipShuffle, type GossipShuffleOptions, ShuffleKind } from './shuffle/gossip-shuffle.ts'
export { ItemCaches } from './shuffle/item-caches.ts'
export { SlottedShuffle, type SlottedShuffleOptions } from './shuffle/slotted-shuffle.ts'
export { coverage, replication } from './shuffle/spread.ts'
export { GroupSampler } from './dissemination/group-sampler.ts'
export { RumorMongering } from './dissemination/rumor-mongering.ts'
export type { Deliver, RumorMongeringOptions } from './dissemination/rumor-mongering-options.ts'
export { type RumorOutcome, rumorOutcome } from './dissemination/rumor-outcome.ts'
export { type RumorTrialsOptions, rumorTrials } from './dissemination/rumor-trials.ts'
export type { TurnOptions } from './dissemination/turns.ts'
export { AntiEntropy, type AntiEntropyOptions } from './dissemination/anti-entropy.ts'
export { BackedUpRumors, type BackedUpRumorsOptions } from './dissemination/backed-up-rumors.ts'
export { BimodalMulticast, type BimodalMulticastOptions } from './dissemination/bimodal-multicast.ts'
export { InfectAndDie, type InfectAndDieOptions } from './dissemination/infect-and-die.ts'
export { Lpbcast } from './dissemination/lpbcast.ts'
export type { LpbcastOptions } from './dissemination/lpbcast-options.ts'
export { ReplicaGuard, type ReplicaGuardOptions } from './dissemination/replica-guard.ts'
export { ReplicaStore, type ReplicaStoreOptions, TIMESTAMP_MAX } from './dissemination/replica-store.ts'
export * from './aggregation/index.ts'
export { Brahms, BrahmsKind } from './sampling/brahms.ts'
export type { BrahmsOptions } from './sampling/brahms-options.ts'
export { Cyclon, type CyclonOptions } from './sampling/cyclon.ts'
export { type Overlay, overlayOf, restrictedTo, undirected, type Viewing } from './sampling/overlay.ts'
export { PeerSampling } from './sampling/peer-sampling.ts'
export {
  type PeerSamplingOptions,
  type PeerSamplingPolicy,
  peerSamplingPreset,
} from './sampling/peer-sampling-options.ts'
export {
  clusteringCoefficient,
  componentSizes,
  deadLinks,
  inDegrees,
  pathLengths,
  type Paths,
  spreadOf,
} from './sampling/view-quality.ts'
