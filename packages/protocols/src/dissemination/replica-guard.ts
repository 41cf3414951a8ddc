import { type Guard, type Memory, type Message, type Refusal, UsageError } from '@hearsay/core'
import { ENTRIES } from './anti-entropy.ts'
import { ENTRY_HEADER } from './entry-outbox.ts'
import { readPair } from './word-pairs.ts'

/** What honest entries can be, in one run. */
export interface ReplicaGuardOptions {
  readonly memory: Memory
  /** Words that a value may have: that of the {@link ReplicaStore}. */
  readonly valueWords: number
  /**
   * The largest timestamp that an honest writer can have used by `nowMs` of the host's time. An entry from the far future
   * would win over everything that is written after it.
   *
   * @defaultValue any
   */
  readonly timestampMax?: (nowMs: number) => number
}

/**
 * The guard at the entrance of anti-entropy. Messages that make no sense do no harm there; a well-formed entry with a
 * timestamp of the far future does, for it could never be overwritten.
 */
export class ReplicaGuard implements Guard {
  readonly #options: ReplicaGuardOptions

  constructor(options: ReplicaGuardOptions) {
    this.#options = options
    if (!Number.isInteger(options.valueWords) || options.valueWords < 0) {
      throw new UsageError('VALUE_WORDS', `valueWords is an integer ≥ 0, not ${options.valueWords}`)
    }
  }

  inspect(message: Message, nowMs: number): Refusal | undefined {
    if (message.kind > ENTRIES) return 'kind'
    if (message.kind !== ENTRIES) return undefined
    const { int32 } = this.#options.memory
    const timestampMax = this.#options.timestampMax?.(nowMs) ?? Infinity
    const end = message.offset + message.length
    let at = message.offset
    while (at + ENTRY_HEADER <= end) {
      const version = readPair(int32, at + 2)
      const length = int32[at + 4]
      if (readPair(int32, at) < 0 || version < 0) return 'malformed'
      if (length < 0 || length > (version % 2 === 1 ? 0 : this.#options.valueWords)) return 'dimension'
      if (Math.floor(version / 2) > timestampMax) return 'age-implausible'
      at += ENTRY_HEADER + length
    }
    return at === end ? undefined : 'malformed'
  }
}
