import { type Archive, type Random, UsageError } from '@hearsay/core'
import { contains, insert, sizeOf } from './bit-set.ts'
import { ShuffleExchange, type ShuffleSizes } from './exchange.ts'

/**
 * The caches of a population that shuffles items, and what each peer has ever held. It is the state that the protocol and
 * the slotted model of it share, and all that observers read.
 */
export class ItemCaches {
  readonly peers: number
  readonly items: number
  readonly exchange: ShuffleExchange
  /** Row i, `exchange.words` long, is the set of items that peer i holds. */
  readonly held: Int32Array
  /** Row i is the set of items that peer i holds or has held. */
  readonly seen: Int32Array
  /** Items that each peer holds. */
  readonly sizes: Int32Array

  /**
   * @param peers - Rows, an integer ≥ 1.
   * @throws {@link UsageError} when a size is out of its range.
   */
  constructor(peers: number, sizes: ShuffleSizes) {
    if (!Number.isInteger(peers) || peers < 1) throw new UsageError('PEERS', `peers is an integer ≥ 1, not ${peers}`)
    this.peers = peers
    this.items = sizes.items
    this.exchange = new ShuffleExchange(sizes)
    this.held = new Int32Array(peers * this.exchange.words)
    this.seen = new Int32Array(peers * this.exchange.words)
    this.sizes = new Int32Array(peers)
  }

  /**
   * Puts an item into a cache.
   *
   * @throws {@link UsageError} `SHUFFLE_ITEM` when there is no such item, or no room for it.
   */
  insert(peer: number, item: number): void {
    if (!Number.isInteger(item) || item < 0 || item >= this.items) {
      throw new UsageError('SHUFFLE_ITEM', `items are integers in 0 … ${this.items - 1}, not ${item}`)
    }
    if (this.holds(peer, item)) return
    if (this.sizes[peer] === this.exchange.cacheSize) {
      throw new UsageError('SHUFFLE_ITEM', `the cache of peer ${peer} is full: item ${item} does not fit`)
    }
    insert(this.held, peer * this.exchange.words, item)
    insert(this.seen, peer * this.exchange.words, item)
    this.sizes[peer]++
  }

  /**
   * Fills all caches with items in [from, n), chosen uniformly for each.
   *
   * @param from - The first item to fill with. Default 0.
   * @throws {@link UsageError} `SHUFFLE_ITEM` when there are too few items to fill a cache.
   */
  fill(random: Random, from = 0): void {
    const { cacheSize } = this.exchange
    if (this.items - from < cacheSize) {
      throw new UsageError('SHUFFLE_ITEM', `${this.items - from} items do not fill a cache of ${cacheSize}`)
    }
    for (let peer = 0; peer < this.peers; peer++) {
      while (this.sizes[peer] < cacheSize) this.insert(peer, from + random.below(this.items - from))
    }
  }

  /** Whether a peer holds an item. */
  holds(peer: number, item: number): boolean {
    return contains(this.held, peer * this.exchange.words, item)
  }

  /** Whether a peer holds an item or has held it. */
  hasSeen(peer: number, item: number): boolean {
    return contains(this.seen, peer * this.exchange.words, item)
  }

  /** The items that a peer holds, ascending: a copy. */
  heldBy(peer: number): number[] {
    const items: number[] = []
    for (let item = 0; item < this.items; item++) if (this.holds(peer, item)) items.push(item)
    return items
  }

  /** Chooses what a peer sends in an exchange; see {@link ShuffleExchange.choose}. */
  choose(random: Random, peer: number, target: Int32Array, targetAt: number): void {
    this.exchange.choose(random, this.held, peer * this.exchange.words, this.sizes[peer], target, targetAt)
  }

  /** Applies one side of an exchange to a peer; see {@link ShuffleExchange.apply}. */
  apply(
    random: Random,
    peer: number,
    sent: Int32Array,
    sentAt: number,
    received: Int32Array,
    receivedAt: number,
  ): void {
    const { words } = this.exchange
    const row = peer * words
    for (let i = 0; i < words; i++) this.seen[row + i] |= received[receivedAt + i]
    this.sizes[peer] = this.exchange.apply(random, this.held, row, sent, sentAt, received, receivedAt)
  }

  /** Gives a peer the cache that stands in its row of `rows`, and forgets what else it has seen. */
  reset(peer: number, rows: Int32Array): void {
    const { words } = this.exchange
    for (let i = peer * words; i < (peer + 1) * words; i++) {
      this.held[i] = rows[i]
      this.seen[i] = rows[i]
    }
    this.sizes[peer] = sizeOf(this.held, peer * words, words)
  }

  persist(archive: Archive): void {
    archive.array(this.held)
    archive.array(this.seen)
    archive.array(this.sizes)
  }
}
