import { type Archive, type Context, type Message, type Refusal, UsageError } from '@hearsay/core'
import { type EpochOptions, EpochProtocol } from './epoch-protocol.ts'
import { PUSH, REPLY } from './message-kinds.ts'
import { assertRange, assertWithin, clamp, type ValueRange } from './value-range.ts'

/** What a {@link PushPullAveraging} needs. */
export interface PushPullAveragingOptions extends EpochOptions {
  /**
   * One local value per hosted peer, finite and within `range`; copied.
   *
   * @defaultValue all 0
   */
  readonly values?: ArrayLike<number>
  /**
   * What a reply carries. `difference`: half the difference of the estimates, which both sides apply: mass is conserved
   * however exchanges interleave. `value`: the partner's estimate before the exchange (the paper's figure 1): mass is lost
   * or made where another exchange comes between push and reply.
   *
   * @defaultValue 'difference'
   */
  readonly form?: 'difference' | 'value'
  /**
   * Bounds of honest local values. What is sent keeps within them, so that an {@link AggregateGuard} with the same bounds
   * never refuses an honest peer.
   *
   * @defaultValue none
   */
  readonly range?: ValueRange
  /**
   * K: partners whose last exchange a peer remembers, an integer in 1 … 1024. A push is refused where K others that were
   * sent later have overtaken it; see {@link EpochRows}.
   *
   * @defaultValue 3
   */
  readonly remembered?: number
  /**
   * P: own exchanges whose replies a peer awaits at once, an integer in 1 … 1024; a reply that comes after P more turns is
   * lost. With the default none is that takes less than a cycle. Where round trips are many cycles long, a large P keeps all
   * mass, but the differences are stale and estimates can diverge: lengthen the cycle instead.
   *
   * @defaultValue 2
   */
  readonly pending?: number
}

/**
 * Push–pull averaging (Jelasity, Montresor, Babaoglu, "Gossip-based aggregation in large dynamic networks", TOCS 2005, §3):
 * once a cycle a peer exchanges estimates with a random other, and both move to their mean. All estimates converge to the
 * mean of the local values at the epoch's start, their variance by ρ = 1/(2√e) a cycle.
 *
 * What messages carry: a PUSH the sender's estimate, which is a claim and no mass; a REPLY the difference d that its sender
 * has subtracted and its receiver will add, which is mass in flight. With the form `difference`, within an epoch,
 *
 *   Σ estimates of those that take part + Σ d of the replies in flight that are {@link awaits | awaited} + Σ d of the replies
 *   that were lost = Σ values at their entries,
 *
 * to rounding, whatever the network duplicates, delays, reorders or replays, and whichever pushes it loses: a PUSH is taken
 * at most once ({@link EpochRows}), a REPLY is applied at most once, by the initiator that awaits it. A reply counts as lost
 * when the network drops it, when it arrives after P further turns of the initiator or in a later epoch of it, or when
 * one of the two has left for good or lost its state. 64 bytes a peer hold all that an exchange touches.
 */
export class PushPullAveraging extends EpochProtocol {
  readonly #values: Float64Array
  readonly #results: Float64Array
  readonly #byDifference: boolean
  readonly #min: number
  readonly #max: number
  /** The largest difference that values within the range can have from their mean. */
  readonly #reach: number

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: PushPullAveragingOptions) {
    const { pending = 2, remembered = 3, range, values, peers } = options
    assertCount('pending', pending)
    assertCount('remembered', remembered)
    super(options, { doubles: 1, pending, remembered })
    this.#byDifference = options.form !== 'value'
    assertRange(range)
    this.#min = range?.min ?? -Number.MAX_VALUE
    this.#max = range?.max ?? Number.MAX_VALUE
    this.#reach = this.#max / 2 - this.#min / 2
    this.#values = new Float64Array(peers)
    this.#results = new Float64Array(peers).fill(Number.NaN)
    for (let peer = 0; peer < peers && values !== undefined; peer++) this.setValue(peer, values[peer])
  }

  /** The current estimate of a hosted peer: of the mean, once the epoch is well under way. */
  estimate(peer: number): number {
    return this.rows.doubles[this.rows.own(peer)]
  }

  /** What the last epoch that a hosted peer has finished said: the mean. NaN before that. */
  result(peer: number): number {
    return this.#results[peer]
  }

  /** The local value of a hosted peer. */
  value(peer: number): number {
    return this.#values[peer]
  }

  /**
   * Sets the local value of a hosted peer. It counts from the peer's next epoch on.
   *
   * @throws {@link UsageError} `VALUE` when it is not finite or not within the range.
   */
  setValue(peer: number, value: number): void {
    assertWithin(value, this.#min, this.#max)
    this.#values[peer] = value
  }

  override get payloadWordsMax(): number {
    return 0
  }

  override inspect(message: Message): Refusal | undefined {
    const { value } = message
    if (message.length !== 0) return 'dimension'
    if (!Number.isFinite(value)) return 'not-finite'
    if (message.kind === REPLY && this.#byDifference) return Math.abs(value) <= this.#reach ? undefined : 'value'
    return value >= this.#min && value <= this.#max ? undefined : 'value'
  }

  override persist(archive: Archive): void {
    super.persist(archive)
    archive.array(this.#values)
    archive.array(this.#results)
  }

  protected override begin(context: Context): void {
    this.rows.doubles[this.rows.own(context.self)] = this.#values[context.self]
  }

  protected override keep(peer: number): void {
    this.#results[peer] = this.estimate(peer)
  }

  protected override forget(peer: number): void {
    this.#results[peer] = Number.NaN
  }

  protected override push(context: Context, partner: number): void {
    const { self } = context
    const estimate = clamp(this.estimate(self), this.#min, this.#max)
    context.send(partner, PUSH, estimate, this.rows.initiate(self, context.now, partner))
  }

  protected override exchange(context: Context, from: number, message: Message, tick: number): void {
    const { self } = context
    const { rows } = this
    const { value } = message
    // NaN and the infinities.
    if (value - value !== 0) return
    if (message.kind === PUSH) {
      if (rows.accept(self, from, tick)) this.#answer(context, from, value, message.stamp)
    } else if (rows.settle(self, from, tick)) {
      const at = rows.own(self)
      const estimate = rows.doubles[at]
      const next = this.#byDifference ? estimate + value : estimate / 2 + value / 2
      if (next - next === 0) rows.doubles[at] = next
    }
  }

  #answer(context: Context, to: number, value: number, stamp: number): void {
    const at = this.rows.own(context.self)
    const estimate = this.rows.doubles[at]
    // Halves first: the sum of two finite numbers need not be finite.
    const difference = clamp(estimate / 2 - value / 2, -this.#reach, this.#reach)
    this.rows.doubles[at] = estimate - difference
    context.send(to, REPLY, this.#byDifference ? difference : clamp(estimate, this.#min, this.#max), stamp)
  }
}

/** @throws {@link UsageError} `MEMORY` when an option is no integer in 1 … 1024. */
export function assertCount(name: string, count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= 1024) return
  throw new UsageError('MEMORY', `${name} is an integer in 1 … 1024, not ${count}`)
}
