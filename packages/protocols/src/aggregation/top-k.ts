import { type Archive, type Context, type Memory, type Message, type Refusal, UsageError } from '@hearsay/core'
import { EntryMessage } from './entry-message.ts'
import { type EpochOptions, EpochProtocol } from './epoch-protocol.ts'
import { PUSH, REPLY } from './message-kinds.ts'
import { assertRange, assertWithin, type ValueRange } from './value-range.ts'

/** What a {@link TopK} needs. */
export interface TopKOptions extends EpochOptions {
  readonly memory: Memory
  /** k: entries to find, an integer in 1 … 255. */
  readonly k: number
  /**
   * One id per hosted peer, an integer in 0 … 2³¹ − 1, by which others name it; no two peers of the network may have the
   * same. An id is the application's: peers have no numbers in common.
   */
  readonly ids: ArrayLike<number>
  /**
   * One local value per hosted peer, finite and within `range`; copied.
   *
   * @defaultValue all 0
   */
  readonly values?: ArrayLike<number>
  /**
   * Bounds of honest local values, for the guard.
   *
   * @defaultValue none
   */
  readonly range?: ValueRange
}

/** One of the k largest values, and the id of the peer that holds it. */
export interface TopEntry {
  readonly id: number
  readonly value: number
}

/**
 * The k largest values and who holds them: a push–pull epidemic of lists. An exchange unites two lists and keeps the k best,
 * the larger value first, of equal ones the smaller id. An id that comes with two values counts with the larger. That is
 * commutative, associative and idempotent, so duplicates, replays and reordering within an epoch change nothing. The k
 * largest spread as {@link Extrema} do.
 */
export class TopK extends EpochProtocol {
  /** k: entries that a list holds. */
  readonly k: number
  readonly #range: ValueRange
  readonly #ids: Int32Array
  readonly #values: Float64Array
  /** Row i: the list of peer i, the best first. */
  readonly #listIds: Int32Array
  readonly #listValues: Float64Array
  readonly #sizes: Uint8Array
  /** The lists that the last finished epochs have ended with. */
  readonly #resultIds: Int32Array
  readonly #resultValues: Float64Array
  readonly #resultSizes: Uint8Array
  readonly #entries: EntryMessage

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: TopKOptions) {
    super(options, { doubles: 0, pending: 0, remembered: 0 })
    const { k, ids, range, values, peers } = options
    if (!Number.isInteger(k) || k < 1 || k > 255) throw new UsageError('TOP_K', `k is an integer in 1 … 255, not ${k}`)
    assertRange(range)
    this.k = k
    this.#range = range ?? { min: -Number.MAX_VALUE, max: Number.MAX_VALUE }
    this.#ids = Int32Array.from({ length: peers }, (_, peer) => idOf(ids[peer]))
    this.#values = new Float64Array(peers)
    this.#listIds = new Int32Array(peers * k)
    this.#listValues = new Float64Array(peers * k)
    this.#sizes = new Uint8Array(peers)
    this.#resultIds = new Int32Array(peers * k)
    this.#resultValues = new Float64Array(peers * k)
    this.#resultSizes = new Uint8Array(peers)
    this.#entries = new EntryMessage(options.memory, k)
    for (let peer = 0; peer < peers && values !== undefined; peer++) this.setValue(peer, values[peer])
  }

  /** The best that a hosted peer has heard of in its epoch, the largest value first: a copy. */
  estimate(peer: number): TopEntry[] {
    return Array.from({ length: this.#sizes[peer] }, (_, i) => ({
      id: this.#listIds[peer * this.k + i],
      value: this.#listValues[peer * this.k + i],
    }))
  }

  /** What the last finished epoch of a hosted peer says, the largest value first: a copy. Empty before that. */
  result(peer: number): TopEntry[] {
    return Array.from({ length: this.#resultSizes[peer] }, (_, i) => ({
      id: this.#resultIds[peer * this.k + i],
      value: this.#resultValues[peer * this.k + i],
    }))
  }

  /**
   * Sets the local value of a hosted peer. It counts from the peer's next epoch on.
   *
   * @throws {@link UsageError} `VALUE` when it is not finite or not within the range.
   */
  setValue(peer: number, value: number): void {
    assertWithin(value, this.#range.min, this.#range.max)
    this.#values[peer] = value
  }

  override get payloadWordsMax(): number {
    return 3 * this.k
  }

  override inspect(message: Message): Refusal | undefined {
    const refusal = this.#entries.inspect(message)
    if (refusal !== undefined) return refusal
    return this.#entries.within(this.#range.min, this.#range.max) ? undefined : 'value'
  }

  override persist(archive: Archive): void {
    super.persist(archive)
    for (const array of [this.#values, this.#listIds, this.#listValues, this.#sizes]) archive.array(array)
    for (const array of [this.#resultIds, this.#resultValues, this.#resultSizes]) archive.array(array)
  }

  protected override begin(context: Context): void {
    this.#sizes[context.self] = 0
    this.#insert(context.self, this.#ids[context.self], this.#values[context.self])
  }

  protected override keep(peer: number): void {
    const first = peer * this.k
    this.#resultIds.set(this.#listIds.subarray(first, first + this.k), first)
    this.#resultValues.set(this.#listValues.subarray(first, first + this.k), first)
    this.#resultSizes[peer] = this.#sizes[peer]
  }

  protected override forget(peer: number): void {
    this.#sizes[peer] = 0
    this.#resultSizes[peer] = 0
  }

  protected override push(context: Context, partner: number): void {
    this.#send(context, partner, PUSH, this.rows.stamp(context.self, context.now))
  }

  protected override exchange(context: Context, from: number, message: Message): void {
    const entries = this.#entries
    if (entries.inspect(message) !== undefined) return
    for (let i = 0; i < entries.size; i++) this.#insert(context.self, entries.keys[i], entries.values[i])
    if (message.kind === PUSH) this.#send(context, from, REPLY, message.stamp)
  }

  #send(context: Context, to: number, kind: number, stamp: number): void {
    const entries = this.#entries
    const first = context.self * this.k
    entries.size = this.#sizes[context.self]
    for (let i = 0; i < entries.size; i++) {
      entries.keys[i] = this.#listIds[first + i]
      entries.values[i] = this.#listValues[first + i]
    }
    context.send(to, kind, 0, stamp, entries.write(), entries.length)
  }

  /** Puts an entry where it belongs, unless the list has k better ones or the same id with a value as large. */
  #insert(peer: number, id: number, value: number): void {
    const first = peer * this.k
    const size = this.#sizes[peer]
    let known = 0
    while (known < size && this.#listIds[first + known] !== id) known++
    if (known < size && this.#listValues[first + known] >= value) return
    let place = known < size ? known : Math.min(size, this.k - 1)
    if (known === this.k && !this.#isBetter(id, value, first + place)) return
    while (place > 0 && this.#isBetter(id, value, first + place - 1)) {
      this.#listIds[first + place] = this.#listIds[first + place - 1]
      this.#listValues[first + place] = this.#listValues[first + place - 1]
      place--
    }
    this.#listIds[first + place] = id
    this.#listValues[first + place] = value
    if (known === size && size < this.k) this.#sizes[peer]++
  }

  #isBetter(id: number, value: number, than: number): boolean {
    const other = this.#listValues[than]
    return value > other || (value === other && id < this.#listIds[than])
  }
}

function idOf(id: number): number {
  if (Number.isInteger(id) && id >= 0 && id < 2 ** 31) return id
  throw new UsageError('PEER_ID', `an id is an integer in 0 … 2^31 - 1, not ${id}`)
}
