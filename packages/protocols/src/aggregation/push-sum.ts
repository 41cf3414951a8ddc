import { type Archive, type Context, type Memory, type Message, type Refusal, UsageError } from '@hearsay/core'
import { type EpochOptions, EpochProtocol } from './epoch-protocol.ts'
import { PUSH } from './message-kinds.ts'
import { PayloadDoubles } from './payload-doubles.ts'
import { assertCount } from './push-pull-averaging.ts'
import { assertRange, assertWithin, type ValueRange } from './value-range.ts'

/** What a {@link PushSum} needs. */
export interface PushSumOptions extends EpochOptions {
  readonly memory: Memory
  /**
   * One local value per hosted peer, finite and within `range`; copied.
   *
   * @defaultValue all 0
   */
  readonly values?: ArrayLike<number>
  /**
   * One initial weight per hosted peer, ≥ 0 and finite. With equal weights the result is the mean; with weight 1 at one peer
   * and 0 at the others it is the sum.
   *
   * @defaultValue all 1
   */
  readonly weights?: ArrayLike<number>
  /**
   * Bounds of honest local values, for the guard.
   *
   * @defaultValue none
   */
  readonly range?: ValueRange
  /**
   * As {@link PushPullAveragingOptions.remembered}. A push that is refused is mass that is lost here, of sum and weight
   * alike, so the memory is longer.
   *
   * @defaultValue 11: rows of 128 bytes
   */
  readonly remembered?: number
}

/** Fields of a row and numbers of a message: s and w. */
const SUM = 0
const WEIGHT = 1
/** Two float64. */
const PAYLOAD_WORDS = 4

/**
 * Push-sum (Kempe, Dobra, Gehrke, "Gossip-based computation of aggregate information", FOCS 2003, §2): a peer holds a sum s
 * and a weight w; once a cycle it keeps half of both and sends the other half to a random peer, which adds it to its own. s/w
 * converges to Σ s₀ / Σ w₀ on all peers. There is no reply.
 *
 * A PUSH carries mass: half the sender's s and w. Σ s over the peers that take part, plus what is in flight, plus what was
 * lost, is Σ s₀, and so for w. A push is taken at most once ({@link EpochRows}). Lost are pushes that the network drops, that
 * come from an earlier epoch, to a peer that waits for the next one, or that are refused because later ones have overtaken them.
 * A loss takes s and w in the proportion of its sender's estimate, and hurts less than one of push–pull averaging.
 */
export class PushSum extends EpochProtocol {
  readonly #memory: Memory
  readonly #range: ValueRange | undefined
  readonly #values: Float64Array
  readonly #weights: Float64Array
  readonly #results: Float64Array
  readonly #payload: PayloadDoubles
  readonly #outbox: number

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: PushSumOptions) {
    const { remembered = 11, range, values, weights, peers } = options
    assertCount('remembered', remembered)
    super(options, { doubles: 2, pending: 1, remembered })
    assertRange(range)
    this.#memory = options.memory
    this.#range = range
    this.#values = new Float64Array(peers)
    this.#weights = new Float64Array(peers).fill(1)
    this.#results = new Float64Array(peers).fill(Number.NaN)
    this.#payload = new PayloadDoubles(2)
    this.#outbox = options.memory.allocate(PAYLOAD_WORDS)
    for (let peer = 0; peer < peers; peer++) {
      if (values !== undefined) this.setValue(peer, values[peer])
      if (weights !== undefined) this.#weights[peer] = weightOf(weights[peer])
    }
  }

  /** s/w of a hosted peer; NaN where it has no weight yet. */
  estimate(peer: number): number {
    return this.sum(peer) / this.weight(peer)
  }

  /** s of a hosted peer. */
  sum(peer: number): number {
    return this.rows.doubles[this.rows.own(peer) + SUM]
  }

  /** w of a hosted peer. */
  weight(peer: number): number {
    return this.rows.doubles[this.rows.own(peer) + WEIGHT]
  }

  /** What the last epoch that a hosted peer has finished says. NaN before that. */
  result(peer: number): number {
    return this.#results[peer]
  }

  /**
   * Sets the local value of a hosted peer. It counts from the peer's next epoch on.
   *
   * @throws {@link UsageError} `VALUE` when it is not finite or not within the range.
   */
  setValue(peer: number, value: number): void {
    assertWithin(value, this.#range?.min ?? -Number.MAX_VALUE, this.#range?.max ?? Number.MAX_VALUE)
    this.#values[peer] = value
  }

  override get payloadWordsMax(): number {
    return PAYLOAD_WORDS
  }

  override inspect(message: Message): Refusal | undefined {
    if (message.kind !== PUSH) return 'kind'
    if (message.length !== PAYLOAD_WORDS) return 'dimension'
    if (!this.#payload.read(this.#memory, message.offset, 2)) return 'not-finite'
    const [sum, weight] = this.#payload.doubles
    if (!(weight >= 0)) return 'value'
    const range = this.#range
    // Without a weight of its own, a peer can pass a sum on all the same; with one, rounding moves the quotient a little.
    if (range === undefined || weight === 0) return undefined
    const slack = (range.max - range.min) * 1e-9 * weight
    return sum >= range.min * weight - slack && sum <= range.max * weight + slack ? undefined : 'value'
  }

  override persist(archive: Archive): void {
    super.persist(archive)
    archive.array(this.#values)
    archive.array(this.#weights)
    archive.array(this.#results)
  }

  protected override begin(context: Context): void {
    const own = this.rows.own(context.self)
    this.rows.doubles[own + SUM] = this.#values[context.self]
    this.rows.doubles[own + WEIGHT] = this.#weights[context.self]
  }

  protected override keep(peer: number): void {
    this.#results[peer] = this.estimate(peer)
  }

  protected override forget(peer: number): void {
    this.#results[peer] = Number.NaN
  }

  protected override push(context: Context, partner: number): void {
    const { rows } = this
    const { doubles } = this.#payload
    const own = rows.own(context.self)
    for (let i = 0; i < 2; i++) {
      doubles[i] = rows.doubles[own + i] / 2
      rows.doubles[own + i] -= doubles[i]
    }
    this.#payload.write(this.#memory, this.#outbox, 2)
    context.send(partner, PUSH, 0, rows.initiate(context.self, context.now, partner), this.#outbox, PAYLOAD_WORDS)
  }

  protected override exchange(context: Context, from: number, message: Message, tick: number): void {
    const { rows } = this
    const { doubles } = this.#payload
    if (message.kind !== PUSH || message.length !== PAYLOAD_WORDS) return
    if (!this.#payload.read(this.#memory, message.offset, 2) || doubles[WEIGHT] < 0) return
    const own = rows.own(context.self)
    const sum = rows.doubles[own + SUM] + doubles[SUM]
    const weight = rows.doubles[own + WEIGHT] + doubles[WEIGHT]
    if (!Number.isFinite(sum) || !Number.isFinite(weight) || !rows.accept(context.self, from, tick)) return
    rows.doubles[own + SUM] = sum
    rows.doubles[own + WEIGHT] = weight
  }
}

function weightOf(weight: number): number {
  if (weight >= 0 && Number.isFinite(weight)) return weight
  throw new UsageError('WEIGHT', `a weight is a finite number ≥ 0, not ${weight}`)
}
