import { type Random, randomStream, naturalLogarithm, UsageError } from '@hearsay/core'
import { checkAtLeast, checkInteger, checkPositive } from '../network/checks.ts'
import { SetupPurpose } from '../network/setup-streams.ts'
import type { Availability } from './availability.ts'

/** A population that grows. */
export interface JoinsOptions {
  /** Peers of the run: those at the start and all that can join. */
  readonly peers: number
  /** Peers 0 … initial − 1 are there from the start; the others join in the order of their numbers. */
  readonly initial: number
  readonly arrivals: TimetabledArrivals | RegularArrivals | PoissonArrivals
}

/** So many peers at such a time. Peers beyond the timetable never join. */
export interface TimetabledArrivals {
  readonly kind: 'timetable'
  /** In the order of time. */
  readonly joins: readonly { readonly atMs: number; readonly count: number }[]
}

/** One peer after the other, all 1000 / perSecond milliseconds. */
export interface RegularArrivals {
  readonly kind: 'regular'
  /** Peers a second, > 0. */
  readonly perSecond: number
  /**
   * When the first of them can join, ≥ 0.
   *
   * @defaultValue 0
   */
  readonly fromMs?: number
}

/** A Poisson process. */
export interface PoissonArrivals {
  readonly kind: 'poisson'
  /** A safe integer ≥ 0. */
  readonly seed: number
  /** Peers a second on average, > 0. */
  readonly perSecond: number
  /** As in {@link RegularArrivals}. */
  readonly fromMs?: number
}

/**
 * Peers that come online for the first time during the run, and stay: compose it with churn where there is some.
 *
 * @throws {@link UsageError} `PEERS`, `JOINS` when an option is out of its range.
 */
export function joins({ peers, initial, arrivals }: JoinsOptions): Availability {
  checkInteger('PEERS', 'the number of peers', peers, 1)
  checkInteger('JOINS', 'the number of peers at the start', initial, 0, peers)
  const joinsMs = new Float64Array(peers).fill(Number.POSITIVE_INFINITY)
  joinsMs.fill(0, 0, initial)
  const later = joinsMs.subarray(initial)
  if (arrivals.kind === 'timetable') fillByTimetable(later, arrivals)
  else fillByRate(later, arrivals)
  return {
    isOnlineAtStart: (_random, peer) => joinsMs[peer] === 0,
    nextChangeMs: (_random, peer, nowMs, online) =>
      online ? Number.POSITIVE_INFINITY : Math.max(nowMs, joinsMs[peer]),
  }
}

function fillByTimetable(joinsMs: Float64Array, { joins: timetable }: TimetabledArrivals): void {
  let joined = 0
  let lastMs = 0
  for (const { atMs, count } of timetable) {
    lastMs = checkAtLeast('JOINS', 'the time of a join (in the order of time)', atMs, lastMs)
    checkInteger('JOINS', 'the number of peers that join', count, 0)
    if (joined + count > joinsMs.length) {
      throw new UsageError(
        'JOINS',
        `more than the ${joinsMs.length} peers that are not there at the start join by ${atMs} ms`,
      )
    }
    joinsMs.fill(atMs, joined, joined + count)
    joined += count
  }
}

function fillByRate(joinsMs: Float64Array, arrivals: RegularArrivals | PoissonArrivals): void {
  const gapMs = 1000 / checkPositive('JOINS', 'the rate of joins', arrivals.perSecond, 'peers a second')
  const fromMs = checkAtLeast('JOINS', 'the time of the first join', arrivals.fromMs ?? 0, 0)
  if (arrivals.kind === 'regular') {
    for (let i = 0; i < joinsMs.length; i++) joinsMs[i] = fromMs + (i + 1) * gapMs
    return
  }
  const random: Random = randomStream(arrivals.seed, 0, SetupPurpose.joins)
  let timeMs = fromMs
  for (let i = 0; i < joinsMs.length; i++) {
    timeMs -= gapMs * naturalLogarithm(1 - random.float64())
    joinsMs[i] = timeMs
  }
}
