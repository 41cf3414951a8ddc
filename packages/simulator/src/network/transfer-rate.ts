import { type Random, UsageError } from '@hearsay/core'
import { checkPositive } from './checks.ts'
import { weightedChoice } from './weighted-choice.ts'

/** How fast peers' access links are: one rate for all, or classes from which each peer is drawn. */
export type TransferRate = number | readonly TransferRateClass[]

/** A kind of access link. */
export interface TransferRateClass {
  /** > 0; Infinity where size does not matter. */
  readonly bytesPerSecond: number
  /** Share of the peers that have it, in proportion, ≥ 0. */
  readonly weight: number
}

/**
 * The milliseconds that a byte takes, of each peer.
 *
 * @throws {@link UsageError} `BANDWIDTH`, `WEIGHTS` when a rate or a weight is out of its range.
 */
export function drawMsPerByte(rate: TransferRate, peers: number, random: Random): Float64Array {
  if (typeof rate === 'number') return new Float64Array(peers).fill(msPerByte(rate))
  const classes = rate.map(({ bytesPerSecond }) => msPerByte(bytesPerSecond))
  const choose = weightedChoice(rate.map(({ weight }) => weight))
  const values = new Float64Array(peers)
  for (let peer = 0; peer < peers; peer++) values[peer] = classes[choose(random)]
  return values
}

function msPerByte(bytesPerSecond: number): number {
  if (bytesPerSecond === Number.POSITIVE_INFINITY) return 0
  const ms = 1000 / checkPositive('BANDWIDTH', 'a rate', bytesPerSecond, 'bytes per second')
  if (Number.isFinite(ms)) return ms
  throw new UsageError('BANDWIDTH', `at ${bytesPerSecond} bytes per second nothing ever arrives`)
}
