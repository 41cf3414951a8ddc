import type { Context, Message } from '@hearsay/core'
import type { Kernels, Rows } from '@hearsay/kernels'
import type { UpdateExchange } from './exchange/update-exchange.ts'
import type { VectorCoder } from './exchange/vector-coder.ts'
import type { FederatedSettings } from './federated-options.ts'
import type { Traffic } from './traffic.ts'
import type { LocalTraining } from './training/local-training.ts'

/** What the two roles of federated learning have in common. */
export interface Federation {
  readonly settings: FederatedSettings
  readonly kernels: Kernels
  readonly training: LocalTraining
  readonly updates: UpdateExchange
  readonly modelCoder: VectorCoder
  readonly traffic: Traffic
  /** As in `FederatedLearningOptions`. */
  readonly askItself: ((context: Context, message: Message) => void) | undefined
  /** The server's global model in its own row; in the others the one that the peer has received last. */
  readonly models: Rows
  readonly ages: Float64Array
  /** Rows that each hosted peer has trained on. */
  readonly steps: Float64Array
  /** Local trainings of each hosted peer. */
  readonly trainings: Float64Array
  /** Offset of a vector for the update of whoever trains now. */
  readonly scratch: number
}

/** Trains on the rows of hosted peer `self`, from the model in its row. The update is then in `scratch`. Returns its rows. */
export function trainLocally(federation: Federation, self: number): number {
  const { training, models, ages, scratch } = federation
  const rows = training.train(self, models.offset(self), ages[self], scratch)
  federation.steps[self] += rows
  // Who has no rows is asked once, and trains nothing.
  if (rows > 0) federation.trainings[self]++
  return rows
}
