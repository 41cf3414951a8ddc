import { crc32 } from 'node:zlib'

/**
 * A fingerprint of a plain value: of its numbers, strings, arrays and objects, whatever the order of properties. What is
 * undefined counts as absent.
 *
 * @returns Eight hexadecimal digits.
 */
export function fingerprint(value: unknown): string {
  return (hash(value, 0) >>> 0).toString(16).padStart(8, '0')
}

function hash(value: unknown, before: number): number {
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    return crc32(bytes, crc32(`${value.constructor.name} ${value.byteLength}`, before))
  }
  if (Array.isArray(value)) return value.reduce(append, crc32(`[${value.length}`, before))
  if (typeof value !== 'object' || value === null) return crc32(`${typeof value} ${String(value)}`, before)
  const entries = Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
  return entries.reduce((sum, [key, entry]) => hash(entry, crc32(`{${key}`, sum)), crc32(`{${entries.length}`, before))
}

function append(before: number, value: unknown): number {
  return hash(value, before)
}
