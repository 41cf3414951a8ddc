import { alignWords } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import type { PartMerge } from '@hearsay/learning'

/** Words of a model that a message speaks of: `count` indices from `first` on. */
export interface Selection {
  readonly indices: Int32Array
  first: number
  count: number
}

/** Takes parts out of models and merges parts into them. */
export class ModelParts {
  readonly #kernels: Kernels
  readonly #merge: PartMerge
  readonly #scratch: number

  /** @param countMax - The most words that are selected at once. */
  constructor(kernels: Kernels, merge: PartMerge, countMax: number) {
    this.#kernels = kernels
    this.#merge = merge
    this.#scratch = kernels.memory.allocate(countMax)
  }

  /** Offset of the selected words of a model, one after another, with zeros behind; valid until the next call. */
  take(model: number, { indices, first, count }: Selection): number {
    // Whole words, not floats: their bits stay as they are.
    const { int32 } = this.#kernels.memory
    const target = this.#scratch
    for (let i = 0; i < count; i++) int32[target + i] = int32[model + indices[first + i]]
    int32.fill(0, target + count, target + alignWords(count))
    return target
  }

  /** Merges received words into those selected of a model. Returns the merged age. */
  merge(model: number, selection: Selection, received: number, receivedAge: number, ownAge: number): number {
    const { indices, first, count } = selection
    const own = this.take(model, selection)
    const age = this.#merge(own, received, receivedAge, own, ownAge, count)
    const { int32 } = this.#kernels.memory
    for (let i = 0; i < count; i++) int32[model + indices[first + i]] = int32[own + i]
    return age
  }
}
