export { Double, EventQueue, Word } from './event-queue.ts'
export type { Availability } from './availability/availability.ts'
export { type Delay, type IndependentNetworkOptions, independentNetwork } from './network/independent-network.ts'
export { LOST, type NetworkModel } from './network/network-model.ts'
export {
  Purpose,
  type SimulatedProtocol,
  Simulation,
  type SimulationCounters,
  type SimulationOptions,
} from './simulation.ts'
export { TraceHash } from './trace-hash.ts'
