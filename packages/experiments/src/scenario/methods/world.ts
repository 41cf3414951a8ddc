import type { Dataset } from '@hearsay/datasets'
import type { Kernels } from '@hearsay/kernels'
import type { ModelShape } from '@hearsay/learning'
import type { Attack } from '@hearsay/simulator'
import type { Liveness } from '../online-neighbours.ts'
import type { PreparedNetwork } from '../mlp/prepared-network.ts'
import type { ScenarioOptions } from '../scenario-options.ts'

/** What every method finds: the same rows, dealt out to the same peers, of whom the same ones lie. */
export interface World {
  readonly options: ScenarioOptions
  readonly kernels: Kernels
  /** Of the rows; and of a linear model. */
  readonly shape: ModelShape
  /** What is learned where that is not a linear model. */
  readonly network?: PreparedNetwork | undefined
  /** Training rows, with the flipped ones of liars. */
  readonly train: Dataset
  /** The rows of each peer. */
  readonly assignment: readonly ArrayLike<number>[]
  readonly liars?: Liars | undefined
  /** Absent where the run is split over several workers. */
  readonly isOnline?: Liveness | undefined
  /** Whether steps are counted that cost something to count. */
  readonly counts: boolean
}

/** Byzantine peers. */
export interface Liars {
  /** 1 for each peer that lies, 0 for the others. */
  readonly attackers: Uint8Array
  readonly attack: Attack
}
