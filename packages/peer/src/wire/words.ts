import type { Memory } from '@hearsay/core'

/** Whether the machine stores a word as the wire does, lowest byte first. Nearly all do. */
const LITTLE_ENDIAN: boolean = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

/**
 * Copies `length` words of memory, from word `offset` on, to `target`, from byte `position` on, as little-endian bytes.
 * `target` need not be aligned. Bits are kept as they are, those of a NaN too.
 *
 * @param littleEndian - How this machine stores words; tests set it to take the other way.
 */
export function writeWords(
  memory: Memory,
  offset: number,
  length: number,
  target: Uint8Array,
  position: number,
  littleEndian: boolean = LITTLE_ENDIAN,
): void {
  const words = memory.int32
  if (littleEndian) {
    target.set(new Uint8Array(words.buffer, words.byteOffset + 4 * offset, 4 * length), position)
    return
  }
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength)
  for (let i = 0; i < length; i++) view.setInt32(position + 4 * i, words[offset + i], true)
}

/** Copies `length` little-endian words from byte `position` of `source` on to word `offset` of memory and after. */
export function readWords(
  source: Uint8Array,
  position: number,
  length: number,
  memory: Memory,
  offset: number,
  littleEndian: boolean = LITTLE_ENDIAN,
): void {
  const words = memory.int32
  if (littleEndian) {
    const bytes = new Uint8Array(words.buffer, words.byteOffset + 4 * offset, 4 * length)
    bytes.set(source.subarray(position, position + 4 * length))
    return
  }
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength)
  for (let i = 0; i < length; i++) words[offset + i] = view.getInt32(position + 4 * i, true)
}
