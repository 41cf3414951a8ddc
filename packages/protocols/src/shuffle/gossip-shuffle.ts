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
import type { ShuffleSizes } from './exchange.ts'
import { ItemCaches } from './item-caches.ts'

/** The kinds of messages of {@link GossipShuffle}. */
export const ShuffleKind = {
  /** Initiator to partner: its choice of items as a set of bits. */
  request: 0,
  /** The partner's choice; it has made the exchange. */
  reply: 1,
  /** The partner is in an exchange of its own; no payload. */
  busy: 2,
} as const

const EXCHANGE = 0

/** What a {@link GossipShuffle} needs. */
export interface GossipShuffleOptions extends PeriodOptions, ShuffleSizes {
  /** Hosted peers. */
  readonly peers: number
  readonly memory: Memory
  readonly sampler: PeerSampler
  /**
   * Milliseconds, ≥ 0, for which a peer that awaits a reply turns others away.
   *
   * @defaultValue a quarter of the period
   */
  readonly patienceMs?: number
}

/**
 * The gossip shuffle (Gavidia, Voulgaris, van Steen 2006; Bakhshi, Gavidia, Fokkink, van Steen 2009): peers with small
 * caches swap random items, so that each item wanders to everybody while the number of its copies stays near N·c/n.
 *
 * Once a period a peer sends s items of its cache to a peer that its sampler selects, which answers with s of its own; both
 * keep what they received. What one drops the other holds, so that an item never dies of an exchange: only of a lost reply.
 * A peer that awaits a reply turns others away, since what it has sent must still be there when the reply comes.
 *
 * A message carries a set of items as ⌈n/32⌉ words of bits, and in `stamp` the initiator's number of the exchange.
 */
export class GossipShuffle implements Protocol {
  readonly caches: ItemCaches
  readonly #memory: Memory
  readonly #sampler: PeerSampler
  readonly #period: Period
  readonly #patienceMs: number
  /** Whom each peer awaits a reply from, or NOBODY; in which exchange; since when; and what it has sent. */
  readonly #partners: Int32Array
  readonly #exchanges: Float64Array
  readonly #sinceMs: Float64Array
  readonly #sent: Int32Array
  /** What each peer held when it first started. */
  readonly #initial: Int32Array
  readonly #hasStarted: Uint8Array
  readonly #outbox: number

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: GossipShuffleOptions) {
    const { peers, memory } = options
    this.#period = new Period(options)
    this.#patienceMs = options.patienceMs ?? this.#period.periodMs / 4
    if (!(this.#patienceMs >= 0)) {
      throw new UsageError('PATIENCE', `patienceMs is a number of milliseconds ≥ 0, not ${options.patienceMs}`)
    }
    this.caches = new ItemCaches(peers, options)
    const { words } = this.caches.exchange
    this.#memory = memory
    this.#sampler = options.sampler
    this.#partners = new Int32Array(peers).fill(NOBODY)
    this.#exchanges = new Float64Array(peers)
    this.#sinceMs = new Float64Array(peers)
    this.#sent = new Int32Array(peers * words)
    this.#initial = new Int32Array(peers * words)
    this.#hasStarted = new Uint8Array(peers)
    this.#outbox = memory.allocate(words)
  }

  onStart(context: Context): void {
    const { self } = context
    const { words } = this.caches.exchange
    if (this.#hasStarted[self] === 0) {
      for (let i = self * words; i < (self + 1) * words; i++) this.#initial[i] = this.caches.held[i]
      this.#hasStarted[self] = 1
    }
    this.#partners[self] = NOBODY
    context.setTimer(EXCHANGE, this.#period.phase(context))
  }

  onTimeout(context: Context): void {
    const { self } = context
    const { words } = this.caches.exchange
    this.#partners[self] = NOBODY
    const partner = this.#sampler.selectPeer(context)
    if (partner !== NOBODY) {
      this.caches.choose(context.random, self, this.#sent, self * words)
      const { int32 } = this.#memory
      for (let i = 0; i < words; i++) int32[this.#outbox + i] = this.#sent[self * words + i]
      this.#partners[self] = partner
      this.#sinceMs[self] = context.now
      // Numbers grow with time too: not even a peer that has lost its state uses one twice.
      const exchange = Math.max(this.#exchanges[self] + 1, Math.floor(context.now))
      this.#exchanges[self] = exchange
      context.send(partner, ShuffleKind.request, 0, exchange, this.#outbox, words)
    }
    context.setTimer(EXCHANGE, this.#period.next(context))
  }

  onMessage(context: Context, from: number, message: Message): void {
    if (message.kind === ShuffleKind.request) {
      this.#answer(context, from, message)
      return
    }
    const { self } = context
    if (this.#partners[self] !== from || message.stamp !== this.#exchanges[self]) return
    const { exchange } = this.caches
    const { int32 } = this.#memory
    if (message.kind === ShuffleKind.reply && exchange.isChoice(int32, message.offset, message.length)) {
      this.caches.apply(context.random, self, this.#sent, self * exchange.words, int32, message.offset)
      this.#partners[self] = NOBODY
    } else if (message.kind === ShuffleKind.busy) this.#partners[self] = NOBODY
  }

  onPeerUnreachable(context: Context, peer: number): void {
    if (this.#partners[context.self] === peer) this.#partners[context.self] = NOBODY
  }

  onForget(context: Context): void {
    const { self } = context
    if (this.#hasStarted[self] === 0) return
    this.caches.reset(self, this.#initial)
    this.#partners[self] = NOBODY
    this.#exchanges[self] = 0
    this.#hasStarted[self] = 0
  }

  persist(archive: Archive): void {
    this.caches.persist(archive)
    archive.array(this.#partners)
    archive.array(this.#exchanges)
    archive.array(this.#sinceMs)
    archive.array(this.#sent)
    archive.array(this.#initial)
    archive.array(this.#hasStarted)
  }

  #answer(context: Context, from: number, message: Message): void {
    const { self } = context
    const { exchange } = this.caches
    if (!exchange.isChoice(this.#memory.int32, message.offset, message.length)) return
    if (this.#partners[self] !== NOBODY && context.now - this.#sinceMs[self] <= this.#patienceMs) {
      context.send(from, ShuffleKind.busy, 0, message.stamp)
      return
    }
    // A reply to the peer's own request that comes after this is ignored: it no longer holds what it has sent.
    this.#partners[self] = NOBODY
    this.caches.choose(context.random, self, this.#memory.int32, this.#outbox)
    context.send(from, ShuffleKind.reply, 0, message.stamp, this.#outbox, exchange.words)
    const { int32 } = this.#memory
    this.caches.apply(context.random, self, int32, this.#outbox, int32, message.offset)
  }
}
