import { RemoteError } from '@hearsay/core'
import type { PeerInterner } from '../codec.ts'
import { ADDRESSES_MAX } from './bounds.ts'
import { FrameReader } from './frame-reader.ts'
import { bytesFieldLength, type FrameWriter, varintFieldLength } from './frame-writer.ts'
import { ADDRESS_BYTES_MAX, PEER_ID_BYTES_MAX } from './names.ts'

const PEER = 1
const ADDRESSES = 2
const AGE = 3

/** The largest number beside a peer. */
const DESCRIPTOR_AGE_LIMIT = 0x7fffffff

/** Bytes of the longest descriptor. */
export const DESCRIPTOR_BYTES_MAX: number =
  bytesFieldLength(PEER_ID_BYTES_MAX) +
  ADDRESSES_MAX * bytesFieldLength(ADDRESS_BYTES_MAX) +
  varintFieldLength(DESCRIPTOR_AGE_LIMIT)

/**
 * A peer with its addresses and a number, such as an age: the `Descriptor` of `proto/newscast.proto`. As it lies in a
 * frame, nothing is copied until the whole frame is known to be sound.
 */
export interface Descriptor {
  readonly peer: Uint8Array
  readonly addresses: readonly Uint8Array[]
  readonly age: number
}

/** A descriptor on its way out, and the bytes that it takes. */
export interface OutgoingDescriptor extends Descriptor {
  readonly bytes: number
}

/** Reads descriptors out of frames. */
export class DescriptorReader {
  readonly #reader = new FrameReader()
  readonly #code: string

  /** @param code - What the codes of refusals begin with. */
  constructor(code: string) {
    this.#code = code
  }

  /**
   * Reads bytes `start` … `end` − 1 of a frame.
   *
   * @throws {@link RemoteError} `…_ADDRESSES`, `…_AGE`, or one of {@link FrameReader}'s.
   */
  read(frame: Uint8Array, start: number, end: number): Descriptor {
    const reader = this.#reader
    const addresses: Uint8Array[] = []
    let peer = frame.subarray(start, start)
    let age = 0
    reader.open(frame, start, end)
    while (reader.next()) {
      if (reader.field === PEER) {
        reader.bytes()
        peer = frame.subarray(reader.start, reader.end)
      } else if (reader.field === ADDRESSES) {
        const length = reader.bytes()
        if (length === 0 || length > ADDRESS_BYTES_MAX || addresses.length === ADDRESSES_MAX) {
          throw new RemoteError(
            `${this.#code}_ADDRESSES`,
            `address ${addresses.length + 1} of a peer has ${length} bytes`,
          )
        }
        addresses.push(frame.subarray(reader.start, reader.end))
      } else if (reader.field === AGE) age = reader.varint()
      else reader.skip()
    }
    reader.close()
    if (age > DESCRIPTOR_AGE_LIMIT) {
      throw new RemoteError(`${this.#code}_AGE`, 'a descriptor has an age, or another number, of 2^31 or more')
    }
    return { peer, addresses, age }
  }
}

/** The descriptor of a peer of this host; `undefined` where the address book has dropped it. */
export function outgoingDescriptor(peer: number, age: number, peers: PeerInterner): OutgoingDescriptor | undefined {
  const id = peers.bytesOf(peer)
  if (id === undefined) return undefined
  const addresses = peers.addressBytesOf(peer)
  let bytes = bytesFieldLength(id.length) + varintFieldLength(age)
  for (const address of addresses) bytes += bytesFieldLength(address.length)
  return { peer: id, addresses, age, bytes }
}

/** Bytes of a repeated field of these descriptors. */
export function descriptorsLength(entries: readonly OutgoingDescriptor[]): number {
  let length = 0
  for (const { bytes } of entries) length += bytesFieldLength(bytes)
  return length
}

/** Writes a repeated field of descriptors. */
export function writeDescriptors(writer: FrameWriter, field: number, entries: readonly OutgoingDescriptor[]): void {
  for (const entry of entries) {
    writer.openBytesField(field, entry.bytes)
    writer.bytesField(PEER, entry.peer)
    for (const address of entry.addresses) writer.bytesField(ADDRESSES, address)
    writer.varintField(AGE, entry.age)
  }
}

/**
 * Turns the peers of a list into integers: writes each to `words`, `stride` words apart. Quadratic in the length of the
 * list, which is short.
 *
 * @returns Whether no peer is in it twice.
 * @throws {@link RemoteError} `PEER_ID_INVALID`.
 */
export function internDescriptors(
  entries: readonly Descriptor[],
  words: Int32Array,
  offset: number,
  stride: number,
  peers: PeerInterner,
): boolean {
  for (let i = 0; i < entries.length; i++) {
    const peer = peers.internBytes(entries[i].peer, entries[i].addresses)
    const word = offset + stride * i
    for (let other = offset; other < word; other += stride) if (words[other] === peer) return false
    words[word] = peer
    if (stride > 1) words[word + 1] = entries[i].age
  }
  return true
}
