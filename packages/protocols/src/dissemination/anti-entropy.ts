import {
  type Archive,
  type Context,
  type Memory,
  type Message,
  NOBODY,
  type PeerSampler,
  type Protocol,
  UsageError,
} from '@hearsay/core'
import { ENTRY_HEADER, EntryOutbox } from './entry-outbox.ts'
import type { Deliver } from './rumor-mongering-options.ts'
import type { ReplicaStore } from './replica-store.ts'
import { type TurnOptions, Turns } from './turns.ts'
import { readPair, writePair } from './word-pairs.ts'

/** Value = what the sender may do; payload = a range of ids and the checksum of the sender's entries in it. */
export const SUMMARY = 0
/** Value = what the sender may do; payload = a range of ids and the versions of all entries that the sender has in it. */
export const DIGEST = 1
/** Payload = ids of entries that the sender asks for. */
export const WANT = 2
/** Payload = entries. */
export const ENTRIES = 3

/** What the sender of a SUMMARY or a DIGEST may do in this exchange: give entries, take entries. */
export const GIVES = 1
export const TAKES = 2

const TURN = 0

/** A range: its first and its last id, two words each. */
const RANGE_WORDS = 4
const SUMMARY_WORDS: number = RANGE_WORDS + 2
/** A line of a digest: id (2), version (2), hash of the value. */
const LINE_WORDS = 5
/** A checksum is 64 bits: two sums. */
const SALT_LOW = 0x2545f491
const SALT_HIGH = 0x5851f42d

/** What an {@link AntiEntropy} needs. */
export interface AntiEntropyOptions extends TurnOptions {
  readonly memory: Memory
  /** Whom a peer contacts. */
  readonly sampler: PeerSampler
  /** The replicas of the hosted peers. */
  readonly store: ReplicaStore
  /**
   * Who learns in a contact: the peer that is contacted, the one that makes it, or both.
   *
   * @defaultValue 'push-pull'
   */
  readonly exchange?: 'push' | 'pull' | 'push-pull'
  /**
   * Lines of a digest, 1 … 4096. A range with more entries is halved until it fits.
   *
   * @defaultValue 32
   */
  readonly digestEntries?: number
  /**
   * Largest payload of a message with entries, in words: at least 5 + valueWords, at most 65536.
   *
   * @defaultValue 256, or as much as one entry needs
   */
  readonly messageWords?: number
  /**
   * Messages with entries that are sent in answer to one message, ≥ 1. What is left comes in later turns.
   *
   * @defaultValue 16
   */
  readonly messagesMax?: number
  /** Told of each entry that a peer takes up from another, by its id and where its value is. */
  readonly deliver?: Deliver
}

/**
 * Anti-entropy (Demers et al. 1987, §1.3): once a period, a peer compares its replica with that of a random partner, and
 * they resolve the differences. Only differences travel: equal replicas exchange one checksum; where checksums differ, the
 * range of ids is halved until the versions in it fit a digest (range-based set reconciliation, Meyer 2023).
 */
