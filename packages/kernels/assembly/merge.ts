import { total } from './vector'

/** The factors of the two vectors of a merge. */
let factorX: f32
let factorY: f32

/** weightX/(weightX + weightY) and its complement: the rules of `src/numeric/merge-factor.ts`, with the same bits. */
export function setMergeFactors(weightX: f64, weightY: f64): void {
  let sum = weightX + weightY
  if (sum == Infinity) {
    weightX *= 0.5
    weightY *= 0.5
    sum = weightX + weightY
  }
  factorX = sum == 0.0 ? 0.5 : <f32>(weightX / sum)
  factorY = sum == 0.0 ? 0.5 : <f32>(weightY / sum)
  if (weightX < weightY) factorX = complement(factorX, factorY)
  else if (weightY < weightX) factorY = complement(factorY, factorX)
}

/** `share`, or less where it and the larger share, both rounded up, add up to more than 1. */
@inline
function complement(share: f32, larger: f32): f32 {
  return larger < 1 && <f64>larger + <f64>share > 1.0 ? 1 - larger : share
}

@inline
function blend(f: v128, x: v128, g: v128, y: v128): v128 {
  return f32x4.add(f32x4.mul(f, x), f32x4.mul(g, y))
}

/** target ← factorX·x + factorY·y. */
export function mergeVectors(target: usize, x: usize, y: usize, n: u32): void {
  const f = f32x4.splat(factorX)
  const g = f32x4.splat(factorY)
  for (let end = x + ((<usize>n) << 4); x < end; x += 16, y += 16, target += 16) {
    v128.store(target, blend(f, v128.load(x), g, v128.load(y)))
  }
}

@inline
function mergeAt(
  replace: bool,
  sum: v128,
  f: v128,
  g: v128,
  target: usize,
  x: usize,
  y: usize,
  row: usize,
  at: usize,
): v128 {
  const received = v128.load(x + at)
  const word = blend(f, received, g, v128.load(y + at))
  v128.store(target + at, word)
  if (replace) v128.store(y + at, received)
  return f32x4.add(sum, f32x4.mul(word, v128.load(row + at)))
}

/** One loop for both functions below: `replace` is a constant in each, so that neither tests it. */
@inline
function mergeDot(replace: bool, target: usize, x: usize, y: usize, row: usize, n: u32): f32 {
  const f = f32x4.splat(factorX)
  const g = f32x4.splat(factorY)
  let a = f32x4.splat(0)
  let b = a
  let c = a
  let d = a
  for (let end = x + ((<usize>(n & ~3)) << 4); x < end; x += 64, y += 64, target += 64, row += 64) {
    a = mergeAt(replace, a, f, g, target, x, y, row, 0)
    b = mergeAt(replace, b, f, g, target, x, y, row, 16)
    c = mergeAt(replace, c, f, g, target, x, y, row, 32)
    d = mergeAt(replace, d, f, g, target, x, y, row, 48)
  }
  if (n & 2) {
    a = mergeAt(replace, a, f, g, target, x, y, row, 0)
    b = mergeAt(replace, b, f, g, target, x, y, row, 16)
    x += 32
    y += 32
    target += 32
    row += 32
  }
  if (n & 1) c = mergeAt(replace, c, f, g, target, x, y, row, 0)
  return total(a, b, c, d)
}

/** As {@link mergeVectors}; returns ⟨target, row⟩. The target must differ from x; it may be y. */
export function mergeDotVectors(target: usize, x: usize, y: usize, row: usize, n: u32): f32 {
  return mergeDot(false, target, x, y, row, n)
}

/** As {@link mergeDotVectors}, and y ← x in the same loop. All three must differ. */
export function mergeReplaceDotVectors(target: usize, x: usize, y: usize, row: usize, n: u32): f32 {
  return mergeDot(true, target, x, y, row, n)
}
