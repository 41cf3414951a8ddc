import type { Memory } from '@hearsay/core'
import { BlockPool } from '@hearsay/kernels'
import type { MessageSlot } from '../codec.ts'

/**
 * Places in memory for the messages that are coming in as transfers. Each is taken when its transfer is accepted and given back
 * when the transfer has come to an end, good or bad: there are never more of them than transfers under way at once.
 */
export class TransferSlots {
  readonly #pool: BlockPool
  readonly #words: number

  /** @param words - The most words of a payload. */
  constructor(memory: Memory, words: number) {
    this.#pool = new BlockPool(memory)
    this.#words = words
  }

  get inUse(): number {
    return this.#pool.inUse
  }

  /** @throws {@link EnvironmentError} `MEMORY_FULL`. */
  take(header: Pick<MessageSlot, 'kind' | 'value' | 'stamp' | 'length'>): MessageSlot {
    const { kind, value, stamp, length } = header
    return { kind, value, stamp, length, offset: this.#pool.acquire(this.#words) }
  }

  release({ offset }: MessageSlot): void {
    this.#pool.release(offset, this.#words)
  }
}
