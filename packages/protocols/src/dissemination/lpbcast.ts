import {
  type Archive,
  type Context,
  type Memory,
  type Message,
  NOBODY,
  type PeerSampler,
  type Protocol,
} from '@hearsay/core'
import { BoundedPeers } from './bounded-peers.ts'
import { assertEvent, EventTable, isEventId } from './event-table.ts'
import { IdRing } from './id-ring.ts'
import { type LpbcastOptions, type LpbcastSizes, lpbcastSizes } from './lpbcast-options.ts'
import type { Deliver } from './rumor-mongering-options.ts'
import { Turns } from './turns.ts'
import { readPair, writePair } from './word-pairs.ts'

/**
 * Payload = four counts; subscriptions (peer); unsubscriptions (peer, turns left to pass it on); identifiers (2 words);
 * events (identifier in 2 words, words of content, content).
 */
export const GOSSIP = 0
/** Payload = identifiers of events that the sender has missed. It is answered by a GOSSIP of events alone. */
export const RETRIEVE = 1

const TURN = 0

const COUNTS = 4
/** Words of an event before its content. */
const EVENT_HEADER = 3
/** Turns in which an unsubscription is passed on. */
const UNSUBSCRIPTION_TURNS = 10

/**
 * Lightweight probabilistic broadcast (Eugster, Guerraoui, Handurukande, Kouznetsov, Kermarrec, ACM TOCS 2003): once a
 * period, a peer sends one message to `fanout` members of its view, with the events that it has received since, the
 * identifiers of those that it has delivered, and subscriptions that keep the views random. All buffers are bounded; what
 * is too much is put out at random, identifiers the oldest first.
 */
