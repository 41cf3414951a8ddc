import { type Archive, NOBODY, type Persistent } from '@hearsay/core'
import { STAMPS_PER_EPOCH, TICKS_PER_CYCLE } from './epoch-stamp.ts'

/** Doubles of a row before the protocol's own: when its epoch began, and the first stamp of that epoch. */
const START = 0
const FIRST_STAMP = 1
const OWN = 2
const LINE_DOUBLES = 8
/**
 * Doubles before the first row. A large buffer starts 16 bytes after a page does, where malloc has put its header: with these
 * a row starts where a cache line does. Elsewhere they do no harm.
 */
const LEAD = 6

/** What a row holds. */
export interface EpochRowsOptions {
  readonly peers: number
  /** Δ in milliseconds. */
  readonly periodMs: number
  /** Float64 fields of the protocol's own. */
  readonly doubles: number
  /** Exchanges that a peer has initiated and whose replies it still awaits, at most; 0 for protocols without ids. */
  readonly pending: number
  /** Partners whose last exchange a peer remembers, at most; 0 for protocols without ids. */
  readonly remembered: number
}

/**
 * A row per hosted peer for a protocol that runs in epochs: which epoch it is in, the protocol's own numbers, the exchanges
 * whose replies it awaits and those that it has taken part in. One buffer holds it all, a row in whole cache lines.
 *
 * *At most once.* {@link accept} never accepts the same (peer, tick) of one epoch twice, however late and in whatever order
 * copies arrive. Proof: let m be the smallest tick remembered. For every accepted (p, t), either p is remembered with a tick
 * ≥ t, or m ≥ t. It holds for an empty memory; an accepted push of a remembered peer only raises its tick; and where the
 * entry with tick m makes place, all that remain are ≥ m, and what was accepted from its peer is ≤ m. A copy of (p, t) is
 * refused in both cases.
 *
 * *At a price.* A first copy is refused too where its initiator has been heard with a later one, or where pushes of
 * `remembered` other peers with later ticks have been accepted before it arrives. For averaging that costs an exchange and
 * no mass. {@link settle} forgets the oldest pending exchange when `pending` newer ones have been initiated.
 */
export class EpochRows implements Persistent {
  /** Float64 fields of all rows; the protocol's own start at {@link own}. */
  readonly doubles: Float64Array
  /** The same buffer, in words. */
  readonly #words: Int32Array
  readonly #stride: number
  readonly #ticksPerMs: number
  /** Words from a row's start to its pending exchanges, to its memory, and to the end of that: pairs (tick, peer). */
  readonly #pending: number
  readonly #remembered: number
  readonly #end: number

