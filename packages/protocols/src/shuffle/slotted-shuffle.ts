import { type Archive, type Persistent, type Random, UsageError } from '@hearsay/core'
import type { ShuffleSizes } from './exchange.ts'
import { ItemCaches } from './item-caches.ts'

/** What a {@link SlottedShuffle} runs. */
export interface SlottedShuffleOptions extends ShuffleSizes {
  /** N: peers, an integer ≥ 2. */
  readonly peers: number
  /**
   * Gmax: slots between two active ones of a peer, an integer ≥ 0. A peer is active once every Gmax + 1 slots.
   *
   * @defaultValue 3
   */
  readonly gapMax?: number
}

/**
 * The gossip shuffle in slotted time, as its mean-field models describe it (Bakhshi, Endrullis, Endrullis, Fokkink, Haverkort
 * 2010; Gast, Latella, Massink 2020). A peer is active once every Gmax + 1 slots, at a random phase, and then chooses
 * another one uniformly. They exchange only where that one is passive, no other has chosen it, and none has chosen the
 * initiator.
 *
 * It shares caches and exchanges with the protocol, and neither messages nor events: a slot is a loop over its active peers.
 */
export class SlottedShuffle implements Persistent {
  readonly caches: ItemCaches
  readonly #random: Random
  /** The peers by phase, and where those of a phase start. */
  readonly #turns: Int32Array
  readonly #starts: Int32Array
  readonly #phases: Uint8Array
  /** Whom each peer has chosen in this slot, and how often each was chosen. */
  readonly #chosen: Int32Array
  readonly #suitors: Int32Array
  readonly #sent: Int32Array
  #slot = 0
  #exchanges = 0

  /**
   * @param random - All that the run draws.
   * @throws {@link UsageError} when an option is out of its range.
   */
  constructor(options: SlottedShuffleOptions, random: Random) {
    const { peers, gapMax = 3 } = options
    if (!Number.isInteger(peers) || peers < 2) throw new UsageError('PEERS', `peers is an integer ≥ 2, not ${peers}`)
    if (!Number.isInteger(gapMax) || gapMax < 0 || gapMax > 254) {
      throw new UsageError('SHUFFLE_GAP', `gapMax is an integer in 0 … 254, not ${gapMax}`)
    }
    this.caches = new ItemCaches(peers, options)
    this.#random = random
    this.#phases = Uint8Array.from({ length: peers }, () => random.below(gapMax + 1))
    this.#turns = Int32Array.from({ length: peers }, (_, peer) => peer)
    this.#turns.sort((a, b) => this.#phases[a] - this.#phases[b])
    this.#starts = Int32Array.from({ length: gapMax + 2 }, (_, phase) => this.#phases.filter((p) => p < phase).length)
    this.#chosen = new Int32Array(peers)
    this.#suitors = new Int32Array(peers)
    this.#sent = new Int32Array(2 * this.caches.exchange.words)
  }

  /** Slots that have passed. */
  get slot(): number {
    return this.#slot
  }

  /** Exchanges that have happened. */
  get exchanges(): number {
    return this.#exchanges
  }

  /** Runs the next `slots` slots. */
  run(slots: number): void {
    for (let i = 0; i < slots; i++) this.#step()
  }

  persist(archive: Archive): void {
    this.caches.persist(archive)
    this.#random.persist(archive)
    archive.array(this.#phases)
    archive.array(this.#turns)
    archive.array(this.#starts)
    this.#slot = archive.number(this.#slot)
    this.#exchanges = archive.number(this.#exchanges)
  }

  #step(): void {
    const phase = this.#slot % (this.#starts.length - 1)
    const end = this.#starts[phase + 1]
    const peers = this.caches.peers
    const chosen = this.#chosen
    const suitors = this.#suitors
    suitors.fill(0)
    for (let turn = this.#starts[phase]; turn < end; turn++) {
      const peer = this.#turns[turn]
      const drawn = this.#random.below(peers - 1)
      const other = drawn < peer ? drawn : drawn + 1
      chosen[peer] = other
      suitors[other]++
    }
    for (let turn = this.#starts[phase]; turn < end; turn++) {
      const peer = this.#turns[turn]
      const other = chosen[peer]
      if (this.#phases[other] !== phase && suitors[other] === 1 && suitors[peer] === 0) this.#swap(peer, other)
    }
    this.#slot++
  }

  #swap(initiator: number, target: number): void {
    const { caches } = this
    const { words } = caches.exchange
    const sent = this.#sent
    caches.choose(this.#random, initiator, sent, 0)
    caches.choose(this.#random, target, sent, words)
    caches.apply(this.#random, initiator, sent, 0, sent, words)
    caches.apply(this.#random, target, sent, words, sent, 0)
    this.#exchanges++
  }
}
