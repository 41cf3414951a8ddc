import type { SimulatedEvent } from '../../tap.ts'
import type { Invariant } from './invariant.ts'

/** What has an age for each peer: `GossipLearning`. */
export interface Aged {
  readonly ages: ArrayLike<number>
}

/**
 * The age of an honest peer's own model never falls, unless the peer loses its state. It holds where a received model is
 * merged with the current one and the larger age is kept; where it is merged with the last received one, ages may fall.
 *
 * @param attackers - 1 for each peer that is not looked at.
 */
export function agesMonotone({ ages }: Aged, attackers: Uint8Array): Invariant {
  const last = new Float64Array(attackers.length)
  return {
    name: 'ages monotone',
    onEvent: ({ peer, what, kind }: SimulatedEvent) => {
      const age = ages[peer]
      const before = what === 'online' && kind === 1 ? 0 : last[peer]
      last[peer] = age
      // Written so that NaN is caught.
      return age >= before || attackers[peer] === 1 ? undefined : `the age of the model was ${before} and is ${age}`
    },
  }
}
