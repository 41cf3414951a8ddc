import type { Persistent } from '@hearsay/core'
import type { LearningProtocol } from '@hearsay/federated'
import type { ProtocolMount } from '../hosted-protocol.ts'

/** How a peer of a run learns: its learning protocol with codec and guard, and what it counts. */
export interface RunLearning extends ProtocolMount {
  readonly protocol: LearningProtocol
  /** What a peer that is started again needs to go on; restoring it forgets whom the peer knew. */
  readonly state: Persistent
  /** What the peer has done by now. */
  count(): LearningCounts
}

/** What a peer has done. Models are those of gossip, or a server's models and its clients' updates. */
export interface LearningCounts {
  /** Models that it has received and used. */
  readonly modelsIn: number
  /** Models that it has sent. */
  readonly modelsOut: number
  /** Times that it has trained on its rows. */
  readonly passes: number
  /** Rows that it has trained on, each as often as it was. */
  readonly steps: number
  /** Where learning is federated: the round that it is in, or was last asked in. */
  readonly round?: number
  /** Where learning is federated: that this client could not reach its server since its last model came. */
  readonly serverLost?: true
}
