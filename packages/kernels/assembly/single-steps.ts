import { descent, sign, stepSize } from './loss'
import { dotVectors, scaleDotVectors, stepDotVectors } from './vector'

/**
 * A pass that takes a step after every row: one loop over w per row, which takes the step of row i and forms the score
 * of row i + 1. `score` is that of row 0. `bias` is the byte offset of the bias component in w, negative for none.
 */
export function singleSteps(
  n: u32,
  bias: i32,
  lambda: f64,
  eta: f64,
  decay: bool,
  loss: i32,
  w: usize,
  age: f64,
  rows: usize,
  labels: usize,
  count: u32,
  positive: i32,
  score: f32,
): void {
  const bytes = (<usize>n) << 4
  let x = rows
  for (let i: u32 = 0; i < count; i++) {
    const rate = stepSize(eta, decay, age + <f64>(i + 1))
    const alpha = <f32>(rate * descent(loss, sign(labels, i, positive), <f64>score))
    const factor = <f32>(1.0 - rate * lambda)
    // The last row has no successor: its own score is formed instead, and not used.
    const next = i + 1 < count ? x + bytes : x
    score = step(n, bias, factor, w, alpha, x, next)
    x = next
  }
}

/** w ← factor·w + alpha·x with an unscaled bias; returns ⟨w, next⟩. */
@inline
function step(n: u32, bias: i32, factor: f32, w: usize, alpha: f32, x: usize, next: usize): f32 {
  if (alpha == 0) {
    if (factor == 1) return dotVectors(w, next, n)
    if (bias < 0) return scaleDotVectors(factor, w, next, n)
  }
  if (bias < 0) return stepDotVectors(factor, w, alpha, x, next, n)
  const at = w + <usize>bias
  const after = load<f32>(at) + alpha
  const score = alpha == 0 ? scaleDotVectors(factor, w, next, n) : stepDotVectors(factor, w, alpha, x, next, n)
  // The loop scaled the bias like any other component, and the row's bias word is 1.
  const scaled = load<f32>(at)
  store<f32>(at, after)
  return score + (after - scaled)
}
