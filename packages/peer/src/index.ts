export { AddressBook, type AddressBookOptions } from './address-book.ts'
export { type Clock, systemClock, timeOriginOf } from './clock.ts'
export type { Codec, MessageSlot, PeerInterner } from './codec.ts'
export { createMessageCodec, type MessageCodecOptions } from './codecs/message-codec.ts'
export { createModelCodec, type ModelCodecOptions } from './codecs/model-codec.ts'
export { createNewsCastCodec, type NewsCastCodecOptions } from './codecs/newscast-codec.ts'
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
export type { Transport, TransportReceiver } from './transport.ts'
export { VirtualClock } from './virtual-clock.ts'
export { LearningPeer, type LearningPeerOptions, startLearningPeer } from './learning-peer.ts'
export { buildLearningStack, type LearningStack, type LearningStackOptions } from './learning-stack.ts'
export { largestNorm, type RunSettings } from './run-settings.ts'