export class Lpbcast implements Protocol, PeerSampler {
  /** Events that each hosted peer has delivered, its own left out. */
  readonly delivered: Int32Array
  /** Events that each hosted peer has never passed on, since too many arrived between two turns. */
  readonly dropped: Int32Array
  readonly #sizes: LpbcastSizes
  readonly #memory: Memory
  readonly #view: BoundedPeers
  readonly #subscriptions: BoundedPeers
  readonly #unsubscriptions: BoundedPeers
  readonly #table: EventTable
  /** Whether the event in each place is still to be passed on; the others are kept for those who have missed them. */
  readonly #fresh: Uint8Array
  /** Events that the peer had delivered when it took up the one in each place: the order of their ages. */
  readonly #since: Int32Array
  readonly #ids: IdRing
  readonly #turns: Turns
  readonly #deliver: Deliver | undefined
  readonly #outbox: number

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: LpbcastOptions) {
    const sizes = lpbcastSizes(options)
    const { peers, memory } = options
    const { events, contentWords } = sizes
    this.#sizes = sizes
    this.#memory = memory
    this.#view = new BoundedPeers(peers, sizes.viewSize, 'viewSize')
    this.#subscriptions = new BoundedPeers(peers, sizes.subscriptions, 'subscriptions')
    this.#unsubscriptions = new BoundedPeers(peers, sizes.unsubscriptions, 'unsubscriptions')
    this.#table = new EventTable({ peers, memory, slots: events, contentWords })
    this.#fresh = new Uint8Array(peers * events)
    this.#since = new Int32Array(peers * events)
    this.#ids = new IdRing(peers, sizes.eventIds)
    this.delivered = new Int32Array(peers)
    this.dropped = new Int32Array(peers)
    this.#turns = new Turns(options)
    this.#deliver = options.deliver
    const members = sizes.subscriptions + 1 + 2 * (sizes.unsubscriptions + 1)
    const lists = 2 * Math.max(sizes.digest, sizes.retrievals) + events * (EVENT_HEADER + contentWords)
    this.#outbox = memory.allocate(COUNTS + members + lists)
  }

  /** Puts `contact` into the view of a hosted peer, where there is room: how a peer joins. */
  addContact(peer: number, contact: number): void {
    if (contact !== peer && this.#view.indexOf(peer, contact) < 0) this.#view.append(peer, contact, 0)
  }

  /** The peers in the view of a hosted peer: a copy. */
  view(peer: number): number[] {
    return Array.from({ length: this.#view.size(peer) }, (_, i) => this.#view.member(peer, i))
  }

  /**
   * Publishes an event at a hosted peer, which passes it on in its next turn.
   *
   * @param id - A safe integer ≥ 1 that no other event has: who publishes sees to that.
   * @returns Whether there was room for it: there is none while `events` others are still to be passed on.
   * @throws {@link UsageError} where the identifier or the content is invalid.
   */
  publish(peer: number, id: number, content?: ArrayLike<number>): boolean {
    assertEvent(id, content, this.#sizes.contentWords)
    const place = this.knows(peer, id) ? -1 : this.#roomFor(peer)
    if (place < 0) return false
    this.#ids.add(peer, id)
    this.#table.put(place, id, content)
    this.#markFresh(peer, place)
    return true
  }

  /** Whether a hosted peer has delivered an event, as far as it remembers. */
  knows(peer: number, id: number): boolean {
    return this.#ids.has(peer, id)
  }

  selectPeer(context: Context): number {
    const size = this.#view.size(context.self)
    return size === 0 ? NOBODY : this.#view.member(context.self, context.random.below(size))
  }

  onStart(context: Context): void {
    context.setTimer(TURN, this.#turns.first(context))
  }

  onTimeout(context: Context): void {
    const { self } = context
    this.#unsubscriptions.countDown(self)
    this.#gossip(context, false)
    const first = self * this.#sizes.events
    this.#fresh.fill(0, first, first + this.#sizes.events)
    context.setTimer(TURN, this.#turns.next(context))
  }

  onMessage(context: Context, from: number, message: Message): void {
    if (message.kind === GOSSIP) this.#receive(context, from, message)
    else if (message.kind === RETRIEVE) this.#answer(context, from, message)
  }

  onPeerUnreachable(context: Context, peer: number): void {
    const index = this.#view.indexOf(context.self, peer)
    if (index >= 0) this.#view.removeAt(context.self, index)
  }

  onStop(context: Context): void {
    this.#gossip(context, true)
  }

  onForget(context: Context): void {
    const { self } = context
    for (const set of [this.#view, this.#subscriptions, this.#unsubscriptions]) set.clear(self)
    this.#table.clear(self)
    this.#ids.clear(self)
    this.#fresh.fill(0, self * this.#sizes.events, (self + 1) * this.#sizes.events)
    this.delivered[self] = 0
    this.dropped[self] = 0
  }

  persist(archive: Archive): void {
    for (const part of [this.#view, this.#subscriptions, this.#unsubscriptions]) part.persist(archive)
    this.#table.persist(archive)
    this.#ids.persist(archive)
    for (const values of [this.#fresh, this.#since, this.delivered, this.dropped]) archive.array(values)
  }

  /** Sends one message to `fanout` different members of the view. */
  #gossip(context: Context, leaving: boolean): void {
    const { self, random } = context
    const length = this.#compose(self, leaving)
    const size = this.#view.size(self)
    for (let i = 0; i < Math.min(this.#sizes.fanout, size); i++) {
      this.#view.swap(self, i, i + random.below(size - i))
      context.send(this.#view.member(self, i), GOSSIP, 0, 0, this.#outbox, length)
    }
  }

  /** Puts a peer's message together. @returns Its words. */
  #compose(self: number, leaving: boolean): number {
    const { int32 } = this.#memory
    let at = this.#outbox + COUNTS
    const subscriptions = this.#subscriptions.size(self)
    for (let i = 0; i < subscriptions; i++) int32[at++] = this.#subscriptions.member(self, i)
    if (!leaving) int32[at++] = self
    const unsubscriptions = this.#unsubscriptions.size(self)
    for (let i = 0; i < unsubscriptions; i++) {
      int32[at++] = this.#unsubscriptions.member(self, i)
      int32[at++] = this.#unsubscriptions.number(self, i)
    }
    if (leaving) {
      int32[at++] = self
      int32[at++] = UNSUBSCRIPTION_TURNS
    }
    let ids = 0
    for (; ids < this.#sizes.digest; ids++, at += 2) {
      const id = this.#ids.recent(self, ids)
      if (id === 0) break
      writePair(int32, at, id)
    }
    this.#writeCounts(subscriptions + (leaving ? 0 : 1), unsubscriptions + (leaving ? 1 : 0), ids)
    return this.#writeEvents(self, at)
  }

  #writeCounts(subscriptions: number, unsubscriptions: number, ids: number): void {
    this.#memory.int32[this.#outbox] = subscriptions
    this.#memory.int32[this.#outbox + 1] = unsubscriptions
    this.#memory.int32[this.#outbox + 2] = ids
    this.#memory.int32[this.#outbox + 3] = 0
  }

  /** Adds the fresh events of a peer to its message. @returns The words of the message. */
  #writeEvents(self: number, start: number): number {
    let at = start
    const end = (self + 1) * this.#sizes.events
    for (let place = self * this.#sizes.events; place < end; place++) {
      if (this.#fresh[place] === 1) at = this.#writeEvent(place, at)
    }
    return at - this.#outbox
  }

  #writeEvent(place: number, at: number): number {
    const { int32 } = this.#memory
    const length = this.#table.lengths[place]
    const content = this.#table.offset(place)
    writePair(int32, at, this.#table.ids[place])
    int32[at + 2] = length
    int32.copyWithin(at + EVENT_HEADER, content, content + length)
    int32[this.#outbox + 3]++
    return at + EVENT_HEADER + length
  }

  #receive(context: Context, from: number, message: Message): void {
    const { int32 } = this.#memory
    const { offset, length } = message
    if (length < COUNTS) return
    const [subscriptions, unsubscriptions, ids] = [int32[offset], int32[offset + 1], int32[offset + 2]]
    const sizes = this.#sizes
    const plausible =
      inRange(subscriptions, sizes.subscriptions + 1) &&
      inRange(unsubscriptions, sizes.unsubscriptions + 1) &&
      inRange(ids, sizes.digest) &&
      COUNTS + subscriptions + 2 * unsubscriptions + 2 * ids <= length
    if (!plausible) return
    let at = offset + COUNTS + subscriptions
    for (let i = 0; i < unsubscriptions; i++) this.#unsubscribe(context, int32[at + 2 * i], int32[at + 2 * i + 1])
    for (let i = 0; i < subscriptions; i++) this.#subscribe(context, int32[offset + COUNTS + i])
    at += 2 * unsubscriptions
    this.#receiveEvents(context, at + 2 * ids, offset + length)
    this.#retrieve(context, from, at, ids)
  }

  #unsubscribe(context: Context, peer: number, turns: number): void {
    const { self } = context
    if (peer === self || !inRange(turns, UNSUBSCRIPTION_TURNS)) return
    const index = this.#view.indexOf(self, peer)
    if (index >= 0) this.#view.removeAt(self, index)
    const passed = this.#subscriptions.indexOf(self, peer)
    if (passed >= 0) this.#subscriptions.removeAt(self, passed)
    if (this.#unsubscriptions.indexOf(self, peer) < 0) this.#unsubscriptions.add(self, peer, turns, context.random)
  }

  /** A subscription enters the view; who is put out of it for that is passed on as a subscription (§3.2). */
  #subscribe(context: Context, peer: number): void {
    const { self, random } = context
    if (peer === self || peer < 0 || this.#view.indexOf(self, peer) >= 0) return
    if (this.#unsubscriptions.indexOf(self, peer) >= 0) return
    const out = this.#view.add(self, peer, 0, random)
    this.#passOn(context, peer)
    if (out !== NOBODY) this.#passOn(context, out)
  }

  #passOn(context: Context, peer: number): void {
    if (this.#subscriptions.indexOf(context.self, peer) >= 0) return
    this.#subscriptions.add(context.self, peer, 0, context.random)
  }

  #receiveEvents(context: Context, begin: number, end: number): void {
    for (let at = begin; at + EVENT_HEADER <= end;) {
      const { int32 } = this.#memory
      const id = readPair(int32, at)
      const length = int32[at + 2]
      const content = at + EVENT_HEADER
      if (!isEventId(id) || !inRange(length, this.#sizes.contentWords) || content + length > end) return
      if (!this.#ids.has(context.self, id)) this.#take(context, id, content, length)
      at = content + length
    }
  }

  /** Delivers an event, and buffers it; one of too many fresh ones is put out at random. */
  #take(context: Context, id: number, content: number, length: number): void {
    const { self } = context
    this.#ids.add(self, id)
    this.delivered[self]++
    let place = this.#roomFor(self)
    if (place < 0) {
      this.dropped[self]++
      const at = context.random.below(this.#sizes.events + 1)
      if (at < this.#sizes.events) place = self * this.#sizes.events + at
    }
    if (place >= 0) {
      this.#table.keep(place, id, content, length)
      this.#markFresh(self, place)
    }
    this.#deliver?.(context, id, content, length)
  }

  #markFresh(peer: number, place: number): void {
    this.#fresh[place] = 1
    this.#since[place] = this.delivered[peer]
  }

  /** A free place, or that of the event which was taken up first among those that have been passed on; −1 if none. */
  #roomFor(peer: number): number {
    const end = (peer + 1) * this.#sizes.events
    let oldest = -1
    for (let place = peer * this.#sizes.events; place < end; place++) {
      if (this.#table.ids[place] === 0) return place
      if (this.#fresh[place] === 1) continue
      if (oldest < 0 || this.#since[place] < this.#since[oldest]) oldest = place
    }
    return oldest
  }

  /** Asks for events that the sender of a digest has delivered and this peer has not. */
  #retrieve(context: Context, from: number, digest: number, ids: number): void {
    const { int32 } = this.#memory
    let wanted = 0
    for (let i = 0; i < ids && wanted < this.#sizes.retrievals; i++) {
      const id = readPair(int32, digest + 2 * i)
      if (!isEventId(id) || this.#ids.has(context.self, id)) continue
      writePair(int32, this.#outbox + 2 * wanted++, id)
    }
    if (wanted > 0) context.send(from, RETRIEVE, 0, 0, this.#outbox, 2 * wanted)
  }

  #answer(context: Context, from: number, message: Message): void {
    const count = Math.min(Math.floor(message.length / 2), this.#sizes.retrievals, this.#sizes.events)
    this.#writeCounts(0, 0, 0)
    let at = this.#outbox + COUNTS
    for (let i = 0; i < count; i++) {
      const id = readPair(this.#memory.int32, message.offset + 2 * i)
      const place = isEventId(id) ? this.#table.find(context.self, id) : -1
      if (place >= 0) at = this.#writeEvent(place, at)
    }
    const length = at - this.#outbox
    if (length > COUNTS) context.send(from, GOSSIP, 0, 0, this.#outbox, length)
  }
}

function inRange(value: number, most: number): boolean {
  return value >= 0 && value <= most
}
