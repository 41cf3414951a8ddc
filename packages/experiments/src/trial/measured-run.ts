import type { Measurement, Metric, PeerMeasurement } from './trial-result.ts'

/** A run of any task, as a trial goes through it. */
export interface MeasuredRun {
  readonly metric: Metric
  /** Cycles that have been run. */
  readonly cycle: number
  readonly traceHash: string
  runCycle(): void
  /** Measures the next sample of the peers. Throws the signal's reason. */
  measure(signal: AbortSignal | undefined): Promise<Measurement>
  /** Measures all peers, at the end. Throws the signal's reason. */
  measurePeers(signal: AbortSignal | undefined): Promise<PeerMeasurement[]>
  /** Gives back what a run holds beside memory. Absent where that is nothing. */
  close?(): void
}
