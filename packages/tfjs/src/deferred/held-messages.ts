import type { Archive, Context, Message } from '@hearsay/core'
import { type Kernels, Rows } from '@hearsay/kernels'

/** At most one message per hosted peer, kept with its payload. */
export class HeldMessages {
  readonly #kernels: Kernels
  readonly #payloads: Rows
  readonly #from: Int32Array
  readonly #value: Float64Array
  readonly #stamp: Float64Array
  /** Words of payload; −1 where there is no message. */
  readonly #length: Int32Array
  readonly #message: { kind: number; value: number; stamp: number; offset: number; length: number }

  /** @param words - The most words of a payload. */
  constructor(peers: number, kernels: Kernels, kind: number, words: number) {
    this.#kernels = kernels
    this.#payloads = new Rows(kernels.memory, peers, words)
    this.#from = new Int32Array(peers)
    this.#value = new Float64Array(peers)
    this.#stamp = new Float64Array(peers)
    this.#length = new Int32Array(peers).fill(-1)
    this.#message = { kind, value: 0, stamp: 0, offset: 0, length: 0 }
  }

  has({ self }: Pick<Context, 'self'>): boolean {
    return this.#length[self] >= 0
  }

  /** Who sent the message of a peer that has one. */
  from({ self }: Pick<Context, 'self'>): number {
    return this.#from[self]
  }

  /** The message of a peer that has one: the same object at every call. */
  message({ self }: Pick<Context, 'self'>): Message {
    const message = this.#message
    message.value = this.#value[self]
    message.stamp = this.#stamp[self]
    message.offset = this.#payloads.offset(self)
    message.length = this.#length[self]
    return message
  }

  /** Keeps a copy of a message, in place of any other. */
  hold({ self }: Pick<Context, 'self'>, from: number, { value, stamp, offset, length }: Message): void {
    this.#from[self] = from
    this.#value[self] = value
    this.#stamp[self] = stamp
    this.#length[self] = length
    this.#kernels.copy(offset, this.#payloads.offset(self), length)
  }

  drop({ self }: Pick<Context, 'self'>): void {
    this.#length[self] = -1
  }

  persist(archive: Archive): void {
    archive.array(this.#from)
    archive.array(this.#value)
    archive.array(this.#stamp)
    archive.array(this.#length)
  }
}
