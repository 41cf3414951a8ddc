export type { AdversityOptions } from './conformance/adversity.ts'
export { MemoryArchive } from './conformance/memory-archive.ts'
export { describePeerSampler, type PeerSamplerFactory, type SamplerFixture } from './conformance/peer-sampler.ts'
export { describeProtocol } from './conformance/protocol.ts'
export type { ProtocolFactory, ProtocolFixture } from './conformance/protocol-fixture.ts'
export {
  type Effect,
  type Population,
  type ScriptOptions,
  ScriptedPopulation,
  type Visit,
} from './conformance/scripted-population.ts'
