// Scores of rows: ⟨w, xᵢ⟩ for many i and one w. Four rows a turn share the loads of w, and their sums are formed together.

@inline
function product(x: usize, w: v128): v128 {
  return f32x4.mul(v128.load(x), w)
}

/** The sums of the lanes of four vectors: lane i is the sum of the i-th. */
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 1, 4, 5), v128.shuffle<f32>(a, b, 2, 3, 6, 7))
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 1, 4, 5), v128.shuffle<f32>(c, d, 2, 3, 6, 7))
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7))
}

/** The scores of the four rows of `n` SIMD words from `x` on, `bytes` apart. A row's score depends on nothing else. */
export function scoresOfFour(w: usize, x: usize, bytes: usize, n: u32): v128 {
  let a = f32x4.splat(0)
  let b = a
  let c = a
  let d = a
  let x1 = x + bytes
  let x2 = x1 + bytes
  let x3 = x2 + bytes
  for (let end = w + ((<usize>n) << 4); w < end; w += 16, x += 16, x1 += 16, x2 += 16, x3 += 16) {
    const word = v128.load(w)
    a = f32x4.add(a, product(x, word))
    b = f32x4.add(b, product(x1, word))
    c = f32x4.add(c, product(x2, word))
    d = f32x4.add(d, product(x3, word))
  }
  return sums(a, b, c, d)
}

/** The score of one row, to the bit what it is among four. */
export function scoreOfOne(w: usize, x: usize, n: u32): f32 {
  return f32x4.extract_lane(scoresOfFour(w, x, 0, n), 0)
}

/** Writes the score of each row. */
export function storeScores(target: usize, w: usize, x: usize, count: u32, n: u32): void {
  const bytes = (<usize>n) << 4
  let left = count
  for (; left >= 4; left -= 4, x += bytes << 2, target += 16) v128.store(target, scoresOfFour(w, x, bytes, n))
  for (; left > 0; left--, x += bytes, target += 4) store<f32>(target, scoreOfOne(w, x, n))
}

/** Rows that are scored wrongly: a score > 0 predicts `positive`, any other does not. */
export function countWrong(w: usize, x: usize, labels: usize, count: u32, n: u32, positive: i32): u32 {
  const bytes = (<usize>n) << 4
  const zero = f32x4.splat(0)
  const class1 = i32x4.splat(positive)
  let errors: u32 = 0
  let left = count
  for (; left >= 4; left -= 4, x += bytes << 2, labels += 16) {
    const predicted = f32x4.gt(scoresOfFour(w, x, bytes, n), zero)
    const actual = i32x4.eq(v128.load(labels), class1)
    errors += popcnt(i32x4.bitmask(v128.xor(predicted, actual)))
  }
  for (; left > 0; left--, x += bytes, labels += 4) {
    const predicted = scoreOfOne(w, x, n) > 0
    if (predicted != (load<i32>(labels) == positive)) errors++
  }
  return errors
}
