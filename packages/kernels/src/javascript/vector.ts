import { alignWords } from '@hearsay/core'

// Each loop is unrolled by four words, which every vector is padded to, and has four accumulators, so that an addition
// need not wait for the one before. `m` is the memory; vectors are named by the offset of their first word.

/** ⟨x, y⟩ as a float32. */
export function dotWords(m: Float32Array, x: number, y: number, length: number): number {
  const end = x + alignWords(length)
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  for (let i = x, j = y; i < end; i += 4, j += 4) {
    a += m[i] * m[j]
    b += m[i + 1] * m[j + 1]
    c += m[i + 2] * m[j + 2]
    d += m[i + 3] * m[j + 3]
  }
  return Math.fround(a + b + (c + d))
}

/** y ← factor·y + alpha·x, `factor` and `alpha` being float32. */
export function stepWords(m: Float32Array, factor: number, y: number, alpha: number, x: number, length: number): void {
  const end = y + alignWords(length)
  for (let i = y, j = x; i < end; i += 4, j += 4) {
    m[i] = factor * m[i] + alpha * m[j]
    m[i + 1] = factor * m[i + 1] + alpha * m[j + 1]
    m[i + 2] = factor * m[i + 2] + alpha * m[j + 2]
    m[i + 3] = factor * m[i + 3] + alpha * m[j + 3]
  }
}

/** y ← y + alpha·x, `alpha` being float32. */
export function axpyWords(m: Float32Array, alpha: number, x: number, y: number, length: number): void {
  const end = x + alignWords(length)
  for (let i = x, j = y; i < end; i += 4, j += 4) {
    m[j] += alpha * m[i]
    m[j + 1] += alpha * m[i + 1]
    m[j + 2] += alpha * m[i + 2]
    m[j + 3] += alpha * m[i + 3]
  }
}

/** x ← factor·x, `factor` being float32. */
export function scaleWords(m: Float32Array, factor: number, x: number, length: number): void {
  const end = x + alignWords(length)
  for (let i = x; i < end; i += 4) {
    m[i] *= factor
    m[i + 1] *= factor
    m[i + 2] *= factor
    m[i + 3] *= factor
  }
}

/** target ← factorX·x + factorY·y, the factors being float32. */
export function mergeWords(
  m: Float32Array,
  target: number,
  factorX: number,
  x: number,
  factorY: number,
  y: number,
  length: number,
): void {
  const words = alignWords(length)
  for (let i = 0; i < words; i += 4) {
    m[target + i] = factorX * m[x + i] + factorY * m[y + i]
    m[target + i + 1] = factorX * m[x + i + 1] + factorY * m[y + i + 1]
    m[target + i + 2] = factorX * m[x + i + 2] + factorY * m[y + i + 2]
    m[target + i + 3] = factorX * m[x + i + 3] + factorY * m[y + i + 3]
  }
}

/** y ← x. */
export function copyWords(m: Float32Array, x: number, y: number, length: number): void {
  m.copyWithin(y, x, x + alignWords(length))
}

/** ‖x‖, in float64. */
export function normOfWords(m: Float32Array, x: number, length: number): number {
  const end = x + alignWords(length)
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  for (let i = x; i < end; i += 4) {
    a += m[i] * m[i]
    b += m[i + 1] * m[i + 1]
    c += m[i + 2] * m[i + 2]
    d += m[i + 3] * m[i + 3]
  }
  return Math.sqrt(a + b + (c + d))
}
