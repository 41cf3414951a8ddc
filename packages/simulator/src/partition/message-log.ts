import { EnvironmentError } from '@hearsay/core'
import type { SentMessage } from './sent-message.ts'

/** Words of a message in a log, before its payload. */
const HEADER_WORDS = 12

/** The log's own words: the number of words in use. */
const LOG_WORDS = 2

/**
 * Messages from one worker to another, one behind the other in shared memory. One worker writes, then the other one
 * reads, with a barrier in between: nothing here is atomic.
 */
export class MessageLog {
  readonly #buffer: SharedArrayBuffer
  #words: Int32Array
  #doubles: Float64Array

  constructor(buffer: SharedArrayBuffer) {
    this.#buffer = buffer
    this.#words = new Int32Array(buffer, 0, buffer.byteLength >> 2)
    this.#doubles = new Float64Array(buffer, 0, buffer.byteLength >> 3)
  }

  /** Forgets all messages. */
  clear(): void {
    this.#words[0] = LOG_WORDS
  }

  /** @throws {@link EnvironmentError} `OUT_OF_MEMORY` where the log cannot grow. */
  append(message: SentMessage): void {
    const start = this.#words[0]
    const { length, offset, words: payload } = message
    const end = start + HEADER_WORDS + ((length + 1) & ~1)
    if (end > this.#words.length) this.#grow(end)
    const words = this.#words
    const doubles = this.#doubles
    words[start] = message.to
    words[start + 1] = message.from
    words[start + 2] = message.type
    words[start + 3] = length
    const half = start / 2
    doubles[half + 2] = message.sentMs
    doubles[half + 3] = message.dueMs
    doubles[half + 4] = message.value
    doubles[half + 5] = message.stamp
    const first = start + HEADER_WORDS
    for (let i = 0; i < length; i++) words[first + i] = payload[offset + i]
    words[0] = end
  }

  /** Calls `receive` with each message, in the order in which they were appended. */
  forEach(message: SentMessage, receive: (message: SentMessage) => void): void {
    this.#look()
    const words = this.#words
    const doubles = this.#doubles
    const end = words[0]
    for (let start = LOG_WORDS; start < end;) {
      const half = start / 2
      message.to = words[start]
      message.from = words[start + 1]
      message.type = words[start + 2]
      message.length = words[start + 3]
      message.sentMs = doubles[half + 2]
      message.dueMs = doubles[half + 3]
      message.value = doubles[half + 4]
      message.stamp = doubles[half + 5]
      message.words = words
      message.offset = start + HEADER_WORDS
      start = message.offset + ((message.length + 1) & ~1)
      receive(message)
    }
  }

  #grow(words: number): void {
    const bytes = Math.min(this.#buffer.maxByteLength, Math.max(2 * this.#buffer.byteLength, words * 4))
    try {
      if (bytes < words * 4) throw new RangeError(`more than ${this.#buffer.maxByteLength} bytes`)
      this.#buffer.grow((bytes + 7) & ~7)
    } catch (cause) {
      throw new EnvironmentError('OUT_OF_MEMORY', 'no memory for the messages between two workers', { cause })
    }
    this.#look()
  }

  /** The other side may have let the buffer grow. Views of a fixed length are faster than those that follow it. */
  #look(): void {
    const { byteLength } = this.#buffer
    if (byteLength === this.#words.byteLength) return
    this.#words = new Int32Array(this.#buffer, 0, byteLength >> 2)
    this.#doubles = new Float64Array(this.#buffer, 0, byteLength >> 3)
  }
}
