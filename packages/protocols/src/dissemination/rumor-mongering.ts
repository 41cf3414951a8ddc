import { type Archive, type Context, type Message, NOBODY, type PeerSampler, type Protocol } from '@hearsay/core'
import { ConnectionGate } from './connection-gate.ts'
import { assertEvent, EventTable, isEventId } from './event-table.ts'
import { assertRumorOptions, type Deliver, type RumorMongeringOptions } from './rumor-mongering-options.ts'
import { Turns } from './turns.ts'

/** A rumor from the peer that makes the contact: stamp = its identifier, value = the sender's counter. */
export const RUMOR = 0
/** Asks for the receiver's hot rumors. */
export const PULL = 1
/** A rumor that was asked for; as {@link RUMOR}. */
export const ANSWER = 2
/** Stamp = the rumor that was received, value = −1 where it was news, else the receiver's counter. */
export const FEEDBACK = 3
/** The contact was one too many for this cycle. */
export const REFUSED = 4

const TURN = 0

/** Bits of a rumor's state in a place of the table. */
const HOT = 1
/** Since the peer's last turn, a contact needed the rumor; another did not. */
const USEFUL = 2
const USELESS = 4
/** It was part of the contact that the peer made last. */
const OFFERED = 8

const WAS_NEWS = -1

/**
 * Rumor mongering (Demers et al., "Epidemic algorithms for replicated database maintenance", PODC 1987, §1.4): a peer
 * that hears a rumor is hot on it, shares it with random partners once a period, and loses interest when too many of them
 * already knew.
 *
 * With `synchronous`, cycles are those of the paper's tables: who sends, and what a partner knew, is judged by the start of
 * the cycle, and all contacts of a cycle are judged together at its end, where one useful contact resets the counter.
 */
