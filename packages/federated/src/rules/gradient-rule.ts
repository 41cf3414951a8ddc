import type { Kernels, PassPlan } from '@hearsay/kernels'
import { agedBy, type ModelShape } from '@hearsay/learning'
import type { ServerRule } from './server-rule.ts'

/**
 * The server's step of FedSGD (McMahan et al. 2017, §2): with n̄ rows a client, t ← t + n̄, η ← η₀/t (or η₀),
 * w ← (1 − n̄ηλ)w − η·n̄·∇, where ∇ is the gradient of the mean loss over all rows of all clients. The bias is regularised
 * as by the learner. With shards of equal size it is FedAvg with one epoch of one batch.
 */
export class GradientRule implements ServerRule {
  readonly #kernels: Kernels
  readonly #shape: ModelShape
  readonly #plan: PassPlan

  /** @param plan - η₀, its decay, and λ. */
  constructor(kernels: Kernels, shape: ModelShape, plan: PassPlan) {
    this.#kernels = kernels
    this.#shape = shape
    this.#plan = plan
  }

  apply(model: number, mean: number, age: number, rows: number): number {
    const { eta: eta0, lambda, decay } = this.#plan
    const { outputs, stride } = this.#shape
    const next = agedBy(age, rows)
    const eta = decay ? eta0 / next : eta0
    for (let output = 0; output < outputs; output++) this.#shrink(model + output * stride, 1 - rows * eta * lambda)
    this.#kernels.axpy(eta * rows, mean, model, this.#shape.words)
    return next
  }

  /** Scales the weights of one output, a bias that is not regularised aside. */
  #shrink(weights: number, factor: number): void {
    const { bias, stride } = this.#plan
    const { float32 } = this.#kernels.memory
    const before = bias < 0 ? 0 : float32[weights + bias]
    this.#kernels.scale(factor, weights, stride)
    if (bias >= 0) float32[weights + bias] = before
  }
}
