import { RemoteError } from '@hearsay/core'
import { FrameReader } from '../wire/frame-reader.ts'
import { bytesFieldLength, FrameWriter, varintFieldLength } from '../wire/frame-writer.ts'

const MESSAGE = 1
const BODY_BYTES = 2

/** Bytes of the longest message without its body. */
const HEAD_BYTES_MAX = 1024
/** Bytes of the longest header, with room for fields of later versions. */
export const TRANSFER_HEADER_BYTES_MAX: number = HEAD_BYTES_MAX + 256

/** What a receiver answers to a header. */
export const TRANSFER_ACCEPTED = 0
export const TRANSFER_REFUSED = 1

/** What goes before the body of a transfer: `Transfer` of `proto/transfer.proto`. */
export interface TransferHeader {
  /** The message without its body. */
  readonly head: Uint8Array
  /** Bytes of the body. */
  readonly bytes: number
}

export function encodeTransferHeader({ head, bytes }: TransferHeader): Uint8Array {
  const writer = new FrameWriter(bytesFieldLength(head.length) + varintFieldLength(bytes))
  writer.bytesField(MESSAGE, head)
  writer.varintField(BODY_BYTES, bytes)
  return writer.frame
}

/** @throws {@link RemoteError} `TRANSFER_HEADER`, or one of {@link FrameReader}'s. */
export function decodeTransferHeader(frame: Uint8Array): TransferHeader {
  const reader = new FrameReader()
  let head = frame.subarray(0, 0)
  let bytes = 0
  reader.open(frame, 0, frame.length)
  while (reader.next()) {
    if (reader.field === MESSAGE) {
      reader.bytes()
      head = frame.subarray(reader.start, reader.end)
    } else if (reader.field === BODY_BYTES) bytes = reader.varint()
    else reader.skip()
  }
  if (bytes >= 1 && Number.isSafeInteger(bytes) && head.length <= HEAD_BYTES_MAX) return { head, bytes }
  throw new RemoteError(
    'TRANSFER_HEADER',
    `a transfer announces ${bytes} bytes behind a message of ${head.length}: it takes 1 or more, and ${HEAD_BYTES_MAX} at most`,
  )
}
