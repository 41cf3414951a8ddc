export { AddressBook, type AddressBookOptions } from './address-book.ts'
export { type Clock, systemClock, timeOriginOf } from './clock.ts'
export type { Codec, LargeMessages, MessageSlot, PeerInterner } from './codec.ts'
export { createFederatedCodec, type FederatedCodecOptions } from './codecs/federated-codec.ts'
export { createMessageCodec, type MessageCodecOptions } from './codecs/message-codec.ts'
export { createModelCodec, type ModelCodecOptions } from './codecs/model-codec.ts'
export { createNewsCastCodec, type NewsCastCodecOptions } from './codecs/newscast-codec.ts'
export {
  type BrahmsCodecOptions,
  createBrahmsCodec,
  createCyclonCodec,
  createPeerSamplingCodec,
  type CyclonCodecOptions,
  type PeerSamplingCodecOptions,
} from './codecs/sampling-codecs.ts'
export { createLpbcastCodec, type LpbcastCodecOptions } from './codecs/lpbcast-codec.ts'
export type { HostCounters, HostFault, HostRefusal, ProtocolCounters } from './host-counters.ts'
export type { ProtocolMount } from './hosted-protocol.ts'
export {
  MemoryNetwork,
  type MemoryNetworkCounters,
  type MemoryNetworkOptions,
  MemoryTransport,
  memoryPeerName,
} from './memory-network.ts'
export { ProtocolHost, type ProtocolHostOptions } from './protocol-host.ts'
export type { OutgoingTransfer, TransferRefusal, TransferSink, Transport, TransportReceiver } from './transport.ts'
export { VirtualClock } from './virtual-clock.ts'
export { LearningPeer, type LearningPeerOptions, startLearningPeer } from './learning-peer.ts'
export { buildLearningStack, type LearningStack, type LearningStackOptions } from './learning-stack.ts'
export type { FederatedSettings, ManifestFederated } from './learning/federated-settings.ts'
export type {
  ManifestNetwork,
  ModelEvaluator,
  ModelMessages,
  DeferredProtocol,
  NetworkEnvironment,
  NetworkSchema,
  OpenNetwork,
  PeerNetwork,
} from './learning/network.ts'
export type { NetworkSource } from './learning/network-source.ts'
export type { PeerRows, RowSource } from './learning/peer-rows.ts'
export type { LearningCounts, RunLearning } from './learning/run-learning.ts'
export type { RunSettings } from './run-settings.ts'
export type { AggregateAnswer, MetricAggregate } from './aggregates/aggregate-answer.ts'
export {
  AggregateClient,
  type AggregateClientOptions,
  aggregationProblem,
  askAggregates,
  startAggregateClient,
} from './aggregates/aggregate-client.ts'
export {
  type AggregationSettings,
  type ManifestAggregation,
  type Metric,
  METRICS,
} from './aggregates/aggregation-settings.ts'
export { Announcements, type AnnouncementsOptions, type ProgressListener } from './announcements.ts'
export type { Progress } from './announcements-telemetry.ts'
export { generateKey, loadOrCreateKey, peerNameOf } from './identity.ts'
export { loadStateKey } from './state/state-folder.ts'
export type { CutOffReason, ProtocolTraffic, TransportCounters } from './libp2p-counters.ts'
export type { TransportLimits } from './libp2p-limits.ts'
export type { TransportLog } from './libp2p-log.ts'
export {
  createLibp2pTransport,
  Libp2pTransport,
  type Libp2pTransportOptions,
  type TransportProtocol,
} from './libp2p-transport.ts'
export type { ManifestHyperparameters, ManifestModel, RunManifest } from './manifest.ts'
export {
  parseSignedManifest,
  SIGNED_MANIFEST_BYTES_MAX,
  type SignedManifest,
  signManifest,
} from './manifest-envelope.ts'
export { ProtocolPeer, type ProtocolEnvironment, type ProtocolPeerOptions, startProtocolPeer } from './protocol-peer.ts'
