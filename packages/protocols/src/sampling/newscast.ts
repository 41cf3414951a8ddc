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
import { Contacts } from './contacts.ts'
import { ViewMerger } from './view-merger.ts'
import { LEAVE, REPLY, REQUEST } from './view-messages.ts'

const EXCHANGE = 0

/** What a {@link NewsCast} needs. A descriptor is two words: a peer, and when it was made. */
export interface NewsCastOptions extends PeriodOptions {
  /** Hosted peers. */
  readonly peers: number
  readonly memory: Memory
  /**
   * c: descriptors that a view holds, 1 … 127. The papers' robustness figures use 30.
   *
   * @defaultValue 20
   */
  readonly viewSize?: number
  /**
   * Descriptors older than this many cycles, ≥ 0, are dropped. The papers never do; in a population that is smaller than the
   * view nothing else displaces the dead.
   *
   * @defaultValue Infinity
   */
  readonly descriptorAgeMax?: number
  /** Asked for a partner where a view is empty: the way back in for a peer that has lost everybody. */
  readonly fallback?: PeerSampler
}

/**
 * NewsCast (Jelasity, Kowalczyk, van Steen 2003; Tölgyesi, Jelasity 2009): peer sampling by gossip. Once a period, a
 * peer exchanges its whole view and a fresh descriptor of itself with a random member of its view; both keep the c
 * freshest of what they know.
 *
 * Messages carry the *age* of a descriptor in whole cycles, so that clocks need not agree; views hold the receiver's own
 * cycle in which it would have been made.
 */
