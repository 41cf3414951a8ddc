import { type Random, UsageError } from '@hearsay/core'
import { countBits, selectBit, sizeOf, wordsOf } from './bit-set.ts'
import { Coin } from './coin.ts'

/** The sizes of a gossip shuffle. */
export interface ShuffleSizes {
  /** n: different items, numbered from 0; 1 … 65 536. */
  readonly items: number
  /** c: items that a cache holds, 1 … n. */
  readonly cacheSize: number
  /** s: items that a peer sends in an exchange, 1 … c. */
  readonly exchangeSize: number
}

/**
 * One side of an exchange of the gossip shuffle, on sets of items as bits (Bakhshi, Gavidia, Fokkink, van Steen 2009): choose
 * s items of the cache, add what was received and was not there, and drop as many of the sent ones that were not
 * received.
 *
 * Sets cost one random word for 32 items instead of one draw an item: each item is chosen by a coin, and then as many
 * are added or taken back, each drawn uniformly, as the number is off. Given their number, the items that coins choose are
 * a uniform choice, so the result is one too, exactly.
 */
export class ShuffleExchange {
  /** Words of a set of items. */
  readonly words: number
  readonly cacheSize: number
  readonly exchangeSize: number
  readonly #coin: Coin
  /** The set that is drawn from, and how many elements each of its words has. */
  readonly #pool: Int32Array
  readonly #counts: Int32Array
  /** Bits of the last word that stand for no item. */
  readonly #beyond: number

  /** @throws {@link UsageError} `SHUFFLE_SIZE` unless 1 ≤ s ≤ c ≤ n ≤ 65 536. */
  constructor({ items, cacheSize, exchangeSize }: ShuffleSizes) {
    const integers = Number.isInteger(items) && Number.isInteger(cacheSize) && Number.isInteger(exchangeSize)
    if (!(integers && exchangeSize >= 1 && exchangeSize <= cacheSize && cacheSize <= items && items <= 65_536)) {
      const sizes = `s = ${exchangeSize}, c = ${cacheSize}, n = ${items}`
      throw new UsageError('SHUFFLE_SIZE', `a shuffle has integers 1 ≤ s ≤ c ≤ n ≤ 65536, not ${sizes}`)
    }
    this.words = wordsOf(items)
    this.cacheSize = cacheSize
    this.exchangeSize = exchangeSize
    const share = exchangeSize / cacheSize
    // One draw costs about what eight words of coins do.
    this.#coin = new Coin(Math.min(share, 1 - 1e-9), this.words / (8 * cacheSize))
    this.#pool = new Int32Array(this.words)
    this.#counts = new Int32Array(this.words)
    this.#beyond = (items & 31) === 0 ? 0 : -1 << (items & 31)
  }

  /**
   * Chooses min(s, size) items of a cache, uniformly, and writes them to `target`.
   *
   * @param size - Items in the cache.
   */
  choose(random: Random, cache: Int32Array, cacheAt: number, size: number, target: Int32Array, targetAt: number): void {
    const { words, exchangeSize } = this
    if (size <= exchangeSize) {
      for (let i = 0; i < words; i++) target[targetAt + i] = cache[cacheAt + i]
      return
    }
    const pool = this.#pool
    const counts = this.#counts
    this.#coin.toss(random, pool, words)
    let chosen = 0
    for (let i = 0; i < words; i++) {
      const heads = cache[cacheAt + i] & pool[i]
      const count = countBits(heads)
      target[targetAt + i] = heads
      pool[i] = heads
      counts[i] = count
      chosen += count
    }
    if (chosen >= exchangeSize) {
      this.#toggle(random, chosen - exchangeSize, chosen, target, targetAt)
      return
    }
    for (let i = 0; i < words; i++) {
      pool[i] ^= cache[cacheAt + i]
      counts[i] = countBits(pool[i])
    }
    this.#toggle(random, exchangeSize - chosen, size - chosen, target, targetAt)
  }

  /**
   * Replaces a cache by what it holds after the exchange: `sent` was chosen from it, `received` is the other side's choice.
   * All that was received is in it afterwards, and of what it held nothing is lost but items that were sent.
   *
   * @returns Items in the cache then.
   */
  apply(
    random: Random,
    cache: Int32Array,
    cacheAt: number,
    sent: Int32Array,
    sentAt: number,
    received: Int32Array,
    receivedAt: number,
  ): number {
    const words = this.words
    const pool = this.#pool
    const counts = this.#counts
    let size = 0
    let droppable = 0
    for (let i = 0; i < words; i++) {
      const incoming = received[receivedAt + i]
      const all = cache[cacheAt + i] | incoming
      const own = sent[sentAt + i] & ~incoming
      const count = countBits(own)
      cache[cacheAt + i] = all & ~own
      pool[i] = own
      counts[i] = count
      droppable += count
      size += countBits(all)
    }
    // All candidates are out now. Mostly few of them stay: those are drawn then, rather than the many that go.
    const going = Math.max(0, size - this.cacheSize)
    const staying = droppable - going
    if (staying > going) for (let i = 0; i < words; i++) cache[cacheAt + i] |= pool[i]
    this.#toggle(random, Math.min(staying, going), droppable, cache, cacheAt)
    return size - going
  }

  /** Whether a stranger's words can be an honest choice: items alone, at most s of them. */
  isChoice(words: Int32Array, offset: number, length: number): boolean {
    if (length !== this.words || (words[offset + length - 1] & this.#beyond) !== 0) return false
    return sizeOf(words, offset, length) <= this.exchangeSize
  }

  /** Draws `draws` of the `size` elements of the pool, uniformly and each once, and changes whether they are in a set. */
  #toggle(random: Random, draws: number, size: number, set: Int32Array, at: number): void {
    const pool = this.#pool
    const counts = this.#counts
    for (let left = size; left > size - draws; left--) {
      let ordinal = random.below(left)
      let i = 0
      while (ordinal >= counts[i]) ordinal -= counts[i++]
      const bit = selectBit(pool[i], ordinal)
      pool[i] ^= bit
      counts[i]--
      set[at + i] ^= bit
    }
  }
}
