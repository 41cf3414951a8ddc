import { exponential } from '@hearsay/kernels'
import { checkParameter } from '../numeric/check.ts'

/**
 * Share of infective peers in the continuous SI epidemic di/dt = βi(1 − i): i(t) = i₀ / (i₀ + (1 − i₀)·e^{−βt}), the
 * logistic function (Bailey, "The mathematical theory of infectious diseases", 1975).
 *
 * @param beta - β ≥ 0, contacts per peer and unit of time.
 * @param start - i₀ in [0, 1].
 * @param time - t ≥ 0.
 * @throws {@link UsageError} `PARAMETER_INVALID`.
 */
export function siInfective(beta: number, start: number, time: number): number {
  checkParameter('beta', beta, { min: 0 })
  checkParameter('start', start, { min: 0, max: 1 })
  checkParameter('time', time, { min: 0 })
  return start === 0 ? 0 : start / (start + (1 - start) * exponential(-beta * time))
}
