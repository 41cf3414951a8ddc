import type { SummaryStatistics } from '@hearsay/experiments'
import type { MethodName } from '../../peer/method-flags.ts'
import type { Sent, SentByPeer } from '../sent.ts'
import type { Starvation } from './starvation.ts'

/** How the same peers did by each method: the last event but one of `hearsay swarm --compare`. */
export interface SwarmComparison {
  readonly type: 'comparison'
  /** Gossip, a federated method, every peer alone, and one model on all rows. */
  readonly methods: readonly ComparedMethod[]
  readonly dataset: string
  readonly peers: number
  readonly rowsPerPeer: { readonly min: number; readonly max: number }
  readonly testRows: number
  /** Of both runs. */
  readonly cycles: number
  readonly periodMs: number
  /** The shortest federated round, in milliseconds. */
  readonly roundMs: number
  readonly seed: number
  /** Runs that this machine was too slow for; empty where it kept up. */
  readonly starved: readonly Starvation[]
  /** Whether the second run was ended early. */
  readonly interrupted: boolean
  /** From the start of the command. */
  readonly seconds: number
}

/** The last event of a comparison that was not interrupted. */
export interface ReportWritten {
  readonly type: 'report'
  /** Folder of the results. */
  readonly results: string
  /** The report on them, in HTML. */
  readonly report: string
  /** From the start of the command. */
  readonly seconds: number
}

/** What came of one method. */
export interface ComparedMethod {
  readonly method: MethodName | 'isolated' | 'centralised'
  /** 0–1 error on the held-out rows at the end, over the peers that were there; `null` where none was. */
  readonly error: SummaryStatistics | null
  /** Peers at the end. */
  readonly online: number
  /** Rows that all models together were trained on, each as often as it was. */
  readonly steps: number
  /** What the peers have sent, as their transports have counted it. Absent where nothing is sent. */
  readonly sent?: Sent
  readonly serverSent?: SentByPeer
}
