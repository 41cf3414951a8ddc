import { descent, sign, stepSize } from './loss'
import { addTerm, clearTerms, stepTerms } from './terms'
import { dotVectors } from './vector'

/** A pass that takes a step after every `batch` rows, all of its gradients taken at the same w. */
export function batchSteps(
  n: u32,
  bias: i32,
  lambda: f64,
  eta: f64,
  decay: bool,
  batch: u32,
  loss: i32,
  w: usize,
  age: f64,
  rows: usize,
  labels: usize,
  count: u32,
  positive: i32,
): void {
  const bytes = (<usize>n) << 4
  let x = rows
  for (let i: u32 = 0; i < count; ) {
    const size = min<u32>(batch, count - i)
    const end = i + size
    const rate = stepSize(eta, decay, age + <f64>end)
    clearTerms()
    for (; i < end; i++, x += bytes) {
      const score = <f64>dotVectors(w, x, n)
      addTerm(<f32>(rate * descent(loss, sign(labels, i, positive), score)), x)
    }
    stepTerms(n, bias, <f32>(1.0 - rate * lambda * <f64>size), w)
  }
}
