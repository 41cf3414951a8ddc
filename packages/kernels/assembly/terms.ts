/**
 * The terms cᵢ·xᵢ of one mini-batch step, in scratch memory: c (float32) and the address of x (uint32) of each. Terms
 * with c = 0 are left out.
 */
let scratch: usize
let terms: u32

export function setTermsScratch(address: usize): void {
  scratch = address
}

export function clearTerms(): void {
  terms = 0
}

@inline
export function addTerm(c: f32, x: usize): void {
  if (c == 0) return
  const at = scratch + ((<usize>terms) << 3)
  store<f32>(at, c)
  store<u32>(at, <u32>x, 4)
  terms++
}

/** w ← factor·w + Σ cᵢ·xᵢ with an unscaled bias; w is read and written once, however many terms there are. */
export function stepTerms(n: u32, bias: i32, factor: f32, w: usize): void {
  if (terms == 0 && factor == 1) return
  let after: f32 = bias < 0 ? 0 : load<f32>(w + <usize>bias)
  const end = scratch + ((<usize>terms) << 3)
  const f = f32x4.splat(factor)
  const bytes = (<usize>n) << 4
  let at: usize = 0
  for (; at + 64 <= bytes; at += 64) stepFour(f, w, at, end)
  for (; at < bytes; at += 16) stepOne(f, w, at, end)
  if (bias < 0) return
  for (let term = scratch; term < end; term += 8) after += load<f32>(term)
  store<f32>(w + <usize>bias, after)
}

@inline
function stepFour(factor: v128, w: usize, at: usize, end: usize): void {
  let a = f32x4.mul(factor, v128.load(w + at))
  let b = f32x4.mul(factor, v128.load(w + at, 16))
  let c = f32x4.mul(factor, v128.load(w + at, 32))
  let d = f32x4.mul(factor, v128.load(w + at, 48))
  for (let term = scratch; term < end; term += 8) {
    const alpha = v128.load32_splat(term)
    const x = <usize>load<u32>(term, 4) + at
    a = f32x4.add(a, f32x4.mul(alpha, v128.load(x)))
    b = f32x4.add(b, f32x4.mul(alpha, v128.load(x, 16)))
    c = f32x4.add(c, f32x4.mul(alpha, v128.load(x, 32)))
    d = f32x4.add(d, f32x4.mul(alpha, v128.load(x, 48)))
  }
  v128.store(w + at, a)
  v128.store(w + at, b, 16)
  v128.store(w + at, c, 32)
  v128.store(w + at, d, 48)
}

@inline
function stepOne(factor: v128, w: usize, at: usize, end: usize): void {
  let a = f32x4.mul(factor, v128.load(w + at))
  for (let term = scratch; term < end; term += 8) {
    const x = <usize>load<u32>(term, 4) + at
    a = f32x4.add(a, f32x4.mul(v128.load32_splat(term), v128.load(x)))
  }
  v128.store(w + at, a)
}
