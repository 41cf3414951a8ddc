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

/** Copies bytes of little-endian words to `position`, counted in bytes from word `offset` of memory on: see {@link settleWords}. */
export function copyBytes(source: Uint8Array, memory: Memory, offset: number, position: number): void {
  const words = memory.int32
  new Uint8Array(words.buffer, words.byteOffset, words.byteLength).set(source, 4 * offset + position)
}

/** Makes words of what {@link copyBytes} has brought: sets the bytes from `bytes` on to zero, and turns all to the machine's order. */
export function settleWords(
  memory: Memory,
  offset: number,
  length: number,
  bytes: number,
  littleEndian: boolean = LITTLE_ENDIAN,
): void {
  const words = memory.int32
  new Uint8Array(words.buffer, words.byteOffset + 4 * offset, 4 * length).fill(0, bytes)
  if (littleEndian) return
  const view = new DataView(words.buffer, words.byteOffset + 4 * offset, 4 * length)
  for (let i = 0; i < length; i++) words[offset + i] = view.getInt32(4 * i, true)
}

/** As {@link writeWords}, for `bytes` bytes: of a last word that is not whole, its lowest ones. */
export function writeBytes(memory: Memory, offset: number, bytes: number, target: Uint8Array, position: number): void {
  const words = bytes >>> 2
  writeWords(memory, offset, words, target, position)
  const last = memory.int32[offset + words]
  for (let i = 4 * words; i < bytes; i++) target[position + i] = last >>> (8 * (i & 3))
}

/** As {@link readWords}, for `bytes` bytes: a last word that is not whole is filled up with zeros. */
export function readBytes(source: Uint8Array, position: number, bytes: number, memory: Memory, offset: number): void {
  const words = bytes >>> 2
  readWords(source, position, words, memory, offset)
  if ((bytes & 3) === 0) return
  let last = 0
  for (let i = 4 * words; i < bytes; i++) last |= source[position + i] << (8 * (i & 3))
  memory.int32[offset + words] = last
}
