import type { ModelShape } from './model-shape.ts'

/**
 * Trains models of hosted peers, each on its own shard. Models are named by their offset in the host's memory; their
 * age, the number of rows they have been trained on, is a safe integer ≥ 0 that the caller keeps.
 */
export interface Learner {
  readonly shape: ModelShape

  /** One pass over the shard of `peer`. Returns the new age. */
  update(peer: number, model: number, age: number): number

  /**
   * What a peer does with a received model: makes its next model, at `target`, from it and from a partner that the peer
   * holds. `partner` may be `target`; `received` is neither of them.
   *
   * @param replacePartner - Whether the partner is then overwritten by the model as it was received.
   * @returns The age of the model at `target`.
   */
  create(
    peer: number,
    target: number,
    received: number,
    receivedAge: number,
    partner: number,
    partnerAge: number,
    replacePartner: boolean,
  ): number
}
