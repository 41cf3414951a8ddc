import { exponential } from './exponential'
import { stepSize } from './loss'
import { addTerm, clearTerms, stepTerms } from './terms'
import { dotVectors } from './vector'

/** Scratch: per row of a batch, the largest score and the sum of the exponentials (two float64). */
let normalisers: usize
/** Scratch: e^(score − largest score) of each row and class of a batch, where they fit. */
let exponentials: usize
let exponentialsMax: u64

export function setSoftmaxScratch(normalisersAt: usize, exponentialsAt: usize, count: u32): void {
  normalisers = normalisersAt
  exponentials = exponentialsAt
  exponentialsMax = count
}

/** A pass of multinomial logistic regression; output k's weights follow those of output k − 1. */
export function softmaxSteps(
  n: u32,
  bias: i32,
  lambda: f64,
  eta: f64,
  decay: bool,
  batch: u32,
  classes: u32,
  w: usize,
  age: f64,
  rows: usize,
  labels: usize,
  count: u32,
): void {
  const bytes = (<usize>n) << 4
  for (let first: u32 = 0; first < count; first += batch) {
    const size = min<u32>(batch, count - first)
    const rate = stepSize(eta, decay, age + <f64>(first + size))
    const factor = <f32>(1.0 - rate * lambda * <f64>size)
    const kept = <u64>classes * <u64>size <= exponentialsMax
    for (let i: u32 = 0; i < size; i++) normalise(n, classes, w, rows + bytes * i, i, kept)
    let weights = w
    for (let k: u32 = 0; k < classes; k++, weights += bytes) {
      clearTerms()
      for (let i: u32 = 0; i < size; i++) {
        const x = rows + bytes * i
        const target = load<u32>(labels + ((<usize>i) << 2)) == k ? 1.0 : 0.0
        const e = kept ? load<f64>(keptAt(i, k, classes)) : recompute(n, weights, x, i)
        addTerm(<f32>(rate * (target - e / load<f64>(normaliserAt(i), 8))), x)
      }
      stepTerms(n, bias, factor, weights)
    }
    rows += bytes * batch
    labels += (<usize>batch) << 2
  }
}

@inline
function normaliserAt(i: u32): usize {
  return normalisers + ((<usize>i) << 4)
}

@inline
function keptAt(i: u32, k: u32, classes: u32): usize {
  return exponentials + ((<usize>(i * classes + k)) << 3)
}

/** e^(score − largest score) again, from the weights of an output whose step has not been taken yet. */
function recompute(n: u32, weights: usize, x: usize, i: u32): f64 {
  return exponential(<f64>dotVectors(weights, x, n) - load<f64>(normaliserAt(i)))
}

/** Forms row i's largest score, which is subtracted so that no sum is 0 or infinite, and its sum of exponentials. */
function normalise(n: u32, classes: u32, w: usize, x: usize, i: u32, kept: bool): void {
  const bytes = (<usize>n) << 4
  let largest: f64 = -Infinity
  for (let k: u32 = 0; k < classes; k++) {
    const score = <f64>dotVectors(w + bytes * k, x, n)
    if (kept) store<f64>(keptAt(i, k, classes), score)
    if (score > largest) largest = score
  }
  store<f64>(normaliserAt(i), largest)
  let sum: f64 = 0
  for (let k: u32 = 0; k < classes; k++) {
    let e: f64
    if (kept) {
      const at = keptAt(i, k, classes)
      e = exponential(load<f64>(at) - largest)
      store<f64>(at, e)
    } else {
      e = recompute(n, w + bytes * k, x, i)
    }
    sum += e
  }
  store<f64>(normaliserAt(i), sum, 8)
}
