import type { Memory } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import type { Learner, ModelShape } from '@hearsay/learning'
import { modelShape } from '@hearsay/learning'
import { RecordingContext } from '@hearsay/testkit'

/** A call of {@link RecordingLearner.create}. */
export interface Creation {
  readonly peer: number
  readonly received: number
  readonly receivedAge: number
  readonly partner: number
  readonly partnerAge: number
}

/**
 * A learner whose arithmetic can be done in the head: a new model is the received one plus 10, its age the received one
 * plus 1. It notes the first weight of what it was given.
 */
export class RecordingLearner implements Learner {
  readonly shape: ModelShape = modelShape(1, 2, false)
  readonly creations: Creation[] = []
  readonly #memory: Memory

  constructor(memory: Memory) {
    this.#memory = memory
  }

  update(_peer: number, model: number, age: number): number {
    this.#memory.float32[model] += 10
    return age + 1
  }

  create(
    peer: number,
    target: number,
    received: number,
    receivedAge: number,
    partner: number,
    partnerAge: number,
    replacePartner: boolean,
  ): number {
    const { float32 } = this.#memory
    const weight = float32[received]
    this.creations.push({ peer, received: weight, receivedAge, partner: float32[partner], partnerAge })
    if (replacePartner) float32[partner] = weight
    float32[target] = weight + 10
    return receivedAge + 1
  }
}

/** A context for code that only draws. */
export function drawing(seed: number, self = 0): RecordingContext {
  return new RecordingContext(new BufferMemory(16), self, seed)
}

/** Runs handlers of one protocol at times and for peers of a test's choice. */
export function at(context: RecordingContext, self: number, now: number): RecordingContext {
  context.self = self
  context.now = now
  return context
}

/** Pearson's statistic of counts that are expected to be equal, over its mean: near 1 for a fair draw. */
export function unevenness(counts: ArrayLike<number>): number {
  const values = Array.from(counts)
  const expected = values.reduce((sum, count) => sum + count, 0) / values.length
  return values.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0) / (values.length - 1)
}