export class NewsCast implements Protocol, PeerSampler {
  readonly viewSize: number
  readonly #memory: Memory
  readonly #period: Period
  readonly #descriptorAgeMax: number
  readonly #fallback: PeerSampler | undefined
  readonly #contacts: Contacts
  /** Row i is the view of hosted peer i: `sizes[i]` descriptors (peer, cycle), the freshest first. */
  readonly #views: Int32Array
  readonly #sizes: Uint8Array
  readonly #merger: ViewMerger
  /** Where an outgoing message is put together. */
  readonly #outbox: number

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: NewsCastOptions) {
    this.viewSize = options.viewSize ?? 20
    if (!Number.isInteger(this.viewSize) || this.viewSize < 1 || this.viewSize > 127) {
      throw new UsageError('VIEW_SIZE', `a view holds 1 … 127 descriptors, not ${options.viewSize}`)
    }
    this.#memory = options.memory
    this.#period = new Period(options)
    this.#descriptorAgeMax = options.descriptorAgeMax ?? Number.POSITIVE_INFINITY
    if (!(this.#descriptorAgeMax >= 0)) {
      throw new UsageError('DESCRIPTOR_AGE', `descriptorAgeMax is a number ≥ 0, not ${options.descriptorAgeMax}`)
    }
    this.#fallback = options.fallback
    this.#contacts = new Contacts(options.peers)
    this.#views = new Int32Array(options.peers * this.viewSize * 2)
    this.#sizes = new Uint8Array(options.peers)
    this.#merger = new ViewMerger(this.viewSize)
    this.#outbox = options.memory.allocate((this.viewSize + 1) * 2)
  }

  /** Puts `contact` into the view of a hosted peer as it starts, where it is not full: how a peer joins. */
  addContact(peer: number, contact: number): void {
    const size = this.#sizes[peer]
    if (contact === peer || size === this.viewSize || this.knows(peer, contact)) return
    this.#contacts.add(peer, contact)
    this.#append(peer, contact)
  }

  /** Whether `other` is in the view of a hosted peer. */
  knows(peer: number, other: number): boolean {
    return this.#indexOf(peer, other) >= 0
  }

  /** The peers in the view of a hosted peer, the freshest first: a copy. */
  view(peer: number): number[] {
    return Array.from({ length: this.#sizes[peer] }, (_, i) => this.#views[(peer * this.viewSize + i) * 2])
  }

  selectPeer(context: Context): number {
    const size = this.#sizes[context.self]
    if (size === 0) return this.#fallback?.selectPeer(context) ?? NOBODY
    return this.#views[(context.self * this.viewSize + context.random.below(size)) * 2]
  }

  onStart(context: Context): void {
    const first = context.self * this.viewSize * 2
    const cycle = this.#cycle(context)
    for (let i = 0; i < this.#sizes[context.self]; i++) this.#views[first + 2 * i + 1] = cycle
    context.setTimer(EXCHANGE, this.#period.phase(context))
  }

  onTimeout(context: Context): void {
    this.#expire(context)
    const partner = this.selectPeer(context)
    if (partner !== NOBODY) this.#sendView(context, partner, REQUEST)
    context.setTimer(EXCHANGE, this.#period.next(context))
  }

  onMessage(context: Context, from: number, message: Message): void {
    if (message.kind === LEAVE) {
      this.#remove(context.self, from)
      return
    }
    if (message.kind === REQUEST) this.#sendView(context, from, REPLY)
    else if (message.kind !== REPLY) return
    this.#merge(context, message)
    this.#expire(context)
  }

  onPeerUnreachable(context: Context, peer: number): void {
    this.#remove(context.self, peer)
  }

  onStop(context: Context): void {
    const first = context.self * this.viewSize * 2
    for (let i = 0; i < this.#sizes[context.self]; i++) context.send(this.#views[first + 2 * i], LEAVE)
  }

  onForget(context: Context): void {
    const { self } = context
    this.#sizes[self] = 0
    for (const contact of this.#contacts.of(self)) this.#append(self, contact)
  }

  persist(archive: Archive): void {
    archive.array(this.#views)
    archive.array(this.#sizes)
  }

  #append(peer: number, contact: number): void {
    const size = this.#sizes[peer]++
    const at = (peer * this.viewSize + size) * 2
    this.#views[at] = contact
    this.#views[at + 1] = size === 0 ? 0 : this.#views[at - 1]
  }

  #cycle(context: Context): number {
    return Math.floor(context.now / this.#period.periodMs)
  }

  #sendView(context: Context, to: number, kind: number): void {
    const words = this.#memory.int32
    const cycle = this.#cycle(context)
    const first = context.self * this.viewSize * 2
    const size = this.#sizes[context.self]
    words[this.#outbox] = context.self
    words[this.#outbox + 1] = 0
    for (let i = 0; i < size; i++) {
      words[this.#outbox + 2 + 2 * i] = this.#views[first + 2 * i]
      words[this.#outbox + 3 + 2 * i] = Math.max(0, cycle - this.#views[first + 2 * i + 1])
    }
    context.send(to, kind, 0, 0, this.#outbox, 2 * (size + 1))
  }

  #merge(context: Context, message: Message): void {
    const self = context.self
    const first = self * this.viewSize * 2
    const merger = this.#merger
    merger.begin(this.#views, first, this.#sizes[self])
    merger.receive(this.#memory.int32, message.offset, message.length >> 1, this.#cycle(context), self)
    this.#sizes[self] = merger.finish(context.random)
  }

  /** Views are ordered, so what has expired is at the end. */
  #expire(context: Context): void {
    const oldest = this.#cycle(context) - this.#descriptorAgeMax
    const first = context.self * this.viewSize * 2
    let size = this.#sizes[context.self]
    while (size > 0 && this.#views[first + 2 * size - 1] < oldest) size--
    this.#sizes[context.self] = size
  }

  #indexOf(peer: number, other: number): number {
    const first = peer * this.viewSize * 2
    for (let i = 0; i < this.#sizes[peer]; i++) if (this.#views[first + 2 * i] === other) return i
    return -1
  }

  #remove(peer: number, other: number): void {
    const index = this.#indexOf(peer, other)
    if (index < 0) return
    const at = (peer * this.viewSize + index) * 2
    const end = (peer * this.viewSize + this.#sizes[peer]) * 2
    this.#views.copyWithin(at, at + 2, end)
    this.#sizes[peer]--
  }
}
