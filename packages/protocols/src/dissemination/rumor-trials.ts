import { UsageError } from '@hearsay/core'
import type { RumorMongering } from './rumor-mongering.ts'
import { type RumorOutcome, rumorOutcome } from './rumor-outcome.ts'

/** Independent epidemics of one rumor each, in one population of groups that know only themselves. */
export interface RumorTrialsOptions {
  /** A protocol without rumors, over groups · size peers, whose sampler stays within a group: a {@link GroupSampler}. */
  readonly protocol: RumorMongering
  readonly groups: number
  /** Peers of a group, ≥ 1. */
  readonly size: number
  /** Epidemics to measure, ≥ 1. */
  readonly runs: number
  /** Δ of the protocol in milliseconds. */
  readonly periodMs: number
  /** Makes the host run until this time, its events excluded. Its time is 0 now. */
  readonly runUntil: (timeMs: number) => void
}

/** Cycles between two looks at whether an epidemic has ended. */
const CYCLES_PER_LOOK = 4

/**
 * Runs epidemics until nobody shares their rumor, each started by the first peer of a group, and a group's next one when
 * its last has ended. All that were begun are finished and counted: to stop with the first `runs` would favour short ones.
 *
 * @returns The outcome of each.
 * @throws {@link UsageError} where `runs` or `groups` is no integer ≥ 1.
 */
export function rumorTrials(options: RumorTrialsOptions): RumorOutcome[] {
  const { protocol, groups, size, runs, periodMs, runUntil } = options
  if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(groups) || groups < 1) {
    throw new UsageError('TRIALS', `runs and groups are integers ≥ 1, not ${runs} and ${groups}`)
  }
  const outcomes: RumorOutcome[] = []
  /** By group: its rumor, 0 where it has ended and no other follows, and when that started. */
  const rumors = new Float64Array(groups)
  const startsMs = new Float64Array(groups)
  let begun = 0
  let nowMs = 0
  const begin = (group: number): void => {
    rumors[group] = begun < runs ? ++begun : 0
    startsMs[group] = nowMs
    if (rumors[group] > 0) protocol.publish(group * size, rumors[group], nowMs)
  }
  for (let group = 0; group < groups; group++) begin(group)
  while (outcomes.length < runs) {
    nowMs += CYCLES_PER_LOOK * periodMs
    runUntil(nowMs)
    for (let group = 0; group < groups; group++) {
      if (rumors[group] === 0) continue
      const range = { first: group * size, count: size, startMs: startsMs[group] }
      const outcome = rumorOutcome(protocol, rumors[group], range)
      if (outcome.hot > 0) continue
      outcomes.push(outcome)
      begin(group)
    }
  }
  return outcomes
}
