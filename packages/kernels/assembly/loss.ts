import { exponential } from './exponential'

/** −∂loss/∂score for a row of class y = ±1; `loss` is a number of `Loss` in `src/kernels.ts`. */
export function descent(loss: i32, y: f64, score: f64): f64 {
  if (loss == 0) return y * score < 1.0 ? y : 0.0
  if (loss == 1) return y / (1.0 + exponential(y * score))
  return y - score
}

/** η at age t ≥ 1. */
@inline
export function stepSize(eta: f64, decay: bool, t: f64): f64 {
  return decay ? eta / t : eta
}

/** The class of row `row` of the pass, as ±1. */
@inline
export function sign(labels: usize, row: u32, positive: i32): f64 {
  return load<i32>(labels + ((<usize>row) << 2)) == positive ? 1.0 : -1.0
}
