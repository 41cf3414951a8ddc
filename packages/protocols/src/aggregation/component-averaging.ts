import { type Archive, type Context, type Memory, type Message, type Refusal, UsageError } from '@hearsay/core'
import { type EpochOptions, EpochProtocol } from './epoch-protocol.ts'
import { PUSH, REPLY } from './message-kinds.ts'
import { PayloadDoubles } from './payload-doubles.ts'
import { assertCount } from './push-pull-averaging.ts'
import { assertRange, assertWithin, clamp, type ValueRange } from './value-range.ts'

/** What an averaging of several numbers at once needs. */
export interface ComponentAveragingOptions extends EpochOptions {
  readonly memory: Memory
  /**
   * One local value per hosted peer, finite and within `range`; copied.
   *
   * @defaultValue all 0
   */
  readonly values?: ArrayLike<number>
  /**
   * Bounds of honest local values; what is sent keeps within what they imply.
   *
   * @defaultValue none
   */
  readonly range?: ValueRange
  /**
   * As {@link PushPullAveragingOptions.remembered}.
   *
   * @defaultValue 3
   */
  readonly remembered?: number
  /**
   * As {@link PushPullAveragingOptions.pending}.
   *
   * @defaultValue 2
   */
  readonly pending?: number
}

/** The largest number of components: a payload of 4 KiB. */
const COMPONENTS_MAX = 512

/**
 * {@link PushPullAveraging} of several functions of the local value at once, in one exchange: the push carries all
 * estimates, the reply all differences, as float64. What is true of one estimate there is true of each here.
 */
export abstract class ComponentAveraging extends EpochProtocol {
  /** Numbers that are averaged. */
  readonly components: number
  /** The least that each component can be for an honest peer. */
  readonly lower: Float64Array
  /** The most that each component can be for an honest peer. */
  readonly upper: Float64Array
  readonly #memory: Memory
  readonly #min: number
  readonly #max: number
  readonly #values: Float64Array
  /** Row i: the components that the last finished epoch of peer i has ended with. */
  readonly #results: Float64Array
  readonly #payload: PayloadDoubles
  readonly #outbox: number

  /**
   * @param components - Numbers to average, an integer in 1 … 512.
   * @throws {@link UsageError} when an option is out of its range.
   */
  constructor(options: ComponentAveragingOptions, components: number) {
    const { pending = 2, remembered = 3, range, values, peers } = options
    assertCount('pending', pending)
    assertCount('remembered', remembered)
    if (!Number.isInteger(components) || components < 1 || components > COMPONENTS_MAX) {
      throw new UsageError('COMPONENTS', `components is an integer in 1 … ${COMPONENTS_MAX}, not ${components}`)
    }
    super(options, { doubles: components, pending, remembered })
    assertRange(range)
    this.components = components
    this.lower = new Float64Array(components).fill(-Number.MAX_VALUE)
    this.upper = new Float64Array(components).fill(Number.MAX_VALUE)
    this.#memory = options.memory
    this.#min = range?.min ?? -Number.MAX_VALUE
    this.#max = range?.max ?? Number.MAX_VALUE
    this.#values = new Float64Array(peers)
    this.#results = new Float64Array(peers * components).fill(Number.NaN)
    this.#payload = new PayloadDoubles(components)
    this.#outbox = options.memory.allocate(2 * components)
    for (let peer = 0; peer < peers && values !== undefined; peer++) this.setValue(peer, values[peer])
  }

  /** The current estimate of one component's mean. */
  estimate(peer: number, component: number): number {
    return this.rows.doubles[this.rows.own(peer) + component]
  }

  /** One component's mean as the last epoch that a hosted peer has finished says. NaN before that. */
  result(peer: number, component: number): number {
    return this.#results[peer * this.components + component]
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
    return 2 * this.components
  }

  override inspect(message: Message): Refusal | undefined {
    const { doubles } = this.#payload
    if (message.length !== 2 * this.components) return 'dimension'
    if (!this.#payload.read(this.#memory, message.offset, this.components)) return 'not-finite'
    for (let i = 0; i < this.components; i++) {
      const lower = this.lower[i]
      const upper = this.upper[i]
      const reach = upper / 2 - lower / 2
      const honest = message.kind === PUSH ? doubles[i] >= lower && doubles[i] <= upper : Math.abs(doubles[i]) <= reach
      if (!honest) return 'value'
    }
    return undefined
  }

  override persist(archive: Archive): void {
    super.persist(archive)
    archive.array(this.#values)
    archive.array(this.#results)
  }

  /** Writes the components of a local value to `target` from `at` on. */
  protected abstract describe(value: number, target: Float64Array, at: number): void

  protected override begin(context: Context): void {
    this.describe(this.#values[context.self], this.rows.doubles, this.rows.own(context.self))
  }

  protected override keep(peer: number): void {
    const at = this.rows.own(peer)
    this.#results.set(this.rows.doubles.subarray(at, at + this.components), peer * this.components)
  }

  protected override forget(peer: number): void {
    this.#results.fill(Number.NaN, peer * this.components, (peer + 1) * this.components)
  }

  protected override push(context: Context, partner: number): void {
    const { lower, upper } = this
    const { doubles } = this.#payload
    const own = this.rows.own(context.self)
    for (let i = 0; i < this.components; i++) doubles[i] = clamp(this.rows.doubles[own + i], lower[i], upper[i])
    this.#send(context, partner, PUSH, this.rows.initiate(context.self, context.now, partner))
  }

  protected override exchange(context: Context, from: number, message: Message, tick: number): void {
    const { self } = context
    if (message.length !== 2 * this.components) return
    if (!this.#payload.read(this.#memory, message.offset, this.components)) return
    if (message.kind === PUSH) {
      if (!this.rows.accept(self, from, tick)) return
      this.#meet(self)
      this.#send(context, from, REPLY, message.stamp)
    } else if (this.rows.settle(self, from, tick)) {
      this.#apply(self)
    }
  }

  /** Moves the estimates to the mean of what the payload says and their own; leaves the differences in the payload. */
  #meet(self: number): void {
    const { lower, upper } = this
    const { doubles } = this.#payload
    const own = this.rows.doubles
    const first = this.rows.own(self)
    for (let i = 0; i < this.components; i++) {
      const reach = upper[i] / 2 - lower[i] / 2
      const difference = clamp(own[first + i] / 2 - doubles[i] / 2, -reach, reach)
      own[first + i] -= difference
      doubles[i] = difference
    }
  }

  #apply(self: number): void {
    const { doubles } = this.#payload
    const own = this.rows.doubles
    const first = this.rows.own(self)
    for (let i = 0; i < this.components; i++) {
      const next = own[first + i] + doubles[i]
      if (next - next === 0) own[first + i] = next
    }
  }

  #send(context: Context, to: number, kind: number, stamp: number): void {
    this.#payload.write(this.#memory, this.#outbox, this.components)
    context.send(to, kind, 0, stamp, this.#outbox, 2 * this.components)
  }
}
