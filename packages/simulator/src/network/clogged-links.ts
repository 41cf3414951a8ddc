import { checkInteger, checkInterval, checkProbability } from './checks.ts'
import { type Delay, delaySampler } from './delay.ts'
import { linkHash } from './link-hash.ts'
import type { NetworkModel } from './network-model.ts'

/** Links that are clogged for a while. */
export interface CloggedLinksOptions {
  /** Draws the links: a safe integer ≥ 0. */
  readonly seed: number
  /** The share in [0, 1] of directed links that is clogged. */
  readonly share: number
  /** What a clogged link adds to each message's delay. */
  readonly delay: Delay
  /**
   * When it begins, ≥ 0.
   *
   * @defaultValue 0
   */
  readonly fromMs?: number
  /**
   * When the links are free again.
   *
   * @defaultValue Infinity
   */
  readonly untilMs?: number
}

/**
 * A part for {@link composeNetwork}: one drawn share of all directed links is slow during an interval. A message counts by
 * when it is sent.
 *
 * @throws {@link UsageError} `CLOGGED`, `INTERVAL`, `DELAY`, `WEIGHTS` when an option is out of its range.
 */
export function cloggedLinks(options: CloggedLinksOptions): NetworkModel {
  const { seed, share, delay, fromMs = 0, untilMs = Number.POSITIVE_INFINITY } = options
  checkInteger('CLOGGED', 'the seed of clogged links', seed, 0, Number.MAX_SAFE_INTEGER)
  checkProbability('CLOGGED', 'the share of clogged links', share)
  checkInterval('the time of clogged links', fromMs, untilMs)
  const { draw } = delaySampler(delay)
  return {
    minimumDelayMs: 0,
    transfer: (random, from, to, _words, nowMs) =>
      nowMs >= fromMs && nowMs < untilMs && linkHash(seed, from, to) < share ? draw(random) : 0,
  }
}
