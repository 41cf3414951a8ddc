import type { Context, Message } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import type { ModelExchange } from '../exchange/model-exchange.ts'
import type { PeerModels } from '../exchange/peer-models.ts'
import type { StaticGraph } from '../static-graph.ts'
import type { BiasCorrection } from './bias-correction.ts'

/**
 * Passes models from peers of lower degree on as they are, but for a share d(sender)/d(self) of them; see {@link Correction}.
 * A sender that is not in the graph counts as one of degree 0.
 */
export class PassThrough implements BiasCorrection {
  readonly #kernels: Kernels
  readonly #graph: StaticGraph
  readonly #models: PeerModels
  readonly #exchange: ModelExchange

  constructor(kernels: Kernels, graph: StaticGraph, models: PeerModels, exchange: ModelExchange) {
    this.#kernels = kernels
    this.#graph = graph
    this.#models = models
    this.#exchange = exchange
  }

  onPeriod(): void {}

  receive(context: Context, from: number, message: Message): boolean {
    const { self } = context
    const degree = this.#graph.degree(self)
    const sender = this.#graph.degree(from)
    const isUsed = sender >= degree || context.random.float64() * degree < sender
    return isUsed ? this.#exchange.receive(self, message) : this.#pass(self, message)
  }

  forget(): void {}

  persist(): void {}

  #pass(self: number, { offset, stamp }: Message): boolean {
    const models = this.#models
    const useful = stamp >= models.ages[self]
    if (models.votes > 1) models.advance(self)
    this.#kernels.copy(offset, models.current(self), models.words)
    models.ages[self] = stamp
    if (models.last !== undefined) {
      this.#kernels.copy(offset, models.last.offset(self), models.words)
      models.lastAges[self] = stamp
    }
    return useful
  }
}
