import { checkProbability } from './checks.ts'
import { type Delay, delaySampler } from './delay.ts'
import type { NetworkModel } from './network-model.ts'

/** Holds some messages back, so that later ones overtake them. */
export interface ReorderingOptions {
  /** The share of messages in [0, 1] that is held back. */
  readonly probability: number
  /** For how long: longer than the time between messages, or nothing overtakes. */
  readonly delay: Delay
}

/**
 * A part for {@link composeNetwork}.
 *
 * @throws {@link UsageError} `REORDERING`, `DELAY`, `WEIGHTS` when an option is out of its range.
 */
export function reordering(options: ReorderingOptions): NetworkModel {
  const probability = checkProbability('REORDERING', 'the share of messages held back', options.probability)
  const { draw } = delaySampler(options.delay)
  return { minimumDelayMs: 0, transfer: (random) => (random.float64() < probability ? draw(random) : 0) }
}
