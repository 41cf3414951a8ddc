import type { MethodName } from './method-flags.ts'

/** What a single peer tells as it goes; one line of `--json` each. Errors are 0–1 errors in [0, 1]. */
export type PeerEvent = PeerStart | PeerProgress | PeerSummary

/** The peer knows its run. */
export interface PeerStart {
  readonly type: 'start'
  /** Whether it has launched the run, or joined one. */
  readonly role: 'launcher' | 'joiner'
  /** Where the peer goes on from what it has kept: with a model of so many rows and, in a federated run, after which round. */
  readonly resumed?: { readonly age: number; readonly round?: number }
  /** How the run's peers learn together. In a federated run, the launcher is the server. */
  readonly method: MethodName
  /** The peer's PeerId. */
  readonly peer: string
  /** Full addresses at which others can bootstrap from this peer. */
  readonly addresses: readonly string[]
  readonly network: string
  readonly run: string
  readonly launcher: string
  /** What is learned: the kind of a linear model, or a network with its layers. */
  readonly model: string
  /** Of a linear model. */
  readonly lambda?: number
  /** Of a network: what computes, and why. */
  readonly backend?: string
  readonly features: number
  readonly classes: readonly string[]
  readonly periodMs: number
  readonly cycles: number
  /** Rows to train on. */
  readonly rows: number
  /** Rows to measure the error on. */
  readonly testRows: number
}

/** Where a peer has got to. Counts are since its start. */
interface PeerState {
  readonly cycle: number
  readonly cycles: number
  /** Of its model, in rows. */
  readonly age: number
  /** On its own held-out rows; `null` where it has none. */
  readonly error: number | null
  readonly modelsIn: number
  readonly modelsOut: number
  /** Rows that it has trained on, each as often as it was. */
  readonly steps: number
  /** Bytes on its protocols' streams before encryption. */
  readonly bytesIn: number
  readonly bytesOut: number
  /** Messages that the guard refused. */
  readonly refused: number
  /** In a federated run: the round that it is in, or was last asked in. */
  readonly round?: number
  /** In a federated run: that it could not reach the server since its last model came. It keeps that model. */
  readonly serverLost?: true
  /** Peers with an open connection. */
  readonly connections: number
  /** Entries of its NewsCast view. */
  readonly viewSize: number
  /** Other peers whose telemetry has been heard. */
  readonly peersHeard: number
}

/** Once a cycle, at most one a second. */
export interface PeerProgress extends PeerState {
  readonly type: 'progress'
}

/** The last event. */
export interface PeerSummary extends PeerState {
  readonly type: 'summary'
  /** Whether the peer has left before the run's end. */
  readonly interrupted: boolean
  /** The error of a model that was trained alone on the peer's rows, with as many updates. */
  readonly isolatedError: number | null
  /** From the start of the command to this summary. */
  readonly seconds: number
}
