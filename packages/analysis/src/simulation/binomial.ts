import { naturalLogarithm, type Random } from '@hearsay/core'
import { checkParameter } from '../numeric/check.ts'
import { integerPower } from '../numeric/integer-power.ts'

/** Up to this mean, inversion takes fewer operations than rejection. */
const INVERSION_MEAN_MAX = 10

/** ln(k!) − Stirling's formula for k! at k + 1, for k = 0 … 9. */
const STIRLING_TAIL = [
  0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211,
  0.0138761288230707, 0.0118967099458917, 0.010411265261972, 0.00925546218271273, 0.00833056343336287,
]

/**
 * Draws the number of successes in independent trials, the same on every machine: by inversion for small means, else by
 * transformed rejection (BTRS of Hörmann, "The generation of binomial random variates", 1993), with correctly rounded
 * operations and logarithms of our own.
 *
 * @param trials - An integer ≥ 0.
 * @param probability - In [0, 1].
 * @throws {@link UsageError} `PARAMETER_INVALID`.
 */
export function binomial(random: Random, trials: number, probability: number): number {
  checkParameter('trials', trials, { min: 0, integer: true })
  checkParameter('probability', probability, { min: 0, max: 1 })
  if (trials === 0 || probability === 0) return 0
  if (probability > 0.5) return trials - rareBinomial(random, trials, 1 - probability)
  return rareBinomial(random, trials, probability)
}

/** As {@link binomial}, for probabilities up to ½. */
function rareBinomial(random: Random, trials: number, probability: number): number {
  if (probability === 0) return 0
  if (trials * probability <= INVERSION_MEAN_MAX) return invert(random, trials, probability)
  return reject(random, trials, probability)
}

/** Walks up the distribution from 0 successes until it has passed a uniform number. */
function invert(random: Random, trials: number, probability: number): number {
  const odds = probability / (1 - probability)
  const none = integerPower(1 - probability, trials)
  for (;;) {
    let rest = random.float64()
    let mass = none
    for (let successes = 0; successes <= trials; successes++) {
      if (rest < mass) return successes
      rest -= mass
      mass *= (odds * (trials - successes)) / (successes + 1)
    }
    // The masses have summed to less than 1 by rounding, and the draw lay above their sum: draw again.
  }
}

function reject(random: Random, trials: number, probability: number): number {
  const deviation = Math.sqrt(trials * probability * (1 - probability))
  const b = 1.15 + 2.53 * deviation
  const a = -0.0873 + 0.0248 * b + 0.01 * probability
  const centre = trials * probability + 0.5
  const squeeze = 0.92 - 4.2 / b
  const alpha = (2.83 + 5.1 / b) * deviation
  for (;;) {
    const u = random.float64() - 0.5
    const v = random.float64()
    const tail = 0.5 - Math.abs(u)
    const successes = Math.floor(((2 * a) / tail + b) * u + centre)
    if (tail >= 0.07 && v <= squeeze) return successes
    if (!(successes >= 0 && successes <= trials)) continue
    const height = naturalLogarithm((v * alpha) / (a / (tail * tail) + b))
    if (height <= logarithmicRatio(trials, probability, successes)) return successes
  }
}

/** ln of the probability of k successes over that of the mode. */
function logarithmicRatio(n: number, probability: number, k: number): number {
  const odds = probability / (1 - probability)
  const mode = Math.floor((n + 1) * probability)
  return (
    (mode + 0.5) * naturalLogarithm((mode + 1) / (odds * (n - mode + 1))) +
    (n + 1) * naturalLogarithm((n - mode + 1) / (n - k + 1)) +
    (k + 0.5) * naturalLogarithm((odds * (n - k + 1)) / (k + 1)) +
    stirlingTail(mode) +
    stirlingTail(n - mode) -
    stirlingTail(k) -
    stirlingTail(n - k)
  )
}

function stirlingTail(k: number): number {
  if (k < STIRLING_TAIL.length) return STIRLING_TAIL[k]
  const square = (k + 1) * (k + 1)
  return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1)
}
