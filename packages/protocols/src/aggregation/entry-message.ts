import type { Memory, Message, Refusal } from '@hearsay/core'
import { PayloadDoubles } from './payload-doubles.ts'

/**
 * A payload of up to `capacity` entries (key, value): n keys, one int32 each, then n values, two words each. {@link inspect}
 * reads it into `keys` and `values`, {@link write} writes it from them.
 */
export class EntryMessage {
  readonly keys: Int32Array
  readonly values: Float64Array
  /** Entries in use. */
  size = 0
  readonly #capacity: number
  readonly #memory: Memory
  readonly #payload: PayloadDoubles
  readonly #outbox: number

  constructor(memory: Memory, capacity: number) {
    this.#capacity = capacity
    this.#memory = memory
    this.#payload = new PayloadDoubles(capacity)
    this.values = this.#payload.doubles
    this.keys = new Int32Array(capacity)
    this.#outbox = memory.allocate(3 * capacity)
  }

  /** Reads a payload, or says why it is none: at most `capacity` whole entries, keys ≥ 0, values finite. */
  inspect(message: Message): Refusal | undefined {
    const size = message.length / 3
    if (!Number.isInteger(size) || size > this.#capacity) return 'dimension'
    const { int32 } = this.#memory
    this.size = size
    for (let i = 0; i < size; i++) {
      const key = int32[message.offset + i]
      if (key < 0) return 'malformed'
      this.keys[i] = key
    }
    return this.#payload.read(this.#memory, message.offset + size, size) ? undefined : 'not-finite'
  }

  /** Whether all values are in [least, most]. */
  within(least: number, most: number): boolean {
    for (let i = 0; i < this.size; i++) if (!(this.values[i] >= least && this.values[i] <= most)) return false
    return true
  }

  /** Whether each key is larger than the one before. */
  get increasing(): boolean {
    for (let i = 1; i < this.size; i++) if (this.keys[i] <= this.keys[i - 1]) return false
    return true
  }

  /** Writes the entries to the outbox. Returns its offset; the payload has `length` words. */
  write(): number {
    const { int32 } = this.#memory
    for (let i = 0; i < this.size; i++) int32[this.#outbox + i] = this.keys[i]
    this.#payload.write(this.#memory, this.#outbox + this.size, this.size)
    return this.#outbox
  }

  /** Words of the payload that `write` writes. */
  get length(): number {
    return 3 * this.size
  }
}
