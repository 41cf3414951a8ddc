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
import { assertEvent, EventTable, isEventId } from './event-table.ts'
import { IdRing } from './id-ring.ts'
import type { Deliver } from './rumor-mongering-options.ts'
import { type TurnOptions, Turns } from './turns.ts'
import { readPair, writePair } from './word-pairs.ts'

/** An event on its first, unreliable way: stamp = its identifier, payload = its content. */
export const MULTICAST = 0
/** Payload = the identifiers that the sender has buffered, the newest first. */
export const OFFER = 1
/** Payload = identifiers of events that the sender lacks. */
export const SOLICIT = 2
/** An event that was solicited; as {@link MULTICAST}. */
export const REPAIR = 3

const TURN = 0

/** What a {@link BimodalMulticast} needs. */
export interface BimodalMulticastOptions extends TurnOptions {
  /** Hosted peers. */
  readonly peers: number
  readonly memory: Memory
  /** Whom a peer offers its events for repair. */
  readonly sampler: PeerSampler
  /** Whom an event is multicast to by the peer that publishes it; that peer itself is left out. */
  readonly targets: (peer: number) => ArrayLike<number>
  /**
   * How many of its turns a peer keeps an event and offers it, 1 … 65535.
   *
   * @defaultValue 10
   */
  readonly rounds?: number
  /**
   * Events that a peer buffers, 1 … 4096; a new one takes the place of the oldest.
   *
   * @defaultValue 64
   */
  readonly events?: number
  /**
   * The last identifiers that a peer takes for duplicates, `events` … 65536.
   *
   * @defaultValue 4 · events
   */
  readonly remembered?: number
  /**
   * Events that a peer repairs in a turn at most, ≥ 1, and that it solicits from one other.
   *
   * @defaultValue 16
   */
  readonly repairsPerTurn?: number
  /**
   * Words of content that an event may have, 0 … 65535.
   *
   * @defaultValue 0
   */
  readonly contentWords?: number
  /** Told of each event that a peer receives for the first time. */
  readonly deliver?: Deliver
}

/**
 * Bimodal multicast, or pbcast (Birman, Hayden, Ozkasap, Xiao, Budiu, Minsky, ACM TOCS 1999): an event is multicast
 * unreliably, and then repaired by gossip. Once a period, a peer offers the identifiers that it has buffered to a random
 * partner, which solicits what it lacks, the newest first. Buffers, rounds and repairs are bounded, so that a slow peer
 * slows nobody: almost all peers get an event, or almost none.
 */
