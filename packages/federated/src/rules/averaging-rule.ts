import { UsageError } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import { agedBy, type ModelShape } from '@hearsay/learning'
import type { ServerRule } from './server-rule.ts'

/**
 * w ← w + η_s · mean update (McMahan et al. 2017, algorithm 1, for η_s = 1: the mean of the clients' models, since each is
 * w + its update).
 */
export class AveragingRule implements ServerRule {
  readonly #kernels: Kernels
  readonly #words: number
  readonly #eta: number

  /**
   * @param eta - η_s > 0.
   * @throws {@link UsageError} `SERVER_ETA`.
   */
  constructor(kernels: Kernels, shape: ModelShape, eta: number = 1) {
    this.#kernels = kernels
    this.#words = shape.words
    this.#eta = checkServerEta(eta)
  }

  apply(model: number, mean: number, age: number, rows: number): number {
    this.#kernels.axpy(this.#eta, mean, model, this.#words)
    return agedBy(age, rows)
  }
}

/** @throws {@link UsageError} `SERVER_ETA` when the server's step size is not a finite number > 0. */
export function checkServerEta(eta: number): number {
  if (eta > 0 && Number.isFinite(eta)) return eta
  throw new UsageError('SERVER_ETA', `the server's step size is a finite number > 0, not ${eta}`)
}
