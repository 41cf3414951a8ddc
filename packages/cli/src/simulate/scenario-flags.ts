import { ConfigurationError } from '@hearsay/core'
import type { SimulateFlags } from './simulate-flags.ts'
import { flowOf } from '../flags/exchange-flags.ts'
import type { ScenarioOptions } from '@hearsay/experiments'

/**
 * What the flags ask to simulate, without what they say of how it is run and told.
 *
 * @throws {@link ConfigurationError} `FLAG_OVERLAY` for a flag of another overlay; what {@link flowOf} throws.
 */
export function scenarioOptions(flags: SimulateFlags): ScenarioOptions {
  refuseOverlayFlags(flags)
  const { model, lambda, eta, batch, create, merge, mergeGap, age, period, bias = false, guard = false } = flags
  const { peers, seed, jitter, overlay, degree, viewSize, mergeWith, exchange, weights, votes } = flags
  const { loss, duplicate, reorder, bandwidth, transferCycles, latency, partition, nat } = flags
  const { churn, crash, join, loseState, wholeTransfers, measure } = flags
  const { shards, rowsPerPeer, evaluate, backend } = flags
  const learner = {
    ...{ model, lambda, batch, creation: create, merge, ageRule: age },
    ...(eta === undefined ? {} : { eta }),
    ...(mergeGap === undefined ? {} : { mergeGap }),
  }
  return {
    ...{ peers, seed, periodMs: period, jitter, overlay, degree, viewSize },
    ...{ learner, bias, mergeWith, flow: flowOf(flags), exchange, weights, votes },
    ...{ delay: delayOf(flags), loss, duplicate, reorder, bandwidth, transferCycles, latency, partition, nat },
    ...{ churn, crash, join, loseState, wholeTransfers, measure },
    ...{ shards, rowsPerPeer, evaluate, guard, backend },
  }
}

/** What would have no effect. */
function refuseOverlayFlags({ overlay, degree, viewSize }: SimulateFlags): void {
  const isGraph = overlay !== 'newscast' && overlay !== 'uniform'
  const wrong = (message: string): ConfigurationError => new ConfigurationError('FLAG_OVERLAY', message)
  if (degree !== undefined && !isGraph) throw wrong(`--degree is of fixed graphs, not of --overlay ${overlay}`)
  if (viewSize !== undefined && overlay !== 'newscast') throw wrong('--view-size goes with --overlay newscast')
}

/** A cycle, unless something else says how long messages take. */
function delayOf({ delay, latency, transferCycles }: SimulateFlags): ScenarioOptions['delay'] {
  const isTimed = latency !== undefined || transferCycles !== undefined
  return delay ?? { kind: 'constant', cycles: isTimed ? 0 : 1 }
}
