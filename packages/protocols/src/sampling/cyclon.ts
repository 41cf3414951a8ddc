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
import { Period, type PeriodOptions } from '../period.ts'
import { DescriptorSampler } from './descriptor-sampler.ts'
import { DESCRIPTOR } from './descriptor-views.ts'
import { AGE_MAX, LEAVE, REPLY, REQUEST } from './view-messages.ts'

const EXCHANGE = 0

/** What a {@link Cyclon} needs. */
export interface CyclonOptions extends PeriodOptions {
  /** Hosted peers. */
  readonly peers: number
  readonly memory: Memory
  /**
   * c: descriptors that a view holds, 1 … 127.
   *
   * @defaultValue 20
   */
  readonly viewSize?: number
  /**
   * ℓ: descriptors that a message carries, 1 … c.
   *
   * @defaultValue 8, or c where that is less
   */
  readonly shuffleLength?: number
  /** Asked for a partner where a view is empty. */
  readonly fallback?: PeerSampler
}

/**
 * Cyclon (Voulgaris, Gavidia, van Steen 2005, "enhanced shuffling"): once a period, a peer takes the oldest member out of
 * its view and swaps up to ℓ descriptors with it. Descriptors are exchanged, not copied, so that in-degrees stay nearly
 * equal; a dead peer leaves a view when it is asked.
 *
 * Messages are those of NewsCast.
 */
export class Cyclon extends DescriptorSampler implements Protocol {
  readonly shuffleLength: number
  readonly #memory: Memory
  readonly #period: Period
  /** Turns of each peer: what ages are counted by. */
  readonly #clocks: Int32Array
  /** Whom each peer awaits a reply from, or NOBODY. */
  readonly #awaited: Int32Array
  /** Row i: whom peer i has sent descriptors of to the one that it awaits, and how many. */
  readonly #sent: Int32Array
  readonly #sentSizes: Uint8Array
  /** What the running passive thread has sent. */
  readonly #answered: Int32Array
  readonly #outbox: number

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: CyclonOptions) {
    const { peers, memory, viewSize = 20 } = options
    super({ peers, viewSize, fallback: options.fallback })
    this.shuffleLength = options.shuffleLength ?? Math.min(8, viewSize)
    if (!Number.isInteger(this.shuffleLength) || this.shuffleLength < 1 || this.shuffleLength > viewSize) {
      throw new UsageError(
        'SHUFFLE_LENGTH',
        `shuffleLength is an integer in 1 … ${viewSize}, not ${options.shuffleLength}`,
      )
    }
    this.#memory = memory
    this.#period = new Period(options)
    this.#clocks = new Int32Array(peers)
    this.#awaited = new Int32Array(peers).fill(NOBODY)
    this.#sent = new Int32Array(peers * this.shuffleLength)
    this.#sentSizes = new Uint8Array(peers)
    this.#answered = new Int32Array(this.shuffleLength)
    this.#outbox = memory.allocate(this.shuffleLength * DESCRIPTOR)
  }

  onStart(context: Context): void {
    this.#awaited[context.self] = NOBODY
    context.setTimer(EXCHANGE, this.#period.phase(context))
  }

  onTimeout(context: Context): void {
    const { self } = context
    this.#clocks[self]++
    const partner = this.#takePartner(context)
    this.#awaited[self] = partner
    if (partner !== NOBODY) {
      const words = this.#memory.int32
      words[this.#outbox] = self
      words[this.#outbox + 1] = 0
      const row = self * this.shuffleLength
      const count = this.#write(context, this.shuffleLength - 1, this.#outbox + DESCRIPTOR, this.#sent, row)
      this.#sentSizes[self] = count
      context.send(partner, REQUEST, 0, 0, this.#outbox, DESCRIPTOR * (count + 1))
    }
    context.setTimer(EXCHANGE, this.#period.next(context))
  }

  onMessage(context: Context, from: number, message: Message): void {
    const { self } = context
    if (message.kind === LEAVE) this.views.remove(self, from)
    else if (message.kind === REQUEST) {
      const count = this.#write(context, this.shuffleLength, this.#outbox, this.#answered, 0)
      context.send(from, REPLY, 0, 0, this.#outbox, DESCRIPTOR * count)
      this.#accept(self, message, this.#answered, 0, count)
    } else if (message.kind === REPLY && this.#awaited[self] === from) {
      this.#awaited[self] = NOBODY
      this.#accept(self, message, this.#sent, self * this.shuffleLength, this.#sentSizes[self])
    }
  }

  onPeerUnreachable(context: Context, peer: number): void {
    this.views.remove(context.self, peer)
  }

  onStop(context: Context): void {
    for (const peer of this.view(context.self)) context.send(peer, LEAVE)
  }

  onForget(context: Context): void {
    const { self } = context
    this.views.sizes[self] = 0
    this.#clocks[self] = 0
    this.#awaited[self] = NOBODY
    for (const contact of this.contacts.of(self)) this.append(self, contact)
  }

  persist(archive: Archive): void {
    this.views.persist(archive)
    archive.array(this.#clocks)
    archive.array(this.#awaited)
    archive.array(this.#sent)
    archive.array(this.#sentSizes)
  }

  /** The oldest member, no longer in the view: in its place it gives others, and it learns of this peer instead. */
  #takePartner(context: Context): number {
    const views = this.views
    const { self } = context
    if (views.sizes[self] === 0) return this.selectPeer(context)
    const index = views.indexOfOldest(self)
    const partner = views.words[views.start(self) + DESCRIPTOR * index]
    views.removeAt(self, index)
    return partner
  }

  /** Writes up to `count` random descriptors of the view to memory, and notes whose they are. */
  #write(context: Context, count: number, offset: number, noted: Int32Array, notedAt: number): number {
    const { self } = context
    const views = this.views
    const start = views.start(self)
    const size = views.sizes[self]
    const words = this.#memory.int32
    const taken = Math.min(count, size)
    for (let i = 0; i < taken; i++) {
      views.swap(self, i, i + context.random.below(size - i))
      const at = start + DESCRIPTOR * i
      noted[notedAt + i] = views.words[at]
      words[offset + DESCRIPTOR * i] = views.words[at]
      words[offset + DESCRIPTOR * i + 1] = this.#clocks[self] - views.words[at + 1]
    }
    return taken
  }

  /** Takes what is new, into free places first and then in place of what was sent. */
  #accept(self: number, message: Message, sent: Int32Array, sentAt: number, sentSize: number): void {
    const views = this.views
    const words = this.#memory.int32
    const count = Math.min(message.length >> 1, this.shuffleLength)
    let next = 0
    for (let i = 0; i < count; i++) {
      const other = words[message.offset + DESCRIPTOR * i]
      if (other < 0 || other === self || this.knows(self, other)) continue
      const made = this.#clocks[self] - Math.min(Math.max(0, words[message.offset + DESCRIPTOR * i + 1]), AGE_MAX)
      if (views.sizes[self] < this.viewSize) {
        views.append(self, other, made)
        continue
      }
      let index = -1
      while (index < 0 && next < sentSize) index = views.indexOf(self, sent[sentAt + next++])
      if (index < 0) return
      views.words[views.start(self) + DESCRIPTOR * index] = other
      views.words[views.start(self) + DESCRIPTOR * index + 1] = made
    }
  }
}
