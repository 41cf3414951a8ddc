import type { Evaluator } from './evaluator.ts'

/**
 * The voting predictor (Ormándi, Hegedűs, Jelasity 2013, algorithm 4): each of a peer's last k models votes for one
 * class, and the class with the most votes wins; the smallest class of equals.
 *
 * @param models - Offsets of the models, at least one.
 * @param classes - Number of classes.
 * @returns The 0–1 error of the vote.
 */
export function votingError(evaluator: Evaluator, models: readonly number[], classes: number): number {
  const votes = new Int32Array(evaluator.rows * classes)
  const predictions = new Int32Array(evaluator.rows)
  for (const model of models) {
    evaluator.predictions(model, predictions)
    for (let row = 0; row < predictions.length; row++) votes[row * classes + predictions[row]]++
  }
  for (let row = 0; row < predictions.length; row++) {
    let best = 0
    for (let label = 1; label < classes; label++) {
      if (votes[row * classes + label] > votes[row * classes + best]) best = label
    }
    predictions[row] = best
  }
  return evaluator.errorOf(predictions)
}
