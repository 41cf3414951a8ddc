import type { Context, Memory } from '@hearsay/core'
import type { ReplicaStore } from './replica-store.ts'
import { writePair } from './word-pairs.ts'

/** Words of an entry before its value: id (2), version (2), words of the value. */
export const ENTRY_HEADER = 5

/** Packs entries into messages of bounded size. */
export class EntryOutbox {
  readonly #memory: Memory
  readonly #store: ReplicaStore
  readonly #kind: number
  readonly #words: number
  readonly #messagesMax: number
  readonly #offset: number
  #used = 0
  #messages = 0
  #to = 0

  /**
   * @param kind - Of the messages.
   * @param words - Their largest payload, which one entry of the largest value fits.
   * @param messagesMax - How many of them are sent to one receiver in a row.
   */
  constructor(memory: Memory, store: ReplicaStore, kind: number, words: number, messagesMax: number) {
    this.#memory = memory
    this.#store = store
    this.#kind = kind
    this.#words = words
    this.#messagesMax = messagesMax
    this.#offset = memory.allocate(words)
  }

  begin(to: number): void {
    this.#to = to
    this.#used = 0
    this.#messages = 0
  }

  /** Adds an entry of the sender's replica, or nothing where the messages are used up. */
  add(context: Context, index: number): void {
    const store = this.#store
    const length = store.lengthAt(index)
    if (this.#used + ENTRY_HEADER + length > this.#words) this.flush(context)
    if (this.#messages === this.#messagesMax) return
    const { int32 } = this.#memory
    const at = this.#offset + this.#used
    writePair(int32, at, store.idAt(index))
    writePair(int32, at + 2, store.versionAt(index))
    int32[at + 4] = length
    const value = store.offsetAt(index)
    int32.copyWithin(at + ENTRY_HEADER, value, value + length)
    this.#used += ENTRY_HEADER + length
  }

  /** Sends what has been added and not been sent yet. */
  flush(context: Context): void {
    if (this.#used === 0) return
    context.send(this.#to, this.#kind, 0, 0, this.#offset, this.#used)
    this.#used = 0
    this.#messages++
  }
}
