import type { Archive } from '@hearsay/core'
import type { ModelShape } from './model-shape.ts'

/**
 * Merges `words` words of a received model into as many of a peer's own: target ← merge(received, own), without training.
 * `target` may be either of them; the words up to the next multiple of four are zero, and stay zero.
 *
 * @returns The merged age.
 */
export type PartMerge = (
  target: number,
  received: number,
  receivedAge: number,
  own: number,
  ownAge: number,
  words: number,
) => number

/**
 * Trains models of hosted peers, each on its own shard. Models are named by their offset in the host's memory; their
 * age, the number of rows they have been trained on, is a safe integer ≥ 0 that the caller keeps.
 */
export interface Learner {
  readonly shape: ModelShape

  /** Offset of the model that all peers begin with. Absent where that is a row of zeros. */
  readonly initial?: number | undefined

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

  /** How parts of models are merged; absent where this learner makes new models from whole ones only. */
  readonly mergePart?: PartMerge | undefined

  /** Puts what is kept for `peer` beside its models back as it was at first. Absent where nothing is kept. */
  forget?(peer: number): void

  /** As {@link Protocol.persist}, for what is kept beside the models. Absent where nothing is kept. */
  persist?(archive: Archive): void
}
