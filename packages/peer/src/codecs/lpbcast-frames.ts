import { type Memory, type Message, UsageError } from '@hearsay/core'
import type { PeerInterner } from '../codec.ts'
import {
  descriptorsLength,
  type OutgoingDescriptor,
  outgoingDescriptor,
  writeDescriptors,
} from '../wire/descriptors.ts'
import { bytesFieldLength, FrameWriter, varintFieldLength } from '../wire/frame-writer.ts'
import { writeWords } from '../wire/words.ts'
import { COUNTS, EVENT_HEADER, Field, ID_BYTES, RETRIEVE } from './lpbcast-layout.ts'

/** The bytes of a GOSSIP. */
export function encodeGossip({ offset, length }: Message, memory: Memory, peers: PeerInterner): Uint8Array {
  const words = memory.int32
  const [subscriptions, unsubscriptions, ids, events] = words.subarray(offset, offset + COUNTS)
  const idsAt = offset + COUNTS + subscriptions + 2 * unsubscriptions
  const eventsAt = idsAt + 2 * ids
  if (length < COUNTS || eventsAt > offset + length) throw malformed(length)
  const subscribers = members(words, offset + COUNTS, subscriptions, 1, peers)
  const leavers = members(words, offset + COUNTS + subscriptions, unsubscriptions, 2, peers)
  const sizes = eventSizes(words, eventsAt, events, offset + length)
  const writer = new FrameWriter(
    descriptorsLength(subscribers) +
      descriptorsLength(leavers) +
      (ids === 0 ? 0 : bytesFieldLength(ID_BYTES * ids)) +
      sizes.reduce((sum, size) => sum + bytesFieldLength(size), 0),
  )
  writeDescriptors(writer, Field.subscriptions, subscribers)
  writeDescriptors(writer, Field.unsubscriptions, leavers)
  writeIds(writer, memory, idsAt, ids)
  let at = eventsAt
  for (const size of sizes) {
    writer.openBytesField(Field.events, size)
    writer.varintField(Field.eventId, idAt(words, at))
    if (words[at + 2] > 0) {
      writer.openBytesField(Field.eventContent, 4 * words[at + 2])
      writePayload(writer, memory, at + EVENT_HEADER, words[at + 2])
    }
    at += EVENT_HEADER + words[at + 2]
  }
  return writer.frame
}

/** The bytes of a RETRIEVE. */
export function encodeRetrieve({ offset, length }: Message, memory: Memory): Uint8Array {
  if (length % 2 !== 0) throw malformed(length)
  const writer = new FrameWriter(varintFieldLength(RETRIEVE) + (length === 0 ? 0 : bytesFieldLength(4 * length)))
  writer.varintField(Field.kind, RETRIEVE)
  writeIds(writer, memory, offset, length / 2)
  return writer.frame
}

function members(
  words: Int32Array,
  at: number,
  count: number,
  stride: number,
  peers: PeerInterner,
): OutgoingDescriptor[] {
  return Array.from({ length: count }, (_, i) => {
    const number = stride === 1 ? 0 : words[at + stride * i + 1]
    return outgoingDescriptor(words[at + stride * i], number, peers)
  }).filter((entry) => entry !== undefined)
}

/** Bytes of each event. */
function eventSizes(words: Int32Array, start: number, count: number, end: number): number[] {
  let at = start
  return Array.from({ length: count }, () => {
    const length = words[at + 2]
    const size = varintFieldLength(idAt(words, at)) + (length === 0 ? 0 : bytesFieldLength(4 * length))
    at += EVENT_HEADER + length
    if (at > end) throw malformed(end - start)
    return size
  })
}

function writeIds(writer: FrameWriter, memory: Memory, at: number, count: number): void {
  if (count === 0) return
  writer.openBytesField(Field.ids, ID_BYTES * count)
  writePayload(writer, memory, at, 2 * count)
}

function writePayload(writer: FrameWriter, memory: Memory, at: number, length: number): void {
  writeWords(memory, at, length, writer.frame, writer.position)
  writer.position += 4 * length
}

function idAt(words: Int32Array, at: number): number {
  return words[at + 1] * 2 ** 32 + (words[at] >>> 0)
}

function malformed(length: number): UsageError {
  return new UsageError('LPBCAST_MESSAGE', `the lists of a message do not fit its ${length} words`)
}
