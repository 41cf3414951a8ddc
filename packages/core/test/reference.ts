const MASK_32 = 0xffffffffn

/** xoshiro128** as its authors' C code has it, in integers of arbitrary size: no overflow can hide here. */
export function xoshiro128StarStar(seed: readonly number[]): () => number {
  const s = seed.map(BigInt)
  const rotate = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & MASK_32
  return () => {
    const result = (rotate((s[1] * 5n) & MASK_32, 7n) * 9n) & MASK_32
    const t = (s[1] << 9n) & MASK_32
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= t
    s[3] = rotate(s[3], 11n)
    return Number(result)
  }
}

/** Lemire's method (2019, algorithm 5) in integers of arbitrary size. */
export function lemire(next: () => number, bound: number): number {
  const s = BigInt(bound)
  const threshold = (1n << 32n) % s
  for (;;) {
    const product = BigInt(next()) * s
    if ((product & MASK_32) >= threshold) return Number(product >> 32n)
  }
}

/** Pearson's statistic of counts that are expected to be equal. */
export function chiSquare(counts: ArrayLike<number>): number {
  const values = Array.from(counts)
  const expected = values.reduce((sum, count) => sum + count, 0) / values.length
  return values.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

/**
 * A bound that Pearson's statistic exceeds with a probability of about 10⁻⁶ (Wilson and Hilferty's approximation). With
 * fixed seeds a test passes always or never; a fair generator fails one test in a million as it is written.
 */
export function chiSquareMax(categories: number): number {
  const degrees = categories - 1
  const scale = 2 / (9 * degrees)
  return degrees * (1 - scale + 4.75 * Math.sqrt(scale)) ** 3
}
