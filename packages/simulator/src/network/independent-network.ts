import { type Random, UsageError } from '@hearsay/core'
import { LOST, type NetworkModel } from './network-model.ts'

/** A distribution of delays in milliseconds. */
export type Delay =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly minMs: number; readonly maxMs: number }
  /** Normal, cut off at 0. */
  | { readonly kind: 'normal'; readonly meanMs: number; readonly sdMs: number }

/** Delays that are drawn for each message independently, and independent loss. */
export interface IndependentNetworkOptions {
  readonly delay: Delay
  /**
   * The probability in [0, 1] that a message is lost.
   *
   * @defaultValue 0
   */
  readonly loss?: number
}

/**
 * A network in which each message has its own delay and its own chance of being lost.
 *
 * @throws {@link UsageError} when a number is out of its range.
 */
export function independentNetwork(options: IndependentNetworkOptions): NetworkModel {
  const loss = options.loss ?? 0
  if (!(loss >= 0 && loss <= 1)) throw new UsageError('LOSS', `loss is a probability in [0, 1], not ${loss}`)
  const draw = drawDelay(options.delay)
  const minimumDelayMs = minimumOf(options.delay)
  if (loss === 0) return { minimumDelayMs, transfer: draw }
  return { minimumDelayMs, transfer: (random) => (random.float64() < loss ? LOST : draw(random)) }
}

function minimumOf(delay: Delay): number {
  switch (delay.kind) {
    case 'constant':
      return delay.ms
    case 'uniform':
      return delay.minMs
    case 'normal':
      return 0
  }
}

function drawDelay(delay: Delay): (random: Random) => number {
  switch (delay.kind) {
    case 'constant': {
      const { ms } = delay
      assertMs(ms)
      return () => ms
    }
    case 'uniform': {
      const { minMs, maxMs } = delay
      assertMs(minMs)
      assertMs(maxMs - minMs)
      return (random) => minMs + (maxMs - minMs) * random.float64()
    }
    case 'normal': {
      const { meanMs, sdMs } = delay
      assertMs(meanMs)
      assertMs(sdMs)
      return (random) => Math.max(0, meanMs + sdMs * random.normal())
    }
  }
}

function assertMs(ms: number): void {
  if (!(ms >= 0 && Number.isFinite(ms))) {
    throw new UsageError('DELAY', `delays are finite numbers of milliseconds ≥ 0 (minimum ≤ maximum), not ${ms}`)
  }
}
