/**
 * The stamp of an aggregation message: epoch · 2²⁸ + tick. A tick is 1/256 of a cycle, counted from the start of the
 * epoch by the sender's clock; no two exchanges that a peer initiates in one epoch have the same.
 */

/** Stamps of one epoch. */
export const STAMPS_PER_EPOCH: number = 2 ** 28
export const TICKS_PER_CYCLE = 256
/** The last epoch whose stamps are safe integers. */
export const EPOCH_MAX: number = 2 ** 25 - 1
/** The longest epoch, in cycles, that a stamp can count. */
export const EPOCH_CYCLES_MAX: number = STAMPS_PER_EPOCH / TICKS_PER_CYCLE - 2

/** The epoch that a stamp names. */
export function epochOf(stamp: number): number {
  return Math.floor(stamp / STAMPS_PER_EPOCH)
}

/** The first tick that no peer reaches in an epoch of `epochCycles` cycles: a turn begins before the epoch's end. */
export function tickLimit(epochCycles: number): number {
  return TICKS_PER_CYCLE * (epochCycles + 1)
}
