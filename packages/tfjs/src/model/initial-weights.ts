import { randomStream } from '@hearsay/core'

/**
 * Writes new values over the weights of rank ≥ 2: uniform in ±√(6/(fan in + fan out)) (Glorot and Bengio 2010), from a seeded
 * stream, so that every machine draws the same. Weights of lower rank (biases, scales) stay as they are.
 *
 * @param shapes - Of the weights that lie in `row` one after another.
 */
export function drawInitialWeights(row: Float32Array, shapes: readonly (readonly number[])[], seed: number): void {
  const random = randomStream(seed)
  let next = 0
  for (const shape of shapes) {
    const size = shape.reduce((product, length) => product * length, 1)
    if (shape.length >= 2) {
      // A kernel of a convolution is [...window, inputs, outputs].
      const window = shape.slice(0, -2).reduce((product, length) => product * length, 1)
      const bound = Math.sqrt(6 / (window * (shape.at(-2)! + shape.at(-1)!)))
      for (let i = 0; i < size; i++) row[next + i] = bound * (2 * random.float64() - 1)
    }
    next += size
  }
}