  constructor(options: EpochRowsOptions) {
    const { doubles, pending, remembered } = options
    this.#pending = 2 * (OWN + doubles)
    this.#remembered = this.#pending + 2 * pending
    this.#end = this.#remembered + 2 * remembered
    const used = this.#end / 2
    this.#stride = used <= LINE_DOUBLES / 2 ? LINE_DOUBLES / 2 : Math.ceil(used / LINE_DOUBLES) * LINE_DOUBLES
    this.doubles = new Float64Array(LEAD + options.peers * this.#stride)
    this.#words = new Int32Array(this.doubles.buffer)
    this.#ticksPerMs = TICKS_PER_CYCLE / options.periodMs
    for (let peer = 0; peer < options.peers; peer++) this.forget(peer)
  }

  /** Bytes of one row. */
  get bytesPerPeer(): number {
    return this.#stride * 8
  }

  /** Index in `doubles` of the protocol's own fields of a peer. */
  own(peer: number): number {
    return peer * this.#stride + LEAD + OWN
  }

  /** The first stamp of the epoch that a peer takes part in; negative where it takes part in none. */
  firstStamp(peer: number): number {
    return this.doubles[peer * this.#stride + LEAD + FIRST_STAMP]
  }

  /** When a peer's epoch began, in milliseconds of its host. */
  startMs(peer: number): number {
    return this.doubles[peer * this.#stride + LEAD + START]
  }

  /** Whether a peer takes part in an epoch. */
  participates(peer: number): boolean {
    return this.firstStamp(peer) >= 0
  }

  /** The epoch that a peer takes part in or waits out; −1 where it knows of none. */
  epoch(peer: number): number {
    const first = this.firstStamp(peer)
    return first >= 0 ? first / STAMPS_PER_EPOCH : -first / STAMPS_PER_EPOCH - 2
  }

  /** Takes part in `epoch`, which began at `startMs`, with empty memories. The protocol sets its own fields. */
  begin(peer: number, epoch: number, startMs: number): void {
    this.#clear(peer)
    this.doubles[peer * this.#stride + LEAD + START] = startMs
    this.doubles[peer * this.#stride + LEAD + FIRST_STAMP] = epoch * STAMPS_PER_EPOCH
  }

  /** Takes part in nothing until `epoch`, which began at `startMs`, is over. An epoch of −1 is an unknown one. */
  wait(peer: number, epoch: number, startMs: number): void {
    this.#clear(peer)
    this.doubles[peer * this.#stride + LEAD + START] = startMs
    this.doubles[peer * this.#stride + LEAD + FIRST_STAMP] = -(epoch + 2) * STAMPS_PER_EPOCH
  }

  /** Puts a row back as it was at first. */
  forget(peer: number): void {
    this.wait(peer, -1, 0)
    const own = this.own(peer)
    const end = peer * this.#stride + LEAD + this.#pending / 2
    // Not `fill`, whose call costs more than a short row, and a population has a million of them.
    for (let at = own; at < end; at++) this.doubles[at] = 0
  }

  /** The stamp of this moment in a peer's epoch. */
  stamp(peer: number, nowMs: number): number {
    return this.firstStamp(peer) + this.#tick(peer, nowMs)
  }

  /** Opens an exchange with `partner`, and returns its stamp. */
  initiate(peer: number, nowMs: number, partner: number): number {
    const words = this.#words
    const row = 2 * (peer * this.#stride + LEAD)
    const first = row + this.#pending
    const tick = Math.max(this.#tick(peer, nowMs), words[first] + 1)
    for (let at = row + this.#remembered - 1; at >= first + 2; at--) words[at] = words[at - 2]
    words[first] = tick
    words[first + 1] = partner
    return this.doubles[peer * this.#stride + LEAD + FIRST_STAMP] + tick
  }

  /** Whether a peer awaits the reply of `from` to the exchange with this tick. */
  awaits(peer: number, from: number, tick: number): boolean {
    return this.#findPending(peer, from, tick) >= 0
  }

  /** Closes the exchange with this tick. Returns whether it was open: at most once for each that was initiated. */
  settle(peer: number, from: number, tick: number): boolean {
    const at = this.#findPending(peer, from, tick)
    if (at < 0) return false
    // The tick stays: the next one must be larger.
    this.#words[at + 1] = NOBODY
    return true
  }

  /** Whether the exchange that `from` has initiated may be taken part in; if so it is remembered. See the class. */
  accept(peer: number, from: number, tick: number): boolean {
    const words = this.#words
    const row = 2 * (peer * this.#stride + LEAD)
    const end = row + this.#end
    let oldest = row + this.#remembered
    for (let at = oldest; at < end; at += 2) {
      if (words[at + 1] === from) {
        oldest = at
        break
      }
      if (words[at] < words[oldest]) oldest = at
    }
    if (tick <= words[oldest]) return false
    words[oldest] = tick
    words[oldest + 1] = from
    return true
  }

  persist(archive: Archive): void {
    archive.array(this.#words)
  }

  #tick(peer: number, nowMs: number): number {
    return Math.max(0, Math.floor((nowMs - this.doubles[peer * this.#stride + LEAD + START]) * this.#ticksPerMs))
  }

  #findPending(peer: number, from: number, tick: number): number {
    const words = this.#words
    const row = 2 * (peer * this.#stride + LEAD)
    const end = row + this.#remembered
    for (let at = row + this.#pending; at < end; at += 2) if (words[at] === tick && words[at + 1] === from) return at
    return -1
  }

  #clear(peer: number): void {
    const row = 2 * (peer * this.#stride + LEAD)
    for (let at = row + this.#pending; at < row + this.#end; at += 2) {
      this.#words[at] = -1
      this.#words[at + 1] = NOBODY
    }
  }
}
