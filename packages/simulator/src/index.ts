export { Double, EventQueue, Word } from './event-queue.ts'
export { type Delay, type IndependentNetworkOptions, independentNetwork, LOST, type NetworkModel } from './network.ts'
export {
  Purpose,
  type SimulatedProtocol,
  Simulation,
  type SimulationCounters,
  type SimulationOptions,
} from './simulation.ts'
export { TraceHash } from './trace-hash.ts'
