export { describePeerSampler, type PeerSamplerFactory, type SamplerFixture } from './conformance/peer-sampler.ts'
export { describeProtocol, type ProtocolFactory, type ProtocolFixture } from './conformance/protocol.ts'
export {
  type Effect,
  type Population,
  type ScriptOptions,
  ScriptedPopulation,
  type Visit,
} from './conformance/scripted-population.ts'
