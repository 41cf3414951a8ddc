import { checkProbability } from './checks.ts'
import { LOST, type NetworkModel } from './network-model.ts'

/**
 * Loses each message with the same probability, independently, and delays none: a part for {@link composeNetwork}.
 *
 * @param loss - A probability in [0, 1].
 * @throws {@link UsageError} `LOSS` when it is not.
 */
export function independentLoss(loss: number): NetworkModel {
  checkProbability('LOSS', 'loss', loss)
  return { minimumDelayMs: 0, transfer: (random) => (random.float64() < loss ? LOST : 0) }
}
