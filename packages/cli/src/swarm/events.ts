import type { SummaryStatistics } from '@hearsay/experiments'
import type { MethodName } from '../peer/method-flags.ts'
import type { ReportWritten, SwarmComparison } from './compare/comparison.ts'
import type { Sent, SentByPeer } from './sent.ts'

/** What a swarm tells as it goes; one line of `--json` each. Errors are 0–1 errors in [0, 1] on the held-out rows. */
export type SwarmEvent =
  | SwarmStart
  | SwarmProgress
  | ProcessLost
  | PeerFailed
  | SwarmSummary
  | SwarmComparison
  | ReportWritten

/** The run has been launched: others can join it at `address`. */
export interface SwarmStart {
  readonly type: 'start'
  /** How the peers learn together. In a federated run, peer 0 is the server. */
  readonly method: MethodName
  readonly peers: number
  /** The worker processes; peer i lives in process i mod n. */
  readonly processes: readonly { readonly process: number; readonly pid: number; readonly peers: number }[]
  /** The full address of the first peer, which every other one bootstraps from. */
  readonly address: string
  readonly dataset: string
  readonly trainingRows: number
  readonly testRows: number
  readonly features: number
  readonly classes: number
  readonly shards: string
  readonly rowsPerPeer: { readonly min: number; readonly max: number }
  readonly model: string
  /** Of a linear model. */
  readonly lambda?: number
  /** Of a network: what computes, and why. */
  readonly backend?: string
  readonly periodMs: number
  readonly cycles: number
  /** In a federated run: the shortest round, in milliseconds. */
  readonly roundMs?: number
  readonly seed: number
}

/** About once a second. */
export interface SwarmProgress {
  readonly type: 'progress'
  readonly method: MethodName
  /** Of `cycles`: the furthest that an online peer has reported. */
  readonly cycle: number
  readonly cycles: number
  /** Peers whose process is alive and that have reported lately. */
  readonly online: number
  /** Median over online peers, in rows. */
  readonly age: number
  /** Over online peers; `null` where none is. */
  readonly error: SummaryStatistics | null
  /** Sums over all peers, those that were lost included up to their last report. */
  readonly modelsIn: number
  readonly modelsOut: number
  /** Rows that the peers have trained on, each as often as it was. */
  readonly steps: number
  /** Bytes on the protocols' streams before encryption. */
  readonly bytesIn: number
  readonly bytesOut: number
  /** Messages that guards refused. */
  readonly refused: number
}

/** A worker process has ended before the run has. Its peers are gone; the others go on. */
export interface ProcessLost {
  readonly type: 'process-lost'
  readonly process: number
  readonly pid: number
  /** Its exit code, or the signal that killed it. */
  readonly reason: string
  /** Peers that were lost with it. */
  readonly peers: number
  /** Peers that are left. */
  readonly online: number
}

/** A peer could not join, or has failed by itself. */
export interface PeerFailed {
  readonly type: 'peer-failed'
  readonly peer: number
  readonly code: string
  readonly message: string
}

/** The last event of a run. */
export interface SwarmSummary {
  readonly type: 'summary'
  readonly method: MethodName
  readonly error: {
    /** Over the peers that reached the end of a run of gossip learning. */
    readonly gossip?: SummaryStatistics | null
    /** Over the peers that reached the end of a federated run: each with the last model that it has received. */
    readonly federated?: SummaryStatistics | null
    /** The same peers, each trained alone on its shard, with as many passes over it. */
    readonly isolated: SummaryStatistics | null
    /** One model trained on all training rows. */
    readonly centralised: number
  }
  /** Bytes that a peer received and sent on the protocols' streams, before encryption: the mean. */
  readonly bytesPerPeer: number
  /** Of the peers at the end. */
  readonly sent: Sent
  /** In a federated run: what the server has sent. */
  readonly serverSent?: SentByPeer
  /** Rows that the peers have trained on, each as often as it was. */
  readonly steps: number
  /** Peers that the swarm was started with. */
  readonly peers: number
  /** Peers that the swarm has counted by itself, by gossip: the median over the peers at the end. Absent before an epoch has ended. */
  readonly counted?: number
  /** Peers at the end. */
  readonly online: number
  readonly lost: number
  readonly processes: number
  readonly processesLost: number
  /** Whether the run was ended early. */
  readonly interrupted: boolean
  /** Whether the parent process was gone at the end, and a worker told this from what the peers told each other. */
  readonly orphaned: boolean
  readonly cycles: number
  readonly periodMs: number
  readonly age: number
  readonly modelsIn: number
  readonly modelsOut: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly refused: number
  /** Entries of lost peers in the views of the others, at the end. */
  readonly deadInViews: number
  readonly rowsPerPeer: { readonly min: number; readonly max: number }
  readonly testRows: number
  readonly dataset: string
  readonly seed: number
  /** From the start of the command to this summary. */
  readonly seconds: number
}
