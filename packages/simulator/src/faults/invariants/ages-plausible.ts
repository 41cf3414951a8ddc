import type { Clocks } from '../clocks.ts'
import type { Aged } from './ages-monotone.ts'
import type { Invariant } from './invariant.ts'

/** What ages are held against. */
export interface AgesPlausibleOptions {
  /** 1 for each peer that is not looked at. */
  readonly attackers: Uint8Array
  /** The largest age that a guard admits at `nowMs` of its peer's clock, never falling: `ModelGuard.ageMax`. */
  readonly ageMax: (nowMs: number) => number
  /** U: the most rows that one update trains on. */
  readonly updatesPerMerge: number
  /** The clocks of the run, where they are skewed. */
  readonly clocks?: Clocks | undefined
}

/**
 * What an honest peer's model becomes is no older than it was, or than the largest age that is plausible by the peer's clock,
 * and one update. A peer that believes in any age breaks it as soon as somebody lies. (Its own age may outrun the
 * plausible one: where the network duplicates messages, a peer merges and trains more often than others send.)
 */
export function agesPlausible({ ages }: Aged, options: AgesPlausibleOptions): Invariant {
  const { attackers, ageMax, updatesPerMerge, clocks } = options
  const last = new Float64Array(attackers.length)
  return {
    name: 'ages plausible',
    onEvent: ({ peer, time }) => {
      const plausible = ageMax(clocks === undefined ? time : clocks.localMs(peer, time))
      const limit = Math.max(last[peer], plausible) + updatesPerMerge
      last[peer] = ages[peer]
      if (ages[peer] <= limit || attackers[peer] === 1) return undefined
      return `the age of the model is ${ages[peer]}, and no honest peer can have made it older than ${limit}`
    },
  }
}
