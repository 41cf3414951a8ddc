import { naturalLogarithm, type Random, UsageError } from '@hearsay/core'
import { exponential } from '@hearsay/kernels'
import { checkAtLeast, checkPositive } from '../network/checks.ts'

/** A distribution of the lengths of sessions or absences, in milliseconds. */
export type Duration =
  | { readonly kind: 'constant'; readonly ms: number }
  /** Uniform in [minMs, maxMs), maxMs > 0. */
  | { readonly kind: 'uniform'; readonly minMs: number; readonly maxMs: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  /** medianMs · e^(sigma · N(0, 1)), sigma in [0, 10]. */
  | { readonly kind: 'lognormal'; readonly medianMs: number; readonly sigma: number }

/** Draws from one distribution of lengths. */
export interface DurationSampler {
  /** The exact mean in milliseconds, > 0. */
  readonly meanMs: number
  /** The length of a session. */
  readonly draw: (random: Random) => number
  /**
   * What is left of a session that is met at a random moment. Long sessions are met more often, so this is a uniform share
   * of a length drawn in proportion to length (Feller, "An introduction to probability theory", vol. 2, §XI.4).
   */
  readonly drawResidual: (random: Random) => number
}

/** @throws {@link UsageError} `DURATION` when a parameter is out of its range. */
export function durationSampler(duration: Duration): DurationSampler {
  switch (duration.kind) {
    case 'constant': {
      const ms = checkPositive('DURATION', 'a length', duration.ms)
      return { meanMs: ms, draw: () => ms, drawResidual: (random) => ms * random.float64() }
    }
    case 'uniform':
      return uniformLengths(duration.minMs, duration.maxMs)
    case 'exponential': {
      const mean = checkPositive('DURATION', 'the mean of a length', duration.meanMs)
      const draw = (random: Random): number => -mean * naturalLogarithm(1 - random.float64())
      return { meanMs: mean, draw, drawResidual: draw }
    }
    case 'lognormal':
      return lognormalLengths(duration.medianMs, duration.sigma)
    default: {
      const { kind } = duration satisfies never as Duration
      throw new UsageError('DURATION', `no distribution of lengths is called ${JSON.stringify(kind)}`)
    }
  }
}

/** The same lengths, all of them multiplied by `factor`. */
export function scaleDuration({ meanMs, draw, drawResidual }: DurationSampler, factor: number): DurationSampler {
  return {
    meanMs: factor * meanMs,
    draw: (random) => factor * draw(random),
    drawResidual: (random) => factor * drawResidual(random),
  }
}

function uniformLengths(minMs: number, maxMs: number): DurationSampler {
  checkAtLeast('DURATION', 'the least length', minMs, 0)
  checkPositive('DURATION', 'the greatest length', checkAtLeast('DURATION', 'the greatest length', maxMs, minMs))
  return {
    meanMs: (minMs + maxMs) / 2,
    draw: (random) => minMs + (maxMs - minMs) * random.float64(),
    drawResidual: (random) => {
      const biased = Math.sqrt(minMs * minMs + (maxMs * maxMs - minMs * minMs) * random.float64())
      return biased * random.float64()
    },
  }
}

function lognormalLengths(medianMs: number, sigma: number): DurationSampler {
  checkPositive('DURATION', 'the median of a length', medianMs)
  if (!(sigma >= 0 && sigma <= 10))
    throw new UsageError('DURATION', `the sigma of lognormal lengths is in [0, 10], not ${sigma}`)
  const square = sigma * sigma
  // In proportion to length, a lognormal is a lognormal whose logarithm has a mean greater by sigma².
  const biasedMedianMs = medianMs * exponential(square)
  return {
    meanMs: medianMs * exponential(square / 2),
    draw: (random) => medianMs * exponential(sigma * random.normal()),
    drawResidual: (random) => biasedMedianMs * exponential(sigma * random.normal()) * random.float64(),
  }
}