export class RumorMongering implements Protocol {
  /** Rumors that each hosted peer could not take up since all its places were hot. */
  readonly dropped: Int32Array
  readonly #table: EventTable
  readonly #flags: Uint8Array
  readonly #counters: Uint8Array
  /** When the rumor in each place was first heard, in milliseconds. */
  readonly #heardMs: Float64Array
  /** Who sent it last. */
  readonly #heardFrom: Int32Array
  /** Times that it was sent. */
  readonly #sent: Int32Array
  /** The partner of each peer's last contact, NOBODY once that has refused; and how many others it may still try. */
  readonly #partners: Int32Array
  readonly #huntsLeft: Uint8Array
  readonly #gate: ConnectionGate | undefined
  readonly #turns: Turns
  readonly #sampler: PeerSampler
  readonly #pushes: boolean
  readonly #pulls: boolean
  readonly #feedback: boolean
  readonly #coin: boolean
  readonly #k: number
  readonly #hunts: number
  readonly #minimization: boolean
  readonly #perContact: number
  readonly #deliver: Deliver | undefined

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: RumorMongeringOptions) {
    assertRumorOptions(options)
    const { peers, memory, exchange = 'push', connectionLimit = Infinity } = options
    this.#table = new EventTable({ peers, memory, slots: options.rumors ?? 8, contentWords: options.contentWords ?? 0 })
    const places = peers * this.#table.slots
    this.dropped = new Int32Array(peers)
    this.#flags = new Uint8Array(places)
    this.#counters = new Uint8Array(places)
    this.#heardMs = new Float64Array(places)
    this.#heardFrom = new Int32Array(places)
    this.#sent = new Int32Array(places)
    this.#partners = new Int32Array(peers).fill(NOBODY)
    this.#huntsLeft = new Uint8Array(peers)
    this.#turns = new Turns(options)
    if (connectionLimit !== Infinity) this.#gate = new ConnectionGate(peers, connectionLimit, this.#turns.periodMs)
    this.#sampler = options.sampler
    this.#pushes = exchange !== 'pull'
    this.#pulls = exchange !== 'push'
    this.#feedback = options.feedback ?? true
    this.#coin = options.stop === 'coin'
    this.#k = options.k ?? 3
    this.#hunts = options.hunts ?? 0
    this.#minimization = options.minimization ?? false
    this.#perContact = options.rumorsPerContact ?? Infinity
    this.#deliver = options.deliver
  }

  /**
   * Starts a rumor at a hosted peer, which shares it from its next turn on.
   *
   * @param rumor - Its identifier, a safe integer ≥ 1 that no other rumor has: who publishes sees to that.
   * @param nowMs - The host's time.
   * @returns Whether it was taken up: it is not where the peer knows it or all its places are hot.
   * @throws {@link UsageError} where the identifier or the content is invalid.
   */
  publish(peer: number, rumor: number, nowMs = 0, content?: ArrayLike<number>): boolean {
    assertEvent(rumor, content, this.#table.contentWords)
    const place = this.#table.find(peer, rumor) >= 0 ? -1 : this.#makeRoom(peer)
    if (place < 0) return false
    this.#table.put(place, rumor, content)
    this.#takeUp(place, NOBODY, nowMs)
    return true
  }

  /** Whether a hosted peer remembers a rumor. */
  knows(peer: number, rumor: number): boolean {
    return this.#table.find(peer, rumor) >= 0
  }

  /** Whether a hosted peer is still sharing a rumor. */
  isHot(peer: number, rumor: number): boolean {
    const place = this.#table.find(peer, rumor)
    return place >= 0 && (this.#flags[place] & HOT) !== 0
  }

  /** When a hosted peer first heard a rumor, in milliseconds of the host's time; NaN where it has not. */
  heardMs(peer: number, rumor: number): number {
    const place = this.#table.find(peer, rumor)
    return place < 0 ? Number.NaN : this.#heardMs[place]
  }

  /** How often a hosted peer has sent a rumor that it remembers, contacts that were refused left out. */
  sent(peer: number, rumor: number): number {
    const place = this.#table.find(peer, rumor)
    return place < 0 ? 0 : this.#sent[place]
  }

  onStart(context: Context): void {
    context.setTimer(TURN, this.#turns.first(context))
  }

  onTimeout(context: Context): void {
    this.#judge(context)
    this.#huntsLeft[context.self] = this.#hunts
    this.#contact(context)
    context.setTimer(TURN, this.#turns.next(context))
  }

  onMessage(context: Context, from: number, message: Message): void {
    switch (message.kind) {
      case RUMOR:
        if (this.#admits(context, from)) this.#hear(context, from, message)
        break
      case ANSWER:
        this.#hear(context, from, message)
        break
      case PULL:
        if (this.#admits(context, from)) this.#answer(context, from)
        break
      case FEEDBACK:
        this.#learnFrom(context, message)
        break
      case REFUSED:
        if (from === this.#partners[context.self]) this.#hunt(context)
    }
  }

  onPeerUnreachable(context: Context, peer: number): void {
    if (peer === this.#partners[context.self]) this.#hunt(context)
  }

  onForget(context: Context): void {
    const { self } = context
    this.#table.clear(self)
    const [first, end] = [self * this.#table.slots, (self + 1) * this.#table.slots]
    for (const row of [this.#flags, this.#counters, this.#heardMs, this.#heardFrom, this.#sent]) row.fill(0, first, end)
    this.#partners[self] = NOBODY
    this.#huntsLeft[self] = 0
    this.dropped[self] = 0
  }

  persist(archive: Archive): void {
    this.#table.persist(archive)
    const rows = [this.#flags, this.#counters, this.#heardMs, this.#heardFrom, this.#sent]
    for (const values of [...rows, this.#partners, this.#huntsLeft, this.dropped]) archive.array(values)
    this.#gate?.persist(archive)
  }

  /** Judges the contacts since the last turn: a useful one resets the counter, else useless ones count as one. */
  #judge(context: Context): void {
    const first = context.self * this.#table.slots
    const end = first + this.#table.slots
    for (let place = first; place < end; place++) {
      const flags = this.#flags[place]
      if ((flags & HOT) === 0) continue
      this.#flags[place] = HOT
      if ((flags & USEFUL) !== 0) this.#counters[place] = 0
      else if ((flags & USELESS) !== 0 && this.#losesInterest(context, place)) this.#flags[place] = 0
    }
  }

  #losesInterest(context: Context, place: number): boolean {
    if (this.#coin) return context.random.below(this.#k) === 0
    return ++this.#counters[place] >= this.#k
  }

  /** Contacts one partner: sends it the hot rumors, asks for those that it has, or both. */
  #contact(context: Context): void {
    const { self } = context
    this.#partners[self] = NOBODY
    if (!this.#pulls && !this.#hasHot(self)) return
    const partner = this.#sampler.selectPeer(context)
    if (partner === NOBODY) return
    this.#partners[self] = partner
    if (this.#pushes) this.#share(context, partner, RUMOR, Infinity)
    if (this.#pulls) context.send(partner, PULL)
  }

  #hasHot(peer: number): boolean {
    const end = (peer + 1) * this.#table.slots
    for (let place = peer * this.#table.slots; place < end; place++) if ((this.#flags[place] & HOT) !== 0) return true
    return false
  }

  /** Sends the hot rumors that were heard by `untilMs`, and not from the receiver; a random choice where there are too many. */
  #share(context: Context, to: number, kind: number, untilMs: number): void {
    const { slots } = this.#table
    const first = context.self * slots
    const turned = this.#perContact < slots ? context.random.below(slots) : 0
    let room = this.#perContact
    for (let i = 0; i < slots && room > 0; i++) {
      const place = first + ((turned + i) % slots)
      if ((this.#flags[place] & HOT) === 0 || this.#heardMs[place] > untilMs) continue
      if (kind === ANSWER && this.#heardFrom[place] === to) continue
      if (kind === RUMOR) this.#flags[place] |= OFFERED
      if (!this.#feedback) this.#flags[place] |= USELESS
      this.#sent[place]++
      room--
      const { ids, lengths } = this.#table
      context.send(to, kind, this.#counters[place], ids[place], this.#table.offset(place), lengths[place])
    }
  }

  #admits(context: Context, from: number): boolean {
    if (this.#gate === undefined || this.#gate.accepts(context.self, from, context.now)) return true
    context.send(from, REFUSED)
    return false
  }

  #answer(context: Context, from: number): void {
    if (this.#pulls) this.#share(context, from, ANSWER, this.#turns.knownUntil(context))
  }

  #hear(context: Context, from: number, message: Message): void {
    const { self } = context
    if (!isEventId(message.stamp) || message.length > this.#table.contentWords) return
    let place = this.#table.find(self, message.stamp)
    const known = place >= 0 && this.#heardMs[place] <= this.#turns.knownUntil(context)
    if (place < 0) {
      place = this.#makeRoom(self)
      if (place < 0) {
        this.dropped[self]++
        return
      }
      this.#table.store(place, message)
      this.#takeUp(place, from, context.now)
      this.#deliver?.(context, message.stamp, this.#table.offset(place), message.length)
    }
    this.#heardFrom[place] = from
    const counter = (this.#flags[place] & HOT) === 0 ? this.#k : this.#counters[place]
    if (this.#feedback) context.send(from, FEEDBACK, known ? counter : WAS_NEWS, message.stamp)
    // In push–pull a contact is one for both: its maker, too, has shown that it knew.
    if (known && this.#pushes && this.#pulls && message.kind === RUMOR) this.#countUseless(place, message.value)
  }

  #learnFrom(context: Context, message: Message): void {
    const place = this.#table.find(context.self, message.stamp)
    if (place < 0 || !isEventId(message.stamp)) return
    if (message.value === WAS_NEWS) this.#flags[place] |= USEFUL
    else this.#countUseless(place, message.value)
  }

  #countUseless(place: number, othersCounter: number): void {
    if (!this.#minimization || this.#counters[place] <= othersCounter) this.#flags[place] |= USELESS
  }

  /** The partner refused: what it was sent has not arrived. Tries another one, as often as is allowed. */
  #hunt(context: Context): void {
    const { self } = context
    const end = (self + 1) * this.#table.slots
    for (let place = self * this.#table.slots; place < end; place++) {
      if ((this.#flags[place] & OFFERED) === 0) continue
      this.#sent[place]--
      this.#flags[place] &= this.#feedback ? ~OFFERED : ~(OFFERED | USELESS)
    }
    this.#partners[self] = NOBODY
    if (this.#huntsLeft[self] === 0) return
    this.#huntsLeft[self]--
    this.#contact(context)
  }

  /** A free place, or that of the rumor which was heard first among the cold ones; −1 where all are hot. */
  #makeRoom(peer: number): number {
    const free = this.#table.free(peer)
    if (free >= 0) return free
    let oldest = -1
    const end = (peer + 1) * this.#table.slots
    for (let place = peer * this.#table.slots; place < end; place++) {
      if ((this.#flags[place] & HOT) !== 0) continue
      if (oldest < 0 || this.#heardMs[place] < this.#heardMs[oldest]) oldest = place
    }
    return oldest
  }

  #takeUp(place: number, from: number, nowMs: number): void {
    this.#flags[place] = HOT
    this.#counters[place] = 0
    this.#heardMs[place] = nowMs
    this.#heardFrom[place] = from
    this.#sent[place] = 0
  }
}
