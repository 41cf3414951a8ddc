// Weights in fewer bytes: float16, and int8 with one scale. The WebAssembly kernels (`assembly/encode.ts`) follow the
// same rules to the same bits. `m` and `words` are one memory; vectors are named by the offset of their first word.

/** The float32 bits of 65504, the largest float16. */
const HALF_MAX_BITS = 0x477fe000
/** The float32 bits of 2⁻¹⁴, the smallest normal float16. */
const HALF_NORMAL_BITS = 0x38800000
/** float32 has a bias of 127 and 23 bits of mantissa, float16 one of 15 and 10 bits. */
const REBIAS = 112 << 23
const HALF_EXPONENT = 0x7c00
const HALF_UNIT = 2 ** 24
/** The largest scale of which 127 are still a finite float32. */
const SCALE_MAX = 2.6793883890187504e36
/** Added and taken away again, it rounds a float64 of a smaller size to the nearest integer, ties to even. */
const ROUNDER = 1.5 * 2 ** 52
/** 2^(e − 150) for the biased exponents e of float32 below that of 2⁻¹⁴. */
const POWERS = powers(113)

/** The float16 nearest to the float32 with these bits, ties to even; beyond ±65504, and for NaN, ±65504. */
function halfOf(word: number): number {
  const sign = (word >>> 16) & 0x8000
  const bits = Math.min(word & 0x7fffffff, HALF_MAX_BITS)
  if (bits < HALF_NORMAL_BITS) return sign | roundToEven(magnitudeOf(bits) * HALF_UNIT)
  return sign | ((bits - REBIAS + 0xfff + ((bits >>> 13) & 1)) >>> 13)
}

/** The value of the non-negative finite float32 with these bits, below 2⁻¹⁴. */
function magnitudeOf(bits: number): number {
  const exponent = bits >>> 23
  const mantissa = bits & 0x7fffff
  return exponent === 0 ? mantissa * 2 ** -149 : (mantissa + 0x800000) * POWERS[exponent]
}

/** The bits of the float32 that equals a float16: exact, ∞ and NaN included. */
function bitsOfHalf(half: number): number {
  const sign = (half & 0x8000) << 16
  const exponent = half & HALF_EXPONENT
  const bits = (half & 0x7fff) << 13
  if (exponent === HALF_EXPONENT) return sign | (bits + 2 * REBIAS)
  if (exponent !== 0) return sign | (bits + REBIAS)
  return sign | bitsOfSubnormal(half & 0x3ff)
}

/** The bits of mantissa · 2⁻²⁴ as a float32. */
function bitsOfSubnormal(mantissa: number): number {
  if (mantissa === 0) return 0
  const shift = Math.clz32(mantissa) - 8
  return ((126 - shift) << 23) + ((mantissa << shift) & 0x7fffff)
}

function powers(count: number): Float64Array {
  const values = new Float64Array(count)
  for (let exponent = 0, power = 2 ** -150; exponent < count; exponent++, power *= 2) values[exponent] = power
  return values
}

function roundToEven(value: number): number {
  return value + ROUNDER - ROUNDER
}

/** Zeroes the words from `at` to the next multiple of four, counted from `start`. */
function clearTail(words: Int32Array, start: number, at: number): void {
  const end = start + ((at - start + 3) & ~3)
  for (let i = at; i < end; i++) words[i] = 0
}

/** target ← x as float16, `length` of them, two to a word, the first in the lower half. */
export function storeHalves(words: Int32Array, x: number, target: number, length: number): void {
  const count = (length + 1) >>> 1
  for (let i = 0; i < count; i++) {
    const high = 2 * i + 1 < length ? halfOf(words[x + 2 * i + 1]) : 0
    words[target + i] = halfOf(words[x + 2 * i]) | (high << 16)
  }
  clearTail(words, target, target + count)
}

/** target ← float16 at x as float32, `length` of them. */
export function loadHalves(words: Int32Array, x: number, target: number, length: number): void {
  for (let i = 0; i < length; i++) {
    words[target + i] = bitsOfHalf((words[x + (i >>> 1)] >>> ((i & 1) << 4)) & 0xffff)
  }
  clearTail(words, target, target + length)
}

/** target ← the scale of x as a float32, then x as int8, `length` of them, four to a word, the first in the lowest byte. */
export function storeBytes(m: Float32Array, words: Int32Array, x: number, target: number, length: number): void {
  let largest = 0
  for (let i = 0; i < length; i++) largest = Math.max(largest, Math.abs(m[x + i]))
  const scale = Math.min(Math.fround(largest / 127), SCALE_MAX)
  m[target] = scale
  const divisor = scale === 0 ? 1 : scale
  const count = (length + 3) >>> 2
  for (let i = 0; i < count; i++) {
    let word = 0
    for (let byte = 0; byte < 4 && 4 * i + byte < length; byte++) {
      const steps = roundToEven(Math.fround(m[x + 4 * i + byte] / divisor))
      word |= (Math.min(Math.max(steps, -127), 127) & 0xff) << (8 * byte)
    }
    words[target + 1 + i] = word
  }
  clearTail(words, target, target + 1 + count)
}

/** target ← int8 at x, after their scale, as float32, `length` of them. */
export function loadBytes(m: Float32Array, words: Int32Array, x: number, target: number, length: number): void {
  const scale = m[x]
  for (let i = 0; i < length; i++) {
    const shift = 24 - 8 * (i & 3)
    m[target + i] = ((words[x + 1 + (i >>> 2)] << shift) >> 24) * scale
  }
  clearTail(words, target, target + length)
}
