import type { Context, Message } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import type { Learner } from '@hearsay/learning'
import { FullExchange } from './full-exchange.ts'
import { MODEL, type ModelExchange } from './model-exchange.ts'
import type { ModelFormat } from './model-format.ts'
import type { PeerModels } from './peer-models.ts'
import { WeightCoder } from './weight-coder.ts'

/** Whole models in fewer bytes. */
export class EncodedExchange implements ModelExchange {
  readonly parts = 1
  readonly #kernels: Kernels
  readonly #format: ModelFormat
  readonly #models: PeerModels
  readonly #full: FullExchange
  readonly #coder: WeightCoder
  readonly #words: number
  /** What a received message would be as a plain one. */
  readonly #decoded: { kind: number; value: number; stamp: number; offset: number; length: number }
  /** Whether a model's weights follow each other without padding. */
  readonly #isDense: boolean
  /** A model's weights one after another, and a model: none where that is the same. */
  readonly #row: number
  readonly #model: number

  constructor(kernels: Kernels, format: ModelFormat, models: PeerModels, learner: Learner) {
    const { shape, parameters } = format
    this.#kernels = kernels
    this.#format = format
    this.#models = models
    this.#full = new FullExchange(models, learner)
    this.#coder = new WeightCoder(kernels, format.weights, parameters)
    this.#words = format.words(0)
    this.#decoded = { kind: MODEL, value: 0, stamp: 0, offset: 0, length: shape.words }
    this.#isDense = shape.outputs === 1 || shape.dimension === shape.stride
    this.#row = this.#isDense ? 0 : kernels.memory.allocate(parameters)
    this.#model = this.#isDense ? 0 : kernels.memory.allocate(shape.words)
  }

  choosePart(): number {
    return 0
  }

  receive(self: number, message: Message): boolean {
    const weights = this.#coder.decode(message.offset, this.#format.parameters)
    this.#decoded.stamp = message.stamp
    this.#decoded.offset = this.#spread(weights)
    return this.#full.receive(self, this.#decoded)
  }

  send(context: Context, to: number): void {
    const self = context.self
    const payload = this.#coder.encode(this.#gather(this.#models.current(self)), this.#format.parameters)
    context.send(to, MODEL, 0, this.#models.ages[self], payload, this.#words)
  }

  forget(): void {}

  persist(): void {}

  /** A model's weights without the padding between its outputs. */
  #gather(model: number): number {
    if (this.#isDense) return model
    const { outputs, dimension, stride } = this.#format.shape
    const { int32 } = this.#kernels.memory
    for (let output = 0; output < outputs; output++) {
      const from = model + output * stride
      int32.copyWithin(this.#row + output * dimension, from, from + dimension)
    }
    return this.#row
  }

  #spread(row: number): number {
    if (this.#isDense) return row
    const { outputs, dimension, stride } = this.#format.shape
    const { int32 } = this.#kernels.memory
    for (let output = 0; output < outputs; output++) {
      const from = row + output * dimension
      int32.copyWithin(this.#model + output * stride, from, from + dimension)
    }
    return this.#model
  }
}
