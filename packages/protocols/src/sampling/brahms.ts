import {
  type Archive,
  type Context,
  type Memory,
  type Message,
  NOBODY,
  type PeerSampler,
  type Protocol,
} from '@hearsay/core'
import { Period } from '../period.ts'
import { brahmsSizes, type BrahmsOptions, type BrahmsSizes } from './brahms-options.ts'
import { Contacts } from './contacts.ts'
import { MinWiseSamplers } from './min-wise-samplers.ts'
import { Reservoirs } from './reservoir.ts'

/** The kinds of messages of {@link Brahms}. */
export const BrahmsKind = {
  /** Asks for a view; no payload. */
  pull: 0,
  /** The answer: pairs (peer, 0), as NewsCast sends them. */
  view: 1,
  /** The sender makes itself known; no payload. */
  push: 2,
} as const

const ROUND = 0

/**
 * Brahms (Bortnikov, Gurevich, Keidar, Kliot, Shraer, "Brahms: Byzantine resilient random membership sampling", 2009): peer
 * sampling that stays near uniform where some of the peers lie. A round makes a new view of pushes, of pulled views and of
 * samples; it makes none where more pushes came than honest peers send, and so a flood only stops the clock. Min-wise samplers
 * over all that was heard of give `selectPeer` its answer: repetition does not help an attacker there.
 *
 * It presupposes that pushes cost their senders something, or that a host limits their rate.
 */
