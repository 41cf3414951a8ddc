import type { Context, Message } from '@hearsay/core'
import type { Rows } from '@hearsay/kernels'
import type { Learner } from '@hearsay/learning'
import { MODEL, type ModelExchange } from './model-exchange.ts'
import type { PeerModels } from './peer-models.ts'

/** Whole models as they lie in memory: what the papers' first algorithms send. */
export class FullExchange implements ModelExchange {
  readonly parts = 1
  readonly #models: PeerModels
  readonly #learner: Learner
  // What every event needs, without a detour over the models.
  readonly #ages: Float64Array
  readonly #last: Rows | undefined
  readonly #lastAges: Float64Array
  readonly #isRing: boolean
  readonly #words: number

  constructor(models: PeerModels, learner: Learner) {
    this.#models = models
    this.#learner = learner
    this.#ages = models.ages
    this.#last = models.last
    this.#lastAges = models.lastAges
    this.#isRing = models.votes > 1
    this.#words = models.words
  }

  choosePart(): number {
    return 0
  }

  receive(self: number, message: Message): boolean {
    const age = message.stamp
    const useful = age >= this.#ages[self]
    const last = this.#last
    const partner = last === undefined ? this.#models.current(self) : last.offset(self)
    if (this.#isRing) this.#models.advance(self)
    const target = this.#isRing || last !== undefined ? this.#models.current(self) : partner
    const partnerAge = this.#lastAges[self]
    this.#lastAges[self] = age
    this.#ages[self] = this.#learner.create(self, target, message.offset, age, partner, partnerAge, last !== undefined)
    return useful
  }

  send(context: Context, to: number): void {
    const self = context.self
    context.send(to, MODEL, 0, this.#ages[self], this.#models.current(self), this.#words)
  }

  forget(): void {}

  persist(): void {}
}
