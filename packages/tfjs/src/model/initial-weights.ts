import { randomStream } from '@hearsay/core'
import type { FlatWeight } from './flat-weights.ts'

/**
 * Writes new values over the trainable weights of rank ≥ 2: uniform in ±√(6/(fan in + fan out)) (Glorot and Bengio 2010), from a
 * seeded stream, so that every machine draws the same. Weights of lower rank (biases, scales) stay as they are, and so do frozen
 * ones: they are what somebody has trained before, and nothing would train them again.
 *
 * @param weights - Those that lie in `row` one after another.
 */
export function drawInitialWeights(row: Float32Array, weights: readonly FlatWeight[], seed: number): void {
  const random = randomStream(seed)
  let next = 0
  for (const { shape, isTrainable } of weights) {
    const size = shape.reduce((product, length) => product * length, 1)
    if (isTrainable && shape.length >= 2) {
      // A kernel of a convolution is [...window, inputs, outputs].
      const window = shape.slice(0, -2).reduce((product, length) => product * length, 1)
      const bound = Math.sqrt(6 / (window * (shape.at(-2)! + shape.at(-1)!)))
      for (let i = 0; i < size; i++) row[next + i] = bound * (2 * random.float64() - 1)
    }
    next += size
  }
}