export class Brahms implements Protocol, PeerSampler {
  readonly #memory: Memory
  readonly #period: Period
  readonly #sizes: BrahmsSizes
  readonly #fallback: PeerSampler | undefined
  readonly #contacts: Contacts
  readonly #views: Int32Array
  readonly #viewSizes: Uint8Array
  readonly #samplers: MinWiseSamplers
  /** What has come in this round. */
  readonly #pushed: Reservoirs
  readonly #pulled: Reservoirs
  /** Whom each peer has asked in this round and not heard: the one probed first, then `sizes.pulls` of its view. */
  readonly #asked: Int32Array
  /** The sampler to be probed next, or −1 where a peer has not started. */
  readonly #probes: Int32Array
  readonly #outbox: number

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: BrahmsOptions) {
    const { peers, memory, identityOf = (peer) => peer } = options
    const sizes = brahmsSizes(options)
    this.#memory = memory
    this.#period = new Period(options)
    this.#sizes = sizes
    this.#fallback = options.fallback
    this.#contacts = new Contacts(peers)
    this.#views = new Int32Array(peers * sizes.view)
    this.#viewSizes = new Uint8Array(peers)
    this.#samplers = new MinWiseSamplers(peers, sizes.samplers, identityOf)
    this.#pushed = new Reservoirs(peers, sizes.pushes)
    this.#pulled = new Reservoirs(peers, sizes.pulls)
    this.#asked = new Int32Array(peers * (sizes.pulls + 1)).fill(NOBODY)
    this.#probes = new Int32Array(peers).fill(-1)
    this.#outbox = memory.allocate(2 * sizes.view)
  }

  /** Puts `contact` into the view of a hosted peer before it starts, where it is not full: how a peer joins. */
  addContact(peer: number, contact: number): void {
    if (this.#viewSizes[peer] === this.#sizes.view || this.knows(peer, contact)) return
    this.#contacts.add(peer, contact)
    this.#append(peer, contact)
  }

  /** Whether `other` is in the view of a hosted peer. */
  knows(peer: number, other: number): boolean {
    return this.view(peer).includes(other)
  }

  /** The peers in the view of a hosted peer: a copy. */
  view(peer: number): number[] {
    const start = peer * this.#sizes.view
    return [...this.#views.subarray(start, start + this.#viewSizes[peer])]
  }

  /** The peers that the samplers of a hosted peer keep: a copy. */
  samples(peer: number): number[] {
    const all = Array.from({ length: this.#sizes.samplers }, (_, sampler) => this.#samplers.sample(peer, sampler))
    return all.filter((sample) => sample !== NOBODY)
  }

  selectPeer(context: Context): number {
    const { self, random } = context
    const sample = this.#samplers.draw(self, random)
    if (sample !== NOBODY) return sample
    if (this.#viewSizes[self] === 0) return this.#fallback?.selectPeer(context) ?? NOBODY
    return this.#member(context)
  }

  onStart(context: Context): void {
    const { self } = context
    if (this.#probes[self] < 0) {
      this.#probes[self] = 0
      this.#samplers.begin(self, context.random)
      for (let i = 0; i < this.#viewSizes[self]; i++)
        this.#samplers.next(self, this.#views[self * this.#sizes.view + i])
    }
    this.#beginRound(self)
    context.setTimer(ROUND, this.#period.phase(context))
  }

  onTimeout(context: Context): void {
    const { self } = context
    const { pulls, pushes } = this.#sizes
    const asked = self * (pulls + 1)
    if (this.#asked[asked] !== NOBODY) this.#drop(context, this.#asked[asked])
    this.#renew(context)
    this.#beginRound(self)
    if (this.#viewSizes[self] === 0) {
      const other = this.#fallback?.selectPeer(context) ?? NOBODY
      if (other !== NOBODY) this.#append(self, other)
    }
    if (this.#viewSizes[self] > 0) {
      for (let i = 0; i < pushes; i++) context.send(this.#member(context), BrahmsKind.push)
      for (let i = 1; i <= pulls; i++) this.#ask(context, asked + i, this.#member(context))
    }
    this.#probes[self] = (this.#probes[self] + 1) % this.#sizes.samplers
    const probed = this.#samplers.sample(self, this.#probes[self])
    if (probed !== NOBODY) this.#ask(context, asked, probed)
    context.setTimer(ROUND, this.#period.next(context))
  }

  onMessage(context: Context, from: number, message: Message): void {
    const { self, random } = context
    if (message.kind === BrahmsKind.pull) this.#answer(context, from)
    else if (message.kind === BrahmsKind.push) {
      this.#pushed.add(self, from, random)
      this.#samplers.next(self, from)
    } else if (message.kind === BrahmsKind.view && this.#wasAsked(self, from)) {
      const words = this.#memory.int32
      const count = Math.min(message.length >> 1, this.#sizes.view)
      for (let i = 0; i < count; i++) {
        const other = words[message.offset + 2 * i]
        if (other < 0 || other === self) continue
        this.#pulled.add(self, other, random)
        this.#samplers.next(self, other)
      }
    }
  }

  onPeerUnreachable(context: Context, peer: number): void {
    this.#drop(context, peer)
  }

  onForget(context: Context): void {
    const { self } = context
    this.#viewSizes[self] = 0
    this.#samplers.clear(self)
    this.#probes[self] = -1
    this.#beginRound(self)
    for (const contact of this.#contacts.of(self)) this.#append(self, contact)
  }

  persist(archive: Archive): void {
    for (const values of [this.#views, this.#viewSizes, this.#asked, this.#probes]) archive.array(values)
    for (const part of [this.#samplers, this.#pushed, this.#pulled]) part.persist(archive)
  }

  /** A member of a view that is not empty. */
  #member({ self, random }: Context): number {
    return this.#views[self * this.#sizes.view + random.below(this.#viewSizes[self])]
  }

  #append(self: number, other: number): void {
    if (other === self) return
    const start = self * this.#sizes.view
    const size = this.#viewSizes[self]
    for (let i = 0; i < size; i++) if (this.#views[start + i] === other) return
    this.#views[start + size] = other
    this.#viewSizes[self]++
  }

  #beginRound(self: number): void {
    const { pulls } = this.#sizes
    this.#pushed.clear(self)
    this.#pulled.clear(self)
    this.#asked.fill(NOBODY, self * (pulls + 1), (self + 1) * (pulls + 1))
  }

  /** Makes a new view where the round was one of honest peers: some pushes, not too many, and some pulls. */
  #renew({ self, random }: Context): void {
    const pushes = this.#pushed.counts[self]
    if (pushes === 0 || pushes > this.#sizes.pushes || this.#pulled.counts[self] === 0) return
    this.#viewSizes[self] = 0
    for (let i = 0; i < this.#pushed.size(self); i++) this.#append(self, this.#pushed.element(self, i))
    for (let i = 0; i < this.#pulled.size(self); i++) this.#append(self, this.#pulled.element(self, i))
    for (let i = 0; i < this.#sizes.history; i++) {
      const sample = this.#samplers.draw(self, random)
      if (sample !== NOBODY) this.#append(self, sample)
    }
  }

  #ask(context: Context, at: number, other: number): void {
    this.#asked[at] = other
    context.send(other, BrahmsKind.pull)
  }

  /** Whether `from` was asked in this round and has not been heard since. Who was probed and asked counts as heard once. */
  #wasAsked(self: number, from: number): boolean {
    const { pulls } = this.#sizes
    const start = self * (pulls + 1)
    for (let i = start + pulls; i >= start; i--) {
      if (this.#asked[i] !== from) continue
      this.#asked[i] = NOBODY
      if (this.#asked[start] === from) this.#asked[start] = NOBODY
      return true
    }
    return false
  }

  #answer(context: Context, to: number): void {
    const { self } = context
    const words = this.#memory.int32
    const size = this.#viewSizes[self]
    for (let i = 0; i < size; i++) {
      words[this.#outbox + 2 * i] = this.#views[self * this.#sizes.view + i]
      words[this.#outbox + 2 * i + 1] = 0
    }
    context.send(to, BrahmsKind.view, 0, 0, this.#outbox, 2 * size)
  }

  #drop({ self, random }: Context, peer: number): void {
    const start = self * this.#sizes.view
    const at = this.#views.subarray(start, start + this.#viewSizes[self]).indexOf(peer)
    if (at >= 0) this.#views[start + at] = this.#views[start + --this.#viewSizes[self]]
    if (this.#probes[self] >= 0) this.#samplers.forget(self, peer, random)
  }
}
