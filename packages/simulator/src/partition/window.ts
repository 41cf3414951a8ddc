import { ConfigurationError } from '@hearsay/core'
import { ticksOf } from '../events/timing-wheel.ts'
import type { NetworkModel } from '../network/network-model.ts'

/**
 * How many milliseconds peers run without hearing of those that are hosted elsewhere: the whole moments of the network's
 * smallest delay.
 *
 * @throws {@link ConfigurationError} `WINDOW` where there is none.
 */
export function windowOf(network: NetworkModel): number {
  const ticks = ticksOf(network.minimumDelayMs ?? 0)
  if (ticks >= 1) return ticks
  throw new ConfigurationError(
    'WINDOW',
    'a run can be split over workers only where every message takes at least a millisecond: this network is faster; ' +
      'run it on one worker, or give it a longer smallest delay',
  )
}
