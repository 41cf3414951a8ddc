import type { Archive, Context, Memory, Message, Refusal } from '@hearsay/core'
import { type EpochOptions, EpochProtocol } from './epoch-protocol.ts'
import { PUSH, REPLY } from './message-kinds.ts'
import { PayloadDoubles } from './payload-doubles.ts'
import { assertRange, assertWithin, type ValueRange } from './value-range.ts'

/** What an {@link Extrema} needs. */
export interface ExtremaOptions extends EpochOptions {
  readonly memory: Memory
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

/** Two float64. */
const PAYLOAD_WORDS = 4

/**
 * Minimum and maximum (Jelasity, Montresor, Babaoglu 2005, §5.1: AGGREGATE is min or max): both spread as a push–pull epidemic,
 * in about log₃N + log₂ln N cycles. Every message carries both. They are idempotent: duplicates, replays and reordering
 * within an epoch change nothing, and a loss only costs time. A value that is gone is forgotten when the epoch ends.
 */
export class Extrema extends EpochProtocol {
  readonly #memory: Memory
  readonly #range: ValueRange
  readonly #values: Float64Array
  /** Row i: what the last finished epoch of peer i has ended with. */
  readonly #results: Float64Array
  readonly #payload: PayloadDoubles
  readonly #outbox: number

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: ExtremaOptions) {
    super(options, { doubles: 2, pending: 0, remembered: 0 })
    const { range, values, peers } = options
    assertRange(range)
    this.#memory = options.memory
    this.#range = range ?? { min: -Number.MAX_VALUE, max: Number.MAX_VALUE }
    this.#values = new Float64Array(peers)
    this.#results = new Float64Array(2 * peers).fill(Number.NaN)
    this.#payload = new PayloadDoubles(2)
    this.#outbox = options.memory.allocate(PAYLOAD_WORDS)
    for (let peer = 0; peer < peers && values !== undefined; peer++) this.setValue(peer, values[peer])
  }

  /** The least value that a hosted peer has heard of in its epoch. */
  estimatedMin(peer: number): number {
    return this.rows.doubles[this.rows.own(peer)]
  }

  /** The largest value that a hosted peer has heard of in its epoch. */
  estimatedMax(peer: number): number {
    return this.rows.doubles[this.rows.own(peer) + 1]
  }

  /** The minimum that the last finished epoch of a hosted peer says. NaN before that. */
  min(peer: number): number {
    return this.#results[2 * peer]
  }

  /** The maximum that the last finished epoch of a hosted peer says. NaN before that. */
  max(peer: number): number {
    return this.#results[2 * peer + 1]
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
    return PAYLOAD_WORDS
  }

  override inspect(message: Message): Refusal | undefined {
    if (message.length !== PAYLOAD_WORDS) return 'dimension'
    if (!this.#payload.read(this.#memory, message.offset, 2)) return 'not-finite'
    const [min, max] = this.#payload.doubles
    return min >= this.#range.min && min <= max && max <= this.#range.max ? undefined : 'value'
  }

  override persist(archive: Archive): void {
    super.persist(archive)
    archive.array(this.#values)
    archive.array(this.#results)
  }

  protected override begin(context: Context): void {
    const own = this.rows.own(context.self)
    this.rows.doubles[own] = this.#values[context.self]
    this.rows.doubles[own + 1] = this.#values[context.self]
  }

  protected override keep(peer: number): void {
    this.#results[2 * peer] = this.estimatedMin(peer)
    this.#results[2 * peer + 1] = this.estimatedMax(peer)
  }

  protected override forget(peer: number): void {
    this.#results.fill(Number.NaN, 2 * peer, 2 * peer + 2)
  }

  protected override push(context: Context, partner: number): void {
    this.#send(context, partner, PUSH, this.rows.stamp(context.self, context.now))
  }

  protected override exchange(context: Context, from: number, message: Message): void {
    const { doubles } = this.#payload
    if (message.length !== PAYLOAD_WORDS || !this.#payload.read(this.#memory, message.offset, 2)) return
    const own = this.rows.own(context.self)
    if (doubles[0] < this.rows.doubles[own]) this.rows.doubles[own] = doubles[0]
    if (doubles[1] > this.rows.doubles[own + 1]) this.rows.doubles[own + 1] = doubles[1]
    if (message.kind === PUSH) this.#send(context, from, REPLY, message.stamp)
  }

  #send(context: Context, to: number, kind: number, stamp: number): void {
    const own = this.rows.own(context.self)
    this.#payload.doubles[0] = this.rows.doubles[own]
    this.#payload.doubles[1] = this.rows.doubles[own + 1]
    this.#payload.write(this.#memory, this.#outbox, 2)
    context.send(to, kind, 0, stamp, this.#outbox, PAYLOAD_WORDS)
  }
}
