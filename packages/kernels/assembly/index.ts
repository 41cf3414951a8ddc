// What JavaScript calls. Offsets and lengths cross the border in words of the memory; inside, vectors are byte addresses
// and numbers of SIMD words. Nothing here allocates, and there is no data segment: the memory belongs to the caller.

import { batchSteps } from './batch-steps'
import { loadBytes, loadHalves, storeBytes, storeHalves } from './encode'
import { mergeDotVectors, mergeReplaceDotVectors, mergeVectors, setMergeFactors } from './merge'
import { singleSteps } from './single-steps'
import { planBatch, planBias, planDecay, planEta, planLambda, planWords } from './plan'
import { countWrong, storeScores } from './scores'
import { setSoftmaxScratch, softmaxSteps } from './softmax'
import { setTermsScratch } from './terms'
import { axpyVectors, copyVectors, dotVectors, scaleVectors, squareOfNorm } from './vector'

@inline
function address(offset: u32): usize {
  return (<usize>offset) << 2
}

/** Words to SIMD words, rounded up. */
@inline
function simdWords(length: u32): u32 {
  return (length + 3) >> 2
}

/** Tells where the scratch areas are; once, before any pass. */
export function initialise(terms: u32, normalisers: u32, exponentials: u32, exponentialsMax: u32): void {
  setTermsScratch(address(terms))
  setSoftmaxScratch(address(normalisers), address(exponentials), exponentialsMax)
}

export function dot(x: u32, y: u32, length: u32): f32 {
  return dotVectors(address(x), address(y), simdWords(length))
}

export function axpy(alpha: f32, x: u32, y: u32, length: u32): void {
  axpyVectors(alpha, address(x), address(y), simdWords(length))
}

export function scale(alpha: f32, x: u32, length: u32): void {
  scaleVectors(alpha, address(x), simdWords(length))
}

export function copy(x: u32, y: u32, length: u32): void {
  copyVectors(address(x), address(y), simdWords(length))
}

export function merge(target: u32, x: u32, weightX: f64, y: u32, weightY: f64, length: u32): void {
  setMergeFactors(weightX, weightY)
  mergeVectors(address(target), address(x), address(y), simdWords(length))
}

export function norm(x: u32, length: u32): f64 {
  return sqrt(squareOfNorm(address(x), simdWords(length)))
}

export { usePlan } from './plan'

export function pass(
  loss: i32,
  model: u32,
  age: f64,
  rows: u32,
  labels: u32,
  count: u32,
  positive: i32,
): void {
  if (count == 0) return
  const w = address(model)
  const x = address(rows)
  const y = address(labels)
  if (planBatch > 1) {
    batchSteps(planWords, planBias, planLambda, planEta, planDecay, planBatch, loss, w, age, x, y, count, positive)
  } else {
    const score = dotVectors(w, x, planWords)
    singleSteps(planWords, planBias, planLambda, planEta, planDecay, loss, w, age, x, y, count, positive, score)
  }
}

export function mergePass(
  target: u32,
  received: u32,
  weightReceived: f64,
  last: u32,
  weightLast: f64,
  replaceLast: bool,
  loss: i32,
  age: f64,
  rows: u32,
  labels: u32,
  count: u32,
  positive: i32,
): void {
  const n = planWords
  const w = address(target)
  const from = address(received)
  const kept = address(last)
  setMergeFactors(weightReceived, weightLast)
  // In place over `last` is fine as long as `last` is not written: the merge reads each word before it writes it.
  if (planBatch > 1 || count == 0 || target == received || received == last || (target == last && replaceLast)) {
    mergeVectors(w, from, kept, n)
    if (replaceLast) copyVectors(from, kept, n)
    pass(loss, target, age, rows, labels, count, positive)
    return
  }
  const x = address(rows)
  const y = address(labels)
  const score = replaceLast ? mergeReplaceDotVectors(w, from, kept, x, n) : mergeDotVectors(w, from, kept, x, n)
  singleSteps(n, planBias, planLambda, planEta, planDecay, loss, w, age, x, y, count, positive, score)
}

export function softmaxPass(
  classes: u32,
  model: u32,
  age: f64,
  rows: u32,
  labels: u32,
  count: u32,
): void {
  const w = address(model)
  const x = address(rows)
  const y = address(labels)
  softmaxSteps(planWords, planBias, planLambda, planEta, planDecay, planBatch, classes, w, age, x, y, count)
}

export function scores(target: u32, model: u32, stride: u32, rows: u32, count: u32): void {
  storeScores(address(target), address(model), address(rows), count, stride >> 2)
}

export function countErrors(model: u32, stride: u32, rows: u32, labels: u32, count: u32, positive: i32): u32 {
  return countWrong(address(model), address(rows), address(labels), count, stride >> 2, positive)
}

export function encodeFloat16(x: u32, target: u32, length: u32): void {
  storeHalves(address(x), address(target), length)
}

export function decodeFloat16(x: u32, target: u32, length: u32): void {
  loadHalves(address(x), address(target), length)
}

export function encodeInt8(x: u32, target: u32, length: u32): void {
  storeBytes(address(x), address(target), length)
}

export function decodeInt8(x: u32, target: u32, length: u32): void {
  loadBytes(address(x), address(target), length)
}

export { exponential } from './exponential'
