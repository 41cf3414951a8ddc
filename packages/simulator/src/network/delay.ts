import { naturalLogarithm, type Random, UsageError } from '@hearsay/core'
import { exponential } from '@hearsay/kernels'
import { checkAtLeast, checkPositive } from './checks.ts'
import { quantileSampler, type QuantileDelay, valueSampler, type ValueDelay } from './delay-table.ts'

/** A distribution of delays in milliseconds, each ≥ 0 and finite. */
export type Delay =
  | ConstantDelay
  | UniformDelay
  | NormalDelay
  | LognormalDelay
  | ExponentialDelay
  | QuantileDelay
  | ValueDelay

export interface ConstantDelay {
  readonly kind: 'constant'
  readonly ms: number
}

/** Uniform in [minMs, maxMs). */
export interface UniformDelay {
  readonly kind: 'uniform'
  readonly minMs: number
  readonly maxMs: number
}

/** Normal, every draw below `minMs` raised to it. */
export interface NormalDelay {
  readonly kind: 'normal'
  readonly meanMs: number
  readonly sdMs: number
  /**
   * Where it is cut off, ≥ 0. A run on many cores is the faster, the greater the least delay is.
   *
   * @defaultValue 0
   */
  readonly minMs?: number
}

/** Lognormal: medianMs · e^(sigma · N(0, 1)), every draw below `minMs` raised to it. Its mean is medianMs · e^(sigma² / 2). */
export interface LognormalDelay {
  readonly kind: 'lognormal'
  /** > 0. */
  readonly medianMs: number
  /** Standard deviation of the logarithm, in [0, 10]. */
  readonly sigma: number
  /**
   * As in {@link NormalDelay}.
   *
   * @defaultValue 0
   */
  readonly minMs?: number
}

/** A minimum and an exponentially distributed time above it. */
export interface ExponentialDelay {
  readonly kind: 'exponential'
  /** Mean of the whole delay, the minimum included. */
  readonly meanMs: number
  /**
   * In 0 … meanMs.
   *
   * @defaultValue 0
   */
  readonly minMs?: number
}

/** Draws from one distribution. */
export interface DelaySampler {
  /** No draw is smaller. */
  readonly minimumMs: number
  /** A delay in milliseconds. Every machine draws the same. */
  readonly draw: (random: Random) => number
}

/** @throws {@link UsageError} `DELAY`, `WEIGHTS` when a parameter is out of its range. */
export function delaySampler(delay: Delay): DelaySampler {
  switch (delay.kind) {
    case 'constant':
      return constantSampler(delay)
    case 'uniform':
      return uniformSampler(delay)
    case 'normal':
      return normalSampler(delay)
    case 'lognormal':
      return lognormalSampler(delay)
    case 'exponential':
      return exponentialSampler(delay)
    case 'quantiles':
      return quantileSampler(delay)
    case 'values':
      return valueSampler(delay)
    default:
      throw new UsageError(
        'DELAY',
        `no distribution of delays is called ${JSON.stringify((delay satisfies never as Delay).kind)}`,
      )
  }
}

function constantSampler({ ms }: ConstantDelay): DelaySampler {
  checkAtLeast('DELAY', 'a delay', ms, 0)
  return { minimumMs: ms, draw: () => ms }
}

function uniformSampler({ minMs, maxMs }: UniformDelay): DelaySampler {
  checkAtLeast('DELAY', 'the least delay', minMs, 0)
  checkAtLeast('DELAY', 'the greatest delay', maxMs, minMs)
  return { minimumMs: minMs, draw: (random) => minMs + (maxMs - minMs) * random.float64() }
}

function normalSampler({ meanMs, sdMs, minMs = 0 }: NormalDelay): DelaySampler {
  checkAtLeast('DELAY', 'the mean of a delay', meanMs, 0)
  checkAtLeast('DELAY', 'the standard deviation of a delay', sdMs, 0)
  checkAtLeast('DELAY', 'the least delay', minMs, 0)
  return { minimumMs: minMs, draw: (random) => Math.max(minMs, meanMs + sdMs * random.normal()) }
}

function lognormalSampler({ medianMs, sigma, minMs = 0 }: LognormalDelay): DelaySampler {
  checkPositive('DELAY', 'the median of a delay', medianMs)
  checkAtLeast('DELAY', 'the least delay', minMs, 0)
  // At 10 the mean is e⁵⁰ medians: far beyond any use, and still far from overflow.
  if (!(sigma >= 0 && sigma <= 10))
    throw new UsageError('DELAY', `the sigma of a lognormal delay is in [0, 10], not ${sigma}`)
  return { minimumMs: minMs, draw: (random) => Math.max(minMs, medianMs * exponential(sigma * random.normal())) }
}

function exponentialSampler({ meanMs, minMs = 0 }: ExponentialDelay): DelaySampler {
  checkAtLeast('DELAY', 'the least delay', minMs, 0)
  checkAtLeast('DELAY', 'the mean of a delay', meanMs, minMs)
  const scale = meanMs - minMs
  return { minimumMs: minMs, draw: (random) => minMs - scale * naturalLogarithm(1 - random.float64()) }
}
