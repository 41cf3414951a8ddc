// Loops over vectors of `n` SIMD words (f32x4) at byte addresses. Each takes four SIMD words a turn, with four
// accumulators where it sums, so that an addition need not wait for the one before; then two, then one.

/** Sum of all lanes, always in this order. */
@inline
export function total(a: v128, b: v128, c: v128, d: v128): f32 {
  let s = f32x4.add(f32x4.add(a, b), f32x4.add(c, d))
  s = f32x4.add(s, v128.shuffle<f32>(s, s, 2, 3, 0, 1))
  return f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1)
}

@inline
function accumulate(sum: v128, x: usize, y: usize, at: usize): v128 {
  return f32x4.add(sum, f32x4.mul(v128.load(x + at), v128.load(y + at)))
}

/** ⟨x, y⟩. */
export function dotVectors(x: usize, y: usize, n: u32): f32 {
  let a = f32x4.splat(0)
  let b = a
  let c = a
  let d = a
  for (let end = x + ((<usize>(n & ~3)) << 4); x < end; x += 64, y += 64) {
    a = accumulate(a, x, y, 0)
    b = accumulate(b, x, y, 16)
    c = accumulate(c, x, y, 32)
    d = accumulate(d, x, y, 48)
  }
  if (n & 2) {
    a = accumulate(a, x, y, 0)
    b = accumulate(b, x, y, 16)
    x += 32
    y += 32
  }
  if (n & 1) c = accumulate(c, x, y, 0)
  return total(a, b, c, d)
}

@inline
function axpyAt(alpha: v128, x: usize, y: usize, at: usize): void {
  v128.store(y + at, f32x4.add(v128.load(y + at), f32x4.mul(alpha, v128.load(x + at))))
}

/** y ← y + alpha·x. */
export function axpyVectors(alpha: f32, x: usize, y: usize, n: u32): void {
  const s = f32x4.splat(alpha)
  for (let end = x + ((<usize>(n & ~3)) << 4); x < end; x += 64, y += 64) {
    axpyAt(s, x, y, 0)
    axpyAt(s, x, y, 16)
    axpyAt(s, x, y, 32)
    axpyAt(s, x, y, 48)
  }
  if (n & 2) {
    axpyAt(s, x, y, 0)
    axpyAt(s, x, y, 16)
    x += 32
    y += 32
  }
  if (n & 1) axpyAt(s, x, y, 0)
}

/** x ← alpha·x. */
export function scaleVectors(alpha: f32, x: usize, n: u32): void {
  const s = f32x4.splat(alpha)
  for (let end = x + ((<usize>n) << 4); x < end; x += 16) v128.store(x, f32x4.mul(s, v128.load(x)))
}

/** y ← x. */
export function copyVectors(x: usize, y: usize, n: u32): void {
  for (let end = x + ((<usize>n) << 4); x < end; x += 16, y += 16) v128.store(y, v128.load(x))
}

/** Σ xᵢ² in float64. */
export function squareOfNorm(x: usize, n: u32): f64 {
  let low = f64x2.splat(0)
  let high = low
  for (let end = x + ((<usize>n) << 4); x < end; x += 16) {
    const words = v128.load(x)
    const first = f64x2.promote_low_f32x4(words)
    const last = f64x2.promote_low_f32x4(v128.shuffle<f32>(words, words, 2, 3, 0, 1))
    low = f64x2.add(low, f64x2.mul(first, first))
    high = f64x2.add(high, f64x2.mul(last, last))
  }
  const sum = f64x2.add(low, high)
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
}

@inline
function stepAt(sum: v128, factor: v128, w: usize, alpha: v128, x: usize, next: usize, at: usize): v128 {
  const word = f32x4.add(f32x4.mul(factor, v128.load(w + at)), f32x4.mul(alpha, v128.load(x + at)))
  v128.store(w + at, word)
  return f32x4.add(sum, f32x4.mul(word, v128.load(next + at)))
}

/** w ← factor·w + alpha·x; returns ⟨w, next⟩ with the new w. */
export function stepDotVectors(factor: f32, w: usize, alpha: f32, x: usize, next: usize, n: u32): f32 {
  const f = f32x4.splat(factor)
  const s = f32x4.splat(alpha)
  let a = f32x4.splat(0)
  let b = a
  let c = a
  let d = a
  for (let end = w + ((<usize>(n & ~3)) << 4); w < end; w += 64, x += 64, next += 64) {
    a = stepAt(a, f, w, s, x, next, 0)
    b = stepAt(b, f, w, s, x, next, 16)
    c = stepAt(c, f, w, s, x, next, 32)
    d = stepAt(d, f, w, s, x, next, 48)
  }
  if (n & 2) {
    a = stepAt(a, f, w, s, x, next, 0)
    b = stepAt(b, f, w, s, x, next, 16)
    w += 32
    x += 32
    next += 32
  }
  if (n & 1) c = stepAt(c, f, w, s, x, next, 0)
  return total(a, b, c, d)
}

@inline
function scaleAt(sum: v128, factor: v128, w: usize, next: usize, at: usize): v128 {
  const word = f32x4.mul(factor, v128.load(w + at))
  v128.store(w + at, word)
  return f32x4.add(sum, f32x4.mul(word, v128.load(next + at)))
}

/** w ← factor·w; returns ⟨w, next⟩ with the new w. */
export function scaleDotVectors(factor: f32, w: usize, next: usize, n: u32): f32 {
  const f = f32x4.splat(factor)
  let a = f32x4.splat(0)
  let b = a
  let c = a
  let d = a
  for (let end = w + ((<usize>(n & ~3)) << 4); w < end; w += 64, next += 64) {
    a = scaleAt(a, f, w, next, 0)
    b = scaleAt(b, f, w, next, 16)
    c = scaleAt(c, f, w, next, 32)
    d = scaleAt(d, f, w, next, 48)
  }
  if (n & 2) {
    a = scaleAt(a, f, w, next, 0)
    b = scaleAt(b, f, w, next, 16)
    w += 32
    next += 32
  }
  if (n & 1) c = scaleAt(c, f, w, next, 0)
  return total(a, b, c, d)
}
