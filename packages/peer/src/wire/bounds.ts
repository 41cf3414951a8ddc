import { UsageError } from '@hearsay/core'

/** Room in every frame for fields that a later minor version of its schema may add, in bytes. */
export const FRAME_BYTES_SPARE = 256

/** Bytes of weights that a frame holds at most; a message with more of them is a transfer. */
export const FRAME_WEIGHTS_BYTES_MAX: number = 2 ** 18

/** The most addresses of one peer that are sent, accepted or kept. */
export const ADDRESSES_MAX = 8

/** Words of payload that any codec may have: 256 MiB. */
const COUNT_MAX = 2 ** 26

/** @throws {@link UsageError} `COUNT_INVALID` unless `count` is an integer in `min` … `max`. */
export function assertCount(what: string, count: number, min: number, max: number = COUNT_MAX): void {
  if (!Number.isInteger(count) || count < min || count > max) {
    throw new UsageError('COUNT_INVALID', `${what} is an integer in ${min} … ${max}, not ${count}`)
  }
}
