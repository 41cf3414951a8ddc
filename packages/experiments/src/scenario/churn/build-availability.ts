import { ConfigurationError } from '@hearsay/core'
import {
  type Availability,
  composeAvailability,
  joins,
  massCrash,
  renewalSessions,
  type SessionTrace,
  smartphoneSessions,
  tracedSessions,
  withStateLoss,
} from '@hearsay/simulator'
import type { WorldOptions } from '../scenario-options.ts'
import { setupSeed } from '../setup-stream.ts'
import type { Churn, RecordedSessions } from './churn-options.ts'

/**
 * When the peers of a run are online; undefined where they always are.
 *
 * @throws {@link ConfigurationError} `CHURN`, `JOIN` where options contradict each other.
 */
export function buildAvailability(options: WorldOptions): Availability | undefined {
  const { peers, seed, churn, loseState, wholeTransfers = false } = options
  const parts = [...joinOf(options), ...crashesOf(options)]
  if (churn !== undefined) parts.push(churnOf(churn, seed, options.periodMs))
  if (parts.length === 0) {
    const idle = loseState === undefined ? wholeTransfers && '--whole-transfers' : '--lose-state'
    if (idle === false) return undefined
    throw new ConfigurationError('CHURN', `${idle} has no effect on peers that stay online: add --churn or --crash`)
  }
  const composed = parts.length === 1 ? parts[0] : composeAvailability({ peers, parts })
  return loseState === undefined ? composed : withStateLoss(composed, loseState)
}

function joinOf({ join, peers, seed, periodMs }: WorldOptions): Availability[] {
  if (join === undefined) return []
  const { initial, rate, from } = join
  if (initial > peers) {
    throw new ConfigurationError('JOIN', `--join: ${initial} of ${peers} peers cannot be there from the start`)
  }
  const perSecond = (rate * 1000) / periodMs
  const arrivals = { kind: 'poisson', seed: setupSeed(seed, 'churn'), perSecond, fromMs: from * periodMs } as const
  return [joins({ peers, initial, arrivals })]
}

function crashesOf({ crash = [], peers, seed, periodMs }: WorldOptions): Availability[] {
  return crash.map(({ at, until, share }, index) => {
    const back = until === undefined ? {} : { untilMs: until * periodMs }
    return massCrash({ peers, seed: setupSeed(seed, 'churn') + index, share, atMs: at * periodMs, ...back })
  })
}

function churnOf(churn: Churn, seed: number, periodMs: number): Availability {
  switch (churn.kind) {
    case 'exponential':
      return renewalSessions({
        online: { kind: 'exponential', meanMs: churn.mean * periodMs },
        onlineFraction: churn.online,
      })
    case 'lognormal':
      return renewalSessions({
        online: { kind: 'lognormal', medianMs: churn.median * periodMs, sigma: churn.sigma },
        onlineFraction: churn.online,
      })
    case 'smartphone':
      return smartphoneSessions({ seed: setupSeed(seed, 'churn') })
    case 'trace': {
      const trace = traceOf(churn.trace)
      if (!churn.isLoop) return tracedSessions({ trace })
      const endMs = trace.offlineMs.reduce((latest, value) => Math.max(latest, value), 1)
      return tracedSessions({ trace, repeatEveryMs: endMs })
    }
  }
}

function traceOf({ peers, starts, onlineMs, offlineMs }: RecordedSessions): SessionTrace {
  return {
    peers,
    starts: Int32Array.from(starts),
    onlineMs: Float64Array.from(onlineMs),
    offlineMs: Float64Array.from(offlineMs),
  }
}
