// Weights in fewer bytes. Vectors are at byte addresses, `n` is their number of SIMD words (f32x4) unless it says
// otherwise; the rules are those of `src/javascript/encode.ts`, with the same bits.

/** The float32 bits of 65504, the largest float16. */
const HALF_MAX_BITS: i32 = 0x477fe000
/** The float32 bits of 2⁻¹⁴, the smallest normal float16. */
const HALF_NORMAL_BITS: i32 = 0x38800000
/** float32 has a bias of 127 and 23 bits of mantissa, float16 one of 15 and 10 bits. */
const REBIAS: i32 = -112 << 23
/** The largest scale of which 127 are still a finite float32. */
const SCALE_MAX: f32 = 2.6793883890187504e36

@inline
function halvesOf(x: v128): v128 {
  const sign = v128.and(x, i32x4.splat(0x80000000))
  const bits = i32x4.min_u(v128.xor(x, sign), i32x4.splat(HALF_MAX_BITS))
  // Adding ½ to less than 2⁻¹⁴ leaves multiples of 2⁻²⁴ in the last bits, rounded by the machine.
  const half = f32x4.splat(0.5)
  const subnormal = i32x4.sub(f32x4.add(bits, half), half)
  const odd = v128.and(i32x4.shr_u(bits, 13), i32x4.splat(1))
  const normal = i32x4.shr_u(i32x4.add(i32x4.add(bits, i32x4.splat(REBIAS + 0xfff)), odd), 13)
  const isSubnormal = i32x4.lt_s(bits, i32x4.splat(HALF_NORMAL_BITS))
  return v128.or(v128.bitselect(subnormal, normal, isSubnormal), i32x4.shr_u(sign, 16))
}

@inline
function floatsOf(halves: v128): v128 {
  const sign = i32x4.shl(v128.and(halves, i32x4.splat(0x8000)), 16)
  const bits = i32x4.shl(v128.and(halves, i32x4.splat(0x7fff)), 13)
  const exponent = v128.and(bits, i32x4.splat(0x7c00 << 13))
  const normal = i32x4.add(bits, i32x4.splat(112 << 23))
  // ∞ and NaN have the largest exponent in both formats.
  const special = i32x4.add(normal, i32x4.splat(112 << 23))
  const one = i32x4.splat(113 << 23)
  const subnormal = f32x4.sub(v128.or(bits, one), one)
  const finite = v128.bitselect(subnormal, normal, i32x4.eq(exponent, i32x4.splat(0)))
  return v128.or(v128.bitselect(special, finite, i32x4.eq(exponent, i32x4.splat(0x7c00 << 13))), sign)
}

/** Zeroes the words from `at` to the next SIMD word, counted from `start`. */
function clearTail(start: usize, at: usize): void {
  const end = start + ((at - start + 15) & ~15)
  for (; at < end; at++) store<u8>(at, 0)
}

/** target ← x as float16, `length` of them. */
export function storeHalves(x: usize, target: usize, length: u32): void {
  const n = (length + 3) >> 2
  const zero = i32x4.splat(0)
  for (let i: u32 = 0; i < n; i++) {
    const halves = i16x8.narrow_i32x4_u(halvesOf(v128.load(x + (<usize>i << 4))), zero)
    v128.store64_lane(target + (<usize>i << 3), halves, 0)
  }
  clearTail(target, target + (<usize>length << 1))
}

/** target ← float16 at x as float32, `length` of them. */
export function loadHalves(x: usize, target: usize, length: u32): void {
  const n = (length + 3) >> 2
  for (let i: u32 = 0; i < n; i++) {
    const halves = v128.load_zero<u64>(x + (<usize>i << 3))
    v128.store(target + (<usize>i << 4), floatsOf(i32x4.extend_low_i16x8_u(halves)))
  }
  clearTail(target, target + (<usize>length << 2))
}

@inline
function largest(x: usize, n: u32): f32 {
  let most = f32x4.splat(0)
  for (let end = x + ((<usize>n) << 4); x < end; x += 16) most = f32x4.max(most, f32x4.abs(v128.load(x)))
  most = f32x4.max(most, v128.shuffle<f32>(most, most, 2, 3, 0, 1))
  return max<f32>(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1))
}

/** target ← the scale of x as a float32, then x as int8, `length` of them. */
export function storeBytes(x: usize, target: usize, length: u32): void {
  const n = (length + 3) >> 2
  const scale = min<f32>(largest(x, n) / 127, SCALE_MAX)
  store<f32>(target, scale)
  const divisor = f32x4.splat(scale == 0 ? 1 : scale)
  const low = f32x4.splat(-127)
  const high = f32x4.splat(127)
  for (let i: u32 = 0; i < n; i++) {
    const steps = f32x4.nearest(f32x4.div(v128.load(x + (<usize>i << 4)), divisor))
    const words = i32x4.trunc_sat_f32x4_s(f32x4.min(f32x4.max(steps, low), high))
    const halves = i16x8.narrow_i32x4_s(words, words)
    v128.store32_lane(target + 4 + (<usize>i << 2), i8x16.narrow_i16x8_s(halves, halves), 0)
  }
  clearTail(target, target + 4 + <usize>length)
}

/** target ← int8 at x, after their scale, as float32, `length` of them. */
export function loadBytes(x: usize, target: usize, length: u32): void {
  const n = (length + 3) >> 2
  const scale = f32x4.splat(load<f32>(x))
  for (let i: u32 = 0; i < n; i++) {
    const bytes = v128.load_zero<u32>(x + 4 + (<usize>i << 2))
    const words = i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(bytes))
    v128.store(target + (<usize>i << 4), f32x4.mul(f32x4.convert_i32x4_s(words), scale))
  }
  clearTail(target, target + (<usize>length << 2))
}
