import { type Random, randomStream } from '@hearsay/core'
import { LOST, type NetworkModel } from '../../src/network/network-model.ts'

/** Mean and standard deviation. */
export function moments(values: readonly number[]): { mean: number; sd: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, sd: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) }
}

/** The share of values that satisfy the predicate. */
export function shareOf<T>(values: readonly T[], predicate: (value: T) => boolean): number {
  return values.filter(predicate).length / values.length
}

/** One draw after the other. */
export function draws(count: number, draw: (random: Random) => number, seed = 1): number[] {
  const random = randomStream(seed)
  return Array.from({ length: count }, () => draw(random))
}

/** What a network does with one message from end to end. */
export function send(
  network: NetworkModel,
  message: { from?: number; to?: number; words?: number; nowMs?: number },
  random: Random = randomStream(1),
): number {
  const { from = 0, to = 1, words = 0, nowMs = 0 } = message
  const sent = network.transfer(random, from, to, words, nowMs)
  if (sent === LOST) return LOST
  const received = network.receive?.(random, from, to, words, nowMs + sent) ?? 0
  return received === LOST ? LOST : sent + received
}

/** The delays of all copies of the message that was sent last. */
export function copiesOf(
  network: NetworkModel,
  random: Random,
  message: { from?: number; to?: number; words?: number; nowMs?: number } = {},
): number[] {
  const { from = 0, to = 1, words = 0, nowMs = 0 } = message
  const copies: number[] = []
  for (;;) {
    const delay = network.duplicate?.(random, from, to, words, nowMs) ?? LOST
    if (delay === LOST) return copies
    copies.push(delay)
  }
}
