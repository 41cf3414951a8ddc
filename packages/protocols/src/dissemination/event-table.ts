import { type Archive, type Memory, type Message, type Persistent, UsageError } from '@hearsay/core'
import { Rows } from '@hearsay/kernels'

/** What an {@link EventTable} keeps. */
export interface EventTableOptions {
  /** Hosted peers. */
  readonly peers: number
  readonly memory: Memory
  /** Events that each peer remembers, 1 … 4096. */
  readonly slots: number
  /** Words of content that an event may have, 0 … 65535. */
  readonly contentWords: number
}

/** No event: identifiers are ≥ 1. */
const EMPTY = 0

/** Whether `id` can name an event: a safe integer ≥ 1. */
export function isEventId(id: number): boolean {
  return Number.isSafeInteger(id) && id >= 1
}

/** Refuses what cannot be published. @throws {@link UsageError} `EVENT_ID` or `EVENT_CONTENT`. */
export function assertEvent(id: number, content: ArrayLike<number> | undefined, contentWords: number): void {
  if (!isEventId(id)) throw new UsageError('EVENT_ID', `an event's identifier is a safe integer ≥ 1, not ${id}`)
  if (content === undefined || content.length <= contentWords) return
  throw new UsageError('EVENT_CONTENT', `${content.length} words of content exceed contentWords = ${contentWords}`)
}

/**
 * The events that each peer of a population remembers: a bounded number of places a peer, each with an identifier and up
 * to `contentWords` words in the host's memory. A place is named by its index over all rows.
 */
export class EventTable implements Persistent {
  readonly slots: number
  readonly contentWords: number
  /** Identifier of the event in each place, 0 where there is none. */
  readonly ids: Float64Array
  /** Words of content of the event in each place. */
  readonly lengths: Int32Array
  readonly #memory: Memory
  readonly #contents: Rows | undefined

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor({ peers, memory, slots, contentWords }: EventTableOptions) {
    if (!Number.isInteger(peers) || peers < 1) throw new UsageError('PEERS', `peers is an integer ≥ 1, not ${peers}`)
    if (!Number.isInteger(slots) || slots < 1 || slots > 4096) {
      throw new UsageError('EVENT_SLOTS', `a peer remembers 1 … 4096 events, not ${slots}`)
    }
    if (!Number.isInteger(contentWords) || contentWords < 0 || contentWords > 65535) {
      throw new UsageError('EVENT_WORDS', `contentWords is an integer in 0 … 65535, not ${contentWords}`)
    }
    this.slots = slots
    this.contentWords = contentWords
    this.ids = new Float64Array(peers * slots)
    this.lengths = new Int32Array(peers * slots)
    this.#memory = memory
    this.#contents = contentWords === 0 ? undefined : new Rows(memory, peers * slots, contentWords)
  }

  /** The place of `id` in the row of `peer`, or −1. */
  find(peer: number, id: number): number {
    const { ids } = this
    const end = (peer + 1) * this.slots
    for (let place = peer * this.slots; place < end; place++) if (ids[place] === id) return place
    return -1
  }

  /** A free place in the row of `peer`, or −1. */
  free(peer: number): number {
    return this.find(peer, EMPTY)
  }

  /** Offset in the host's memory of the content of the event in `place`; 0 where events have none. */
  offset(place: number): number {
    return this.#contents === undefined ? 0 : this.#contents.offset(place)
  }

  /** Puts a received event into `place`, its content copied. */
  store(place: number, message: Message): void {
    this.keep(place, message.stamp, message.offset, message.length)
  }

  /** Puts an event into `place`, whose content is `length` words from `content` of the host's memory. */
  keep(place: number, id: number, content: number, length: number): void {
    this.ids[place] = id
    this.lengths[place] = length
    if (length > 0) this.#memory.int32.copyWithin(this.offset(place), content, content + length)
  }

  /** Puts an event of the application's own into `place`. */
  put(place: number, id: number, content: ArrayLike<number> = []): void {
    this.ids[place] = id
    this.lengths[place] = content.length
    this.#memory.int32.set(content, this.offset(place))
  }

  /** Empties `place`. */
  remove(place: number): void {
    this.ids[place] = EMPTY
    this.lengths[place] = 0
  }

  /** Forgets all events of `peer`. */
  clear(peer: number): void {
    this.ids.fill(EMPTY, peer * this.slots, (peer + 1) * this.slots)
    this.lengths.fill(0, peer * this.slots, (peer + 1) * this.slots)
  }

  persist(archive: Archive): void {
    archive.array(this.ids)
    archive.array(this.lengths)
  }
}