export class AntiEntropy implements Protocol {
  readonly #memory: Memory
  readonly #sampler: PeerSampler
  readonly #store: ReplicaStore
  readonly #turns: Turns
  readonly #flags: number
  readonly #digestEntries: number
  readonly #messageWords: number
  readonly #outbox: EntryOutbox
  readonly #deliver: Deliver | undefined
  /** Where a SUMMARY, a DIGEST or a WANT is put together. */
  readonly #scratch: number

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: AntiEntropyOptions) {
    const { memory, store, exchange = 'push-pull', digestEntries = 32, messagesMax = 16 } = options
    const smallest = ENTRY_HEADER + store.valueWords
    const messageWords = options.messageWords ?? Math.max(256, smallest)
    if (!Number.isInteger(digestEntries) || digestEntries < 1 || digestEntries > 4096) {
      throw new UsageError('DIGEST', `digestEntries is an integer in 1 … 4096, not ${digestEntries}`)
    }
    if (!Number.isInteger(messageWords) || messageWords < smallest || messageWords > 65536) {
      throw new UsageError('MESSAGE_WORDS', `messageWords is an integer in ${smallest} … 65536, not ${messageWords}`)
    }
    if (!Number.isInteger(messagesMax) || messagesMax < 1) {
      throw new UsageError('MESSAGES_MAX', `messagesMax is an integer ≥ 1, not ${messagesMax}`)
    }
    this.#memory = memory
    this.#sampler = options.sampler
    this.#store = store
    this.#turns = new Turns(options)
    this.#flags = (exchange === 'pull' ? 0 : GIVES) | (exchange === 'push' ? 0 : TAKES)
    this.#digestEntries = digestEntries
    this.#messageWords = messageWords
    this.#outbox = new EntryOutbox(memory, store, ENTRIES, messageWords, messagesMax)
    this.#deliver = options.deliver
    this.#scratch = memory.allocate(RANGE_WORDS + LINE_WORDS * digestEntries)
  }

  onStart(context: Context): void {
    context.setTimer(TURN, this.#turns.first(context))
  }

  onTimeout(context: Context): void {
    const partner = this.#sampler.selectPeer(context)
    if (partner !== NOBODY) this.#sendSummary(context, partner, this.#flags, 0, Number.MAX_SAFE_INTEGER)
    context.setTimer(TURN, this.#turns.next(context))
  }

  onMessage(context: Context, from: number, message: Message): void {
    switch (message.kind) {
      case SUMMARY:
        this.#onSummary(context, from, message)
        break
      case DIGEST:
        this.#onDigest(context, from, message)
        break
      case WANT:
        this.#onWant(context, from, message)
        break
      case ENTRIES:
        this.#onEntries(context, message)
    }
  }

  onForget(context: Context): void {
    this.#store.clear(context.self)
  }

  persist(archive: Archive): void {
    this.#store.persist(archive)
  }

  #onSummary(context: Context, from: number, message: Message): void {
    if (message.length !== SUMMARY_WORDS) return
    const { int32 } = this.#memory
    const first = readPair(int32, message.offset)
    const last = readPair(int32, message.offset + 2)
    if (first < 0 || last < first) return
    const begin = this.#store.lowerBound(context.self, first)
    const end = this.#store.lowerBound(context.self, last + 1)
    const [low, high] = [int32[message.offset + RANGE_WORDS], int32[message.offset + RANGE_WORDS + 1]]
    const store = this.#store
    if (store.checksum(begin, end, SALT_LOW) === low && store.checksum(begin, end, SALT_HIGH) === high) return
    const flags = turned(message.value)
    if (end - begin <= this.#digestEntries) {
      this.#sendDigest(context, from, flags, first, last)
      return
    }
    const middle = this.#store.idAt((begin + end) >>> 1)
    this.#sendSummary(context, from, flags, first, middle - 1)
    this.#sendSummary(context, from, flags, middle, last)
  }

  /** Both have their lines in the order of ids: walks along both, and sends or asks for what differs. */
  #onDigest(context: Context, from: number, message: Message): void {
    const { int32 } = this.#memory
    const lines = (message.length - RANGE_WORDS) / LINE_WORDS
    if (!Number.isInteger(lines) || lines < 0 || lines > this.#digestEntries) return
    const last = readPair(int32, message.offset + 2)
    let index = this.#store.lowerBound(context.self, readPair(int32, message.offset))
    const end = this.#store.lowerBound(context.self, last + 1)
    const [gives, takes] = [(message.value & GIVES) !== 0, (message.value & TAKES) !== 0]
    let wanted = 0
    this.#outbox.begin(from)
    for (let line = 0; line < lines; line++) {
      const at = message.offset + RANGE_WORDS + line * LINE_WORDS
      const id = readPair(int32, at)
      for (; index < end && this.#store.idAt(index) < id; index++) if (takes) this.#outbox.add(context, index)
      const difference = this.#difference(index, end, id, at)
      if (takes && difference >= 0) this.#outbox.add(context, index)
      if (gives && difference <= 0) writePair(int32, this.#scratch + 2 * wanted++, id)
      if (index < end && this.#store.idAt(index) === id) index++
    }
    for (; index < end && takes; index++) this.#outbox.add(context, index)
    this.#outbox.flush(context)
    if (wanted > 0) context.send(from, WANT, 0, 0, this.#scratch, 2 * wanted)
  }

  /** Above 0 where the entry at `index` is newer than a digest's line, below where it is older or absent; NaN if neither. */
  #difference(index: number, end: number, id: number, line: number): number {
    const { int32 } = this.#memory
    const version = readPair(int32, line + 2)
    if (id < 0 || version < 0) return Number.NaN
    if (index === end || this.#store.idAt(index) !== id) return -1
    if (this.#store.versionAt(index) !== version) return this.#store.versionAt(index) - version
    // The same version of different values: each side needs to see the other's.
    return this.#store.hashAt(index) === int32[line + 4] ? Number.NaN : 0
  }

  #onWant(context: Context, from: number, message: Message): void {
    const count = message.length / 2
    if (!Number.isInteger(count) || count > this.#digestEntries) return
    this.#outbox.begin(from)
    for (let i = 0; i < count; i++) {
      const id = readPair(this.#memory.int32, message.offset + 2 * i)
      const index = this.#store.lowerBound(context.self, id)
      const found = index < this.#store.end(context.self) && this.#store.idAt(index) === id
      if (found) this.#outbox.add(context, index)
    }
    this.#outbox.flush(context)
  }

  #onEntries(context: Context, message: Message): void {
    if (message.length > this.#messageWords) return
    const end = message.offset + message.length
    for (let at = message.offset; at + ENTRY_HEADER <= end;) {
      const { int32 } = this.#memory
      const id = readPair(int32, at)
      const version = readPair(int32, at + 2)
      const length = int32[at + 4]
      const value = at + ENTRY_HEADER
      const sound = length >= 0 && length <= this.#store.valueWords && value + length <= end
      if (id < 0 || version < 0 || !sound || (version % 2 === 1 && length > 0)) return
      if (this.#store.apply(context.self, id, version, int32, value, length)) {
        this.#deliver?.(context, id, value, length)
      }
      at = value + length
    }
  }

  #sendSummary(context: Context, to: number, flags: number, first: number, last: number): void {
    const { int32 } = this.#memory
    const begin = this.#store.lowerBound(context.self, first)
    const end = this.#store.lowerBound(context.self, last + 1)
    this.#writeRange(first, last)
    int32[this.#scratch + RANGE_WORDS] = this.#store.checksum(begin, end, SALT_LOW)
    int32[this.#scratch + RANGE_WORDS + 1] = this.#store.checksum(begin, end, SALT_HIGH)
    context.send(to, SUMMARY, flags, 0, this.#scratch, SUMMARY_WORDS)
  }

  #sendDigest(context: Context, to: number, flags: number, first: number, last: number): void {
    const { int32 } = this.#memory
    const begin = this.#store.lowerBound(context.self, first)
    const end = this.#store.lowerBound(context.self, last + 1)
    this.#writeRange(first, last)
    let at = this.#scratch + RANGE_WORDS
    for (let index = begin; index < end; index++, at += LINE_WORDS) {
      writePair(int32, at, this.#store.idAt(index))
      writePair(int32, at + 2, this.#store.versionAt(index))
      int32[at + 4] = this.#store.hashAt(index)
    }
    context.send(to, DIGEST, flags, 0, this.#scratch, at - this.#scratch)
  }

  #writeRange(first: number, last: number): void {
    writePair(this.#memory.int32, this.#scratch, first)
    writePair(this.#memory.int32, this.#scratch + 2, last)
  }
}

/** What the receiver of a SUMMARY may do: take where its sender gives, give where it takes. */
function turned(flags: number): number {
  return ((flags & GIVES) !== 0 ? TAKES : 0) | ((flags & TAKES) !== 0 ? GIVES : 0)
}
