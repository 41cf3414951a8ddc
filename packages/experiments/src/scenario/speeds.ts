import { ConfigurationError } from '@hearsay/core'
import { exponential } from '@hearsay/kernels'
import type { ScenarioOptions } from './scenario-options.ts'
import { setupStream } from './setup-stream.ts'
import { FACTOR_MAX, FACTOR_MIN, speedsProblem } from './speed-options.ts'

/**
 * How much longer the period of each peer is than Δ, the same at every call with the same options; undefined where all have
 * the same.
 *
 * @throws {@link ConfigurationError} `SPEEDS` for a number out of its range.
 */
export function buildPeriodFactors({ peers, seed, speeds }: ScenarioOptions): Float64Array | undefined {
  if (speeds === undefined) return undefined
  const problem = speedsProblem(speeds)
  if (problem !== undefined) throw new ConfigurationError('SPEEDS', problem)
  const random = setupStream(seed, 'speeds')
  if (speeds.kind === 'lognormal') {
    return Float64Array.from({ length: peers }, () => {
      const factor = exponential(speeds.sigma * random.normal())
      return Math.min(FACTOR_MAX, Math.max(FACTOR_MIN, factor))
    })
  }
  const slow = Math.round(speeds.share * peers)
  const factors = Float64Array.from({ length: peers }, (_, index) => (index < slow ? speeds.factor : 1))
  random.shuffle(factors)
  return factors
}