export class BimodalMulticast implements Protocol {
  /** Events that each hosted peer has received, and of these the ones that came by repair. */
  readonly delivered: Int32Array
  readonly repaired: Int32Array
  readonly #memory: Memory
  readonly #table: EventTable
  readonly #seen: IdRing
  /** Of the event in each place, how many more turns it is kept; and whether it is still to be multicast. */
  readonly #roundsLeft: Uint16Array
  readonly #pending: Uint8Array
  readonly #oldest: Int32Array
  readonly #repairsLeft: Int32Array
  readonly #turns: Turns
  readonly #sampler: PeerSampler
  readonly #targets: (peer: number) => ArrayLike<number>
  readonly #rounds: number
  readonly #repairsPerTurn: number
  readonly #deliver: Deliver | undefined
  /** Where a list of identifiers is put together. */
  readonly #scratch: number

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: BimodalMulticastOptions) {
    const { peers, memory, rounds = 10, events = 64, repairsPerTurn = 16, contentWords = 0 } = options
    if (!Number.isInteger(rounds) || rounds < 1 || rounds > 65535) {
      throw new UsageError('ROUNDS', `rounds is an integer in 1 … 65535, not ${rounds}`)
    }
    if (!Number.isInteger(repairsPerTurn) || repairsPerTurn < 1) {
      throw new UsageError('CAPACITY', `repairsPerTurn is an integer ≥ 1, not ${repairsPerTurn}`)
    }
    this.#memory = memory
    this.#table = new EventTable({ peers, memory, slots: events, contentWords })
    this.#seen = new IdRing(peers, Math.max(events, options.remembered ?? 4 * events))
    this.delivered = new Int32Array(peers)
    this.repaired = new Int32Array(peers)
    this.#roundsLeft = new Uint16Array(peers * events)
    this.#pending = new Uint8Array(peers * events)
    this.#oldest = new Int32Array(peers)
    this.#repairsLeft = new Int32Array(peers).fill(repairsPerTurn)
    this.#turns = new Turns(options)
    this.#sampler = options.sampler
    this.#targets = options.targets
    this.#rounds = rounds
    this.#repairsPerTurn = repairsPerTurn
    this.#deliver = options.deliver
    this.#scratch = memory.allocate(2 * events)
  }

  /**
   * Publishes an event at a hosted peer, which multicasts it in its next turn.
   *
   * @param id - A safe integer ≥ 1 that no other event has: who publishes sees to that.
   * @throws {@link UsageError} where the identifier or the content is invalid.
   */
  publish(peer: number, id: number, content?: ArrayLike<number>): void {
    assertEvent(id, content, this.#table.contentWords)
    if (this.knows(peer, id)) return
    const place = this.#makeRoom(peer, id)
    this.#table.put(place, id, content)
    this.#pending[place] = 1
  }

  /** Whether a hosted peer has had an event, as far as it remembers. */
  knows(peer: number, id: number): boolean {
    return this.#seen.has(peer, id)
  }

  /** Whether a hosted peer still buffers an event, and can repair it. */
  buffers(peer: number, id: number): boolean {
    return this.#table.find(peer, id) >= 0
  }

  onStart(context: Context): void {
    context.setTimer(TURN, this.#turns.first(context))
  }

  onTimeout(context: Context): void {
    const { self } = context
    this.#repairsLeft[self] = this.#repairsPerTurn
    const count = this.#takeStock(context)
    const partner = count === 0 ? NOBODY : this.#sampler.selectPeer(context)
    if (partner !== NOBODY) context.send(partner, OFFER, 0, 0, this.#scratch, 2 * count)
    context.setTimer(TURN, this.#turns.next(context))
  }

  onMessage(context: Context, from: number, message: Message): void {
    switch (message.kind) {
      case MULTICAST:
        this.#receive(context, message)
        break
      case OFFER:
        this.#solicit(context, from, message)
        break
      case SOLICIT:
        this.#repair(context, from, message)
        break
      case REPAIR:
        if (this.#receive(context, message)) this.repaired[context.self]++
    }
  }

  onForget(context: Context): void {
    const { self } = context
    const [first, end] = [self * this.#table.slots, (self + 1) * this.#table.slots]
    this.#table.clear(self)
    this.#seen.clear(self)
    this.#roundsLeft.fill(0, first, end)
    this.#pending.fill(0, first, end)
    this.#oldest[self] = 0
    this.#repairsLeft[self] = this.#repairsPerTurn
    this.delivered[self] = 0
    this.repaired[self] = 0
  }

  persist(archive: Archive): void {
    this.#table.persist(archive)
    this.#seen.persist(archive)
    for (const values of [this.#roundsLeft, this.#pending, this.#oldest, this.#repairsLeft]) archive.array(values)
    archive.array(this.delivered)
    archive.array(this.repaired)
  }

  /**
   * Multicasts what has been published, and forgets what has been kept long enough.
   *
   * @returns How many identifiers now stand in the scratch words, the newest first.
   */
  #takeStock(context: Context): number {
    const { slots, ids } = this.#table
    const { int32 } = this.#memory
    const first = context.self * slots
    let count = 0
    for (let back = 1; back <= slots; back++) {
      const place = first + ((this.#oldest[context.self] - back + slots) % slots)
      if (ids[place] === 0) continue
      if (this.#pending[place] === 1) this.#multicast(context, place)
      if (this.#roundsLeft[place] === 0) {
        this.#table.remove(place)
        continue
      }
      this.#roundsLeft[place]--
      writePair(int32, this.#scratch + 2 * count++, ids[place])
    }
    return count
  }

  #multicast(context: Context, place: number): void {
    this.#pending[place] = 0
    const targets = this.#targets(context.self)
    for (let i = 0; i < targets.length; i++)
      if (targets[i] !== context.self) this.#send(context, targets[i], MULTICAST, place)
  }

  #solicit(context: Context, from: number, message: Message): void {
    const { int32 } = this.#memory
    let wanted = 0
    const most = Math.min(this.#repairsPerTurn, this.#table.slots)
    for (let at = 0; at + 2 <= message.length && wanted < most; at += 2) {
      const id = readPair(int32, message.offset + at)
      if (isEventId(id) && !this.#seen.has(context.self, id)) writePair(int32, this.#scratch + 2 * wanted++, id)
    }
    if (wanted > 0) context.send(from, SOLICIT, 0, 0, this.#scratch, 2 * wanted)
  }

  #repair(context: Context, from: number, message: Message): void {
    const { self } = context
    for (let at = 0; at + 2 <= message.length && this.#repairsLeft[self] > 0; at += 2) {
      const id = readPair(this.#memory.int32, message.offset + at)
      const place = isEventId(id) ? this.#table.find(self, id) : -1
      if (place < 0) continue
      this.#repairsLeft[self]--
      this.#send(context, from, REPAIR, place)
    }
  }

  #send(context: Context, to: number, kind: number, place: number): void {
    const { ids, lengths } = this.#table
    context.send(to, kind, 0, ids[place], this.#table.offset(place), lengths[place])
  }

  #receive(context: Context, message: Message): boolean {
    const { self } = context
    if (!isEventId(message.stamp) || message.length > this.#table.contentWords) return false
    if (this.#seen.has(self, message.stamp)) return false
    this.#table.store(this.#makeRoom(self, message.stamp), message)
    this.delivered[self]++
    this.#deliver?.(context, message.stamp, message.offset, message.length)
    return true
  }

  /** The place of the oldest event, which is forgotten. */
  #makeRoom(peer: number, id: number): number {
    this.#seen.add(peer, id)
    const place = peer * this.#table.slots + this.#oldest[peer]
    this.#oldest[peer] = (this.#oldest[peer] + 1) % this.#table.slots
    this.#roundsLeft[place] = this.#rounds
    this.#pending[place] = 0
    return place
  }
}
