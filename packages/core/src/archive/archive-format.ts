import { ConfigurationError } from '../errors.ts'
import type { ArchivedArray } from './archive.ts'

/**
 * An archive as bytes: one entry behind the other, each with its type and its length in two 32-bit words, then its contents
 * as they lie in memory, and an entry of type {@link EntryType.end} last. Numbers have the byte order of the machine.
 */
export const EntryType = { number: 0, end: 127 } as const

/** Bytes of an entry before its contents. */
export const HEADER_BYTES = 8

const ARRAYS = [
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
] as const

/** The type of the entry of an array: 1 … 8. */
export function entryTypeOf(values: ArchivedArray): number {
  return 1 + ARRAYS.findIndex((kind) => values instanceof kind)
}

/** The bytes of an array, not copied. */
export function bytesOf(values: ArchivedArray): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

/** What was saved does not fit what it is restored into. */
export function unfitting(problem: string): ConfigurationError {
  return new ConfigurationError('CHECKPOINT', `what was saved does not fit this run: ${problem}`)
}

/** An entry in words, for messages. */
export function describeEntry(type: number, length: number): string {
  if (type === EntryType.number) return 'a number'
  if (type === EntryType.end) return 'the end'
  const kind = ARRAYS[type - 1]
  return kind === undefined ? `an entry of the unknown type ${type}` : `${kind.name} of length ${length}`
}
