export { alwaysOnline } from './availability/always-online.ts'
export type { Availability } from './availability/availability.ts'
export { type ComposeAvailabilityOptions, composeAvailability } from './availability/compose-availability.ts'
export type { Duration } from './availability/duration.ts'
export { formatSessionTrace } from './availability/format-session-trace.ts'
export {
  type JoinsOptions,
  joins,
  type PoissonArrivals,
  type RegularArrivals,
  type TimetabledArrivals,
} from './availability/joins.ts'
export { type MassCrashOptions, massCrash } from './availability/mass-crash.ts'
export { parseSessionTrace, type SessionTraceOptions } from './availability/parse-session-trace.ts'
export { type RecordSessionsOptions, recordSessions } from './availability/record-sessions.ts'
export { type RenewalSessionsOptions, renewalSessions } from './availability/renewal-sessions.ts'
export { type SessionSummary, type SessionTrace, summariseSessions } from './availability/session-trace.ts'
export {
  type SmartphoneSessionsOptions,
  smartphoneSessions,
  type TimeZone,
} from './availability/smartphone-sessions.ts'
export { type TracedSessionsOptions, tracedSessions } from './availability/traced-sessions.ts'
export { withStateLoss } from './availability/with-state-loss.ts'
export { type BandwidthOptions, bandwidth } from './network/bandwidth.ts'
export { type CloggedLinksOptions, cloggedLinks } from './network/clogged-links.ts'
export { composeNetwork } from './network/compose-network.ts'
export {
  type CoordinateNetwork,
  type CoordinateNetworkOptions,
  coordinateNetwork,
  type Region,
  type RegionPlacement,
  type SquarePlacement,
} from './network/coordinate-network.ts'
export {
  type ConstantDelay,
  type Delay,
  type DelaySampler,
  delaySampler,
  type ExponentialDelay,
  type LognormalDelay,
  type NormalDelay,
  type UniformDelay,
} from './network/delay.ts'
export type { QuantileDelay, ValueDelay } from './network/delay-table.ts'
export { type DuplicationOptions, duplication } from './network/duplication.ts'
export {
  type GilbertElliottOptions,
  gilbertElliottLoss,
  gilbertElliottLossRate,
  type SteppedChain,
  type TimedChain,
} from './network/gilbert-elliott.ts'
export { independentLoss } from './network/independent-loss.ts'
export { type IndependentNetworkOptions, independentNetwork } from './network/independent-network.ts'
export { parseDelayTable } from './network/parse-delay-table.ts'
export { type Partition, type PartitionsOptions, partitions } from './network/partitions.ts'
export { oneWayReachability, type ReachabilityNetwork, type ReachabilityOptions } from './network/reachability.ts'
export { type ReorderingOptions, reordering } from './network/reordering.ts'
export type { TransferRate, TransferRateClass } from './network/transfer-rate.ts'
export { LOST, type NetworkModel } from './network/network-model.ts'
export type { PeerTraffic } from './peer-traffic.ts'
export { Purpose } from './purpose.ts'
export { Simulation } from './simulation.ts'
export type { SimulationCounters } from './simulation-counters.ts'
export type { SimulatedProtocol, SimulationOptions } from './simulation-options.ts'
export type { SimulatedEvent, SimulatedSend, Tap } from './tap.ts'
export { abortRun, stopRun } from './partition/barrier.ts'
export { PeerPartition } from './partition/peer-partition.ts'
export type { PeerRange } from './partition/peer-range.ts'
export type { SentMessage } from './partition/sent-message.ts'
export { firstPeer, shareRun, type SharedRun, WORKERS_MAX } from './partition/shared-run.ts'
export { digestOf } from './trace-hash.ts'
export { type Attack, ATTACK_KINDS } from './faults/byzantine/attack.ts'
export { type ByzantineOptions, ByzantineProtocol } from './faults/byzantine/byzantine-protocol.ts'
export { type AssignedRows, flipLabels } from './faults/byzantine/flip-labels.ts'
export { type Clocks, type ClockSkew, skewedClocks } from './faults/clocks.ts'
export {
  type Exploration,
  exploreSeed,
  type FaultSetting,
  type FaultSubject,
  type ObservedProtocols,
} from './faults/explore-seed.ts'
export {
  type ByzantineFault,
  type ClockSkewFault,
  type CloggedLinksFault,
  type CrashFault,
  type FaultInterval,
  FaultLimit,
  type FaultPlan,
  type LateMessages,
  type PartitionFault,
  type PauseFault,
} from './faults/fault-plan.ts'
export { type Aged, agesMonotone } from './faults/invariants/ages-monotone.ts'
export { agesPlausible, type AgesPlausibleOptions } from './faults/invariants/ages-plausible.ts'
export { type Averaging, AveragingMass } from './faults/invariants/averaging-mass.ts'
export { countersConsistent } from './faults/invariants/counters-consistent.ts'
export type { Invariant, ObservedRun } from './faults/invariants/invariant.ts'
export {
  formatViolation,
  InvariantError,
  InvariantMonitor,
  type Violation,
} from './faults/invariants/invariant-monitor.ts'
export { knowledgeMonotone, type KnowledgeOptions } from './faults/invariants/knowledge-monotone.ts'
export { nobodyAbsent } from './faults/invariants/nobody-absent.ts'
export { PushSumMass, type Summing } from './faults/invariants/push-sum-mass.ts'
export { viewsValid } from './faults/invariants/views-valid.ts'
export { type Modelled, weightsFinite } from './faults/invariants/weights-finite.ts'
export { parseFaultPlan } from './faults/parse-fault-plan.ts'
export type { Pause } from './faults/pause.ts'
export { type FaultLimits, randomFaultPlan } from './faults/random-fault-plan.ts'
export { type SimulatedFaults, simulateFaults, type SimulateFaultsInputs } from './faults/simulate-faults.ts'
