import { checkProbability } from './checks.ts'
import { type Delay, delaySampler } from './delay.ts'
import { LOST, type NetworkModel } from './network-model.ts'

/** Delays that are drawn for each message independently, and independent loss. */
export interface IndependentNetworkOptions {
  readonly delay: Delay
  /**
   * The probability in [0, 1] that a message is lost.
   *
   * @defaultValue 0
   */
  readonly loss?: number
}

/**
 * A network in which each message has its own delay and its own chance of being lost.
 *
 * @throws {@link UsageError} `LOSS`, `DELAY`, `WEIGHTS` when a number is out of its range.
 */
export function independentNetwork(options: IndependentNetworkOptions): NetworkModel {
  const loss = checkProbability('LOSS', 'loss', options.loss ?? 0)
  const { draw, minimumMs } = delaySampler(options.delay)
  // Without loss a message costs one call: what draws delays is the network.
  if (loss === 0) return { minimumDelayMs: minimumMs, transfer: draw }
  return { minimumDelayMs: minimumMs, transfer: (random) => (random.float64() < loss ? LOST : draw(random)) }
}
