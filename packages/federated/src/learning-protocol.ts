import type { Protocol } from '@hearsay/core'

/** A protocol that trains one model for each hosted peer: what evaluates gossip learning evaluates its contestants too. */
export interface LearningProtocol extends Protocol {
  /** Age of the model that each hosted peer would predict with. */
  readonly ages: Float64Array
  /** Offset of that model in the host's memory. */
  model(peer: number): number
}
