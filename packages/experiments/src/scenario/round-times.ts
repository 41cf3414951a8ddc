import { ConfigurationError } from '@hearsay/core'
import type { FederatedLearningOptions } from '@hearsay/federated'
import type { FederatedMethod } from './method.ts'
import type { CycleDelay } from './network/network-options.ts'
import type { ScenarioOptions } from './scenario-options.ts'

/** The shortest round that is chosen where nothing is said: two transfers of a cycle each (Hegedűs, Danner, Jelasity 2021). */
const ROUND_MIN = 2

/** A normal delay is hardly ever longer than its mean and three standard deviations. */
const DEVIATIONS = 3

/** What a quotient of two decimal numbers may be too large by: 179.8 is 31 · 5.8, and 179.8 / 5.8 is more than 31. */
const ROUNDING = 1e-12

/**
 * The round, in cycles, that a federated method has where it does not say: the time of two transfers of a whole model at their
 * slowest, and 2 cycles at least. A gossip cycle has one transfer, so both methods load a client's link alike.
 *
 * @returns `undefined` where transfers have no upper bound.
 */
export function roundCycles(options: ScenarioOptions): number | undefined {
  const slowest = longestDelay(options.delay)
  if (slowest === undefined || options.latency !== undefined || options.bandwidth !== undefined) return undefined
  return Math.max(ROUND_MIN, 2 * (slowest + (options.transferCycles ?? 0)))
}

function longestDelay(delay: CycleDelay): number | undefined {
  switch (delay.kind) {
    case 'constant':
      return delay.cycles
    case 'uniform':
      return delay.max
    case 'normal':
      return delay.mean + DEVIATIONS * delay.sd
    default:
      return undefined
  }
}

/**
 * What makes no sense in how the rounds of a federated method go; `undefined` where all does. Lengths of time and numbers of
 * peers are looked at, not what the algorithm itself checks.
 */
export function roundsProblem(options: ScenarioOptions, method: FederatedMethod): string | undefined {
  const { round = roundCycles(options), fraction = 1, updatesMin = 1, server = 0 } = method
  if (round === undefined) {
    return 'how long a transfer takes has no upper bound here, so that a round has no default: say how many cycles it has'
  }
  if (options.speeds !== undefined && method.deadline === undefined) {
    return 'peers have different speeds: say by which deadline, in cycles, the server goes on without the slow ones'
  }
  const { deadline = round, opening = round } = method
  const { checkIn = deadline } = method
  if (!(round > 0 && Number.isFinite(round))) return `a round takes a number of cycles > 0, not ${round}`
  if (!(deadline >= round && Number.isFinite(deadline))) {
    return `a deadline is no earlier than the end of the shortest round, ${round} cycles, not ${deadline}`
  }
  if (!(opening > 0 && Number.isFinite(opening))) return `the first round begins after a time > 0, not ${opening}`
  if (!(checkIn > 0 && Number.isFinite(checkIn))) return `clients check in every so many cycles > 0, not ${checkIn}`
  if (!(fraction > 0 && fraction <= 1)) return `the fraction of clients in a round is in (0, 1], not ${fraction}`
  if (!(Number.isInteger(updatesMin) && updatesMin >= 1)) {
    return `a round needs an integer number of updates ≥ 1, not ${updatesMin}`
  }
  if (!(Number.isInteger(server) && server >= 0 && server < options.peers)) {
    return `the server is one of the peers 0 … ${options.peers - 1}, not ${server}`
  }
  return undefined
}

/**
 * Rounds in virtual milliseconds. What arrives at the very end of a round is to count, and messages come after timers: so a
 * round takes a millisecond more than two transfers that are as long as half of it.
 *
 * @throws {@link ConfigurationError} `METHOD`.
 */
export function roundTimes(
  options: ScenarioOptions,
  method: FederatedMethod,
): Required<Pick<FederatedLearningOptions, 'roundMs' | 'openingMs' | 'deadlineMs' | 'checkInMs'>> {
  const problem = roundsProblem(options, method)
  if (problem !== undefined) throw new ConfigurationError('METHOD', `${method.kind}: ${problem}`)
  const { periodMs } = options
  const round = method.round ?? roundCycles(options) ?? ROUND_MIN
  const { deadline = round } = method
  const roundMs = 2 * Math.round((round * periodMs) / 2) + 1
  const deadlineMs = Math.ceil((deadline / round) * (1 - ROUNDING)) * roundMs
  const openingMs = method.opening === undefined ? roundMs : Math.max(1, Math.round(method.opening * periodMs))
  const checkInMs = method.checkIn === undefined ? deadlineMs : method.checkIn * periodMs
  return { roundMs, openingMs, deadlineMs, checkInMs }
}
