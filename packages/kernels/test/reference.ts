import type { PassPlan } from '../src/index.ts'

// What the kernels are held against: the formulas of the interface, word for word, in float64 on plain arrays.

export function dot(x: readonly number[], y: readonly number[]): number {
  return x.reduce((sum, value, i) => sum + value * y[i], 0)
}

export function merge(x: readonly number[], weightX: number, y: readonly number[], weightY: number): number[] {
  if (weightX === 0 && weightY === 0) return x.map((value, i) => (value + y[i]) / 2)
  return x.map((value, i) => (weightX / (weightX + weightY)) * value + (weightY / (weightX + weightY)) * y[i])
}

/** Gradient of the loss of each output's score, given all scores of a row. */
export type LossGradient = (scores: readonly number[], label: number) => number[]

export const hinge = binary((y, score) => (y * score < 1 ? -y : 0))
export const log = binary((y, score) => -y / (1 + Math.exp(y * score)))
export const squared = binary((y, score) => score - y)

/** Class 1 is y = +1. */
function binary(derivative: (y: number, score: number) => number): LossGradient {
  return ([score], label) => [derivative(label === 1 ? 1 : -1, score)]
}

export const softmax: LossGradient = (scores, label) => {
  const largest = Math.max(...scores)
  const exponentials = scores.map((score) => Math.exp(score - largest))
  const sum = exponentials.reduce((total, value) => total + value, 0)
  return exponentials.map((value, k) => value / sum - (k === label ? 1 : 0))
}

/**
 * One pass of SGD; `model` holds the weights of one output after another and is changed in place.
 *
 * @returns The scores at which gradients were taken.
 */
export function pass(
  plan: PassPlan,
  gradient: LossGradient,
  model: number[],
  age: number,
  rows: readonly (readonly number[])[],
  labels: readonly number[],
): number[] {
  const { stride, bias, batch } = plan
  const outputs = stride === 0 ? 0 : model.length / stride
  const seen: number[] = []
  let t = age
  for (let first = 0; first < rows.length; first += batch) {
    const members = rows.slice(first, first + batch)
    t += members.length
    const eta = plan.decay ? plan.eta / t : plan.eta
    const gradients = members.map((row, i) => {
      const scores = Array.from({ length: outputs }, (_, k) => dot(row, model.slice(k * stride, (k + 1) * stride)))
      seen.push(...scores)
      return gradient(scores, labels[first + i])
    })
    for (let j = 0; j < model.length; j++) {
      const component = j % stride
      if (component !== bias) model[j] *= 1 - members.length * eta * plan.lambda
      members.forEach((row, i) => (model[j] -= eta * gradients[i][Math.floor(j / stride)] * (row[component] ?? 0)))
    }
  }
  return seen
}
