import type { LearningProtocol } from '@hearsay/federated'
import type { Shards } from '@hearsay/learning'
import type { BuiltNetwork } from '../mlp/prepared-network.ts'
import type { SimulatedProtocol, SimulationCounters } from '@hearsay/simulator'

/** A method, ready to be simulated. */
export interface BuiltMethod {
  /** What is trained on. */
  readonly shards: Shards
  readonly learning: LearningProtocol
  /** What is learned where that is not a linear model. */
  readonly network?: BuiltNetwork | undefined
  /** The stack of every peer, from the bottom up. */
  readonly protocols: readonly SimulatedProtocol[]
  /** Rows that each peer has trained on, each as often as it was; absent where nobody counts. */
  readonly steps: Float64Array | undefined
  /** The peer whose model all others predict with; absent where everyone has its own. */
  readonly predictor?: number | undefined
  /** The peer that coordinates, where one does. */
  readonly server?: number | undefined
  /** Offsets of the models that vote for a peer; absent where its one model decides. */
  readonly votingModels?: ((peer: number) => number[]) | undefined
  /** Trainings so far: of received models, of clients, or of peers on their own. */
  updates(counters: SimulationCounters): number
}
