import { type Archive, type Context, type Memory, type Message, type Refusal, UsageError } from '@hearsay/core'
import { EntryMessage } from './entry-message.ts'
import { type EpochOptions, EpochProtocol } from './epoch-protocol.ts'
import { LeaderMaps } from './leader-maps.ts'
import { PUSH, REPLY } from './message-kinds.ts'
import { assertCount } from './push-pull-averaging.ts'
import { trimmedMean } from './trimmed-mean.ts'

/** What a {@link Counting} needs. */
export interface CountingOptions extends EpochOptions {
  readonly memory: Memory
  /**
   * t: instances that a peer keeps, an integer in 1 … 255: a message has 12 bytes for each.
   *
   * @defaultValue 20
   */
  readonly instances?: number
  /**
   * C: leaders to have in an epoch, on average, > 0: a peer leads with probability C / (the size that it has counted last).
   * In its first epoch, and without this option in each, every peer leads; the t instances with the smallest keys prevail
   * within the first cycles.
   *
   * @defaultValue all peers
   */
  readonly leaders?: number
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

/**
 * COUNT (Jelasity, Montresor, Babaoglu 2005, §5.1): the size of the network. In each epoch some peers lead: a leader starts an
 * instance of averaging under a random key, in which it holds 1 and all others 0, so that the mean is 1/N. A peer holds a map
 * from keys to estimates; an exchange averages over the union of two maps, a missing entry being 0. The sizes that the
 * instances say are combined by {@link trimmedMean}.
 *
 * A map holds the t smallest keys. They are the same on all peers in the end, and no peer ever drops one of them: of these
 * instances, mass is conserved exactly as in {@link PushPullAveraging}; the others vanish from all maps.
 */
export class Counting extends EpochProtocol {
  /** t: instances that a peer keeps. */
  readonly instances: number
  readonly #leaders: number
  readonly #maps: LeaderMaps
  readonly #results: Float64Array
  readonly #entries: EntryMessage

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: CountingOptions) {
    const { pending = 2, remembered = 3, instances = 20, leaders = Number.POSITIVE_INFINITY, peers } = options
    assertCount('pending', pending)
    assertCount('remembered', remembered)
    if (!Number.isInteger(instances) || instances < 1 || instances > 255) {
      throw new UsageError('INSTANCES', `instances is an integer in 1 … 255, not ${instances}`)
    }
    if (!(leaders > 0)) throw new UsageError('LEADERS', `leaders is a number > 0, not ${leaders}`)
    super(options, { doubles: 0, pending, remembered })
    this.instances = instances
    this.#leaders = leaders
    this.#maps = new LeaderMaps(peers, instances)
    this.#results = new Float64Array(peers).fill(Number.NaN)
    this.#entries = new EntryMessage(options.memory, instances)
  }

  /** The network's size as the last epoch that a hosted peer has finished says: finite. NaN before that, and where it says none. */
  result(peer: number): number {
    return this.#results[peer]
  }

  /**
   * The network's size as the running epoch says so far: of use once the epoch is well under way. NaN where that is no number,
   * as where a liar's shares are too small for one.
   */
  estimate(peer: number): number {
    const size = trimmedMean(this.estimates(peer))
    return Number.isFinite(size) ? size : Number.NaN
  }

  /** What each instance that a hosted peer knows says so far, by increasing key; NaN where that is no size. */
  estimates(peer: number): number[] {
    return this.#maps.values(peer).map((value) => (value > 0 ? 1 / value : Number.NaN))
  }

  override get payloadWordsMax(): number {
    return 3 * this.instances
  }

  override inspect(message: Message): Refusal | undefined {
    const entries = this.#entries
    const refusal = entries.inspect(message)
    if (refusal !== undefined) return refusal
    if (!entries.increasing) return 'malformed'
    const least = message.kind === PUSH ? 0 : -0.5
    return entries.within(least, least + 1) ? undefined : 'value'
  }

  override persist(archive: Archive): void {
    super.persist(archive)
    this.#maps.persist(archive)
    archive.array(this.#results)
  }

  protected override begin(context: Context): void {
    const { self, random } = context
    this.#maps.clear(self)
    // Drawn in any case, so that what a peer draws later does not depend on what it has counted.
    const key = random.uint32() >>> 1
    const chance = random.float64()
    const size = this.#results[self]
    if (!(chance * size >= this.#leaders)) this.#maps.lead(self, key)
  }

  protected override keep(peer: number): void {
    this.#results[peer] = this.estimate(peer)
  }

  protected override forget(peer: number): void {
    this.#results[peer] = Number.NaN
    this.#maps.clear(peer)
  }

  protected override push(context: Context, partner: number): void {
    this.#maps.write(context.self, this.#entries)
    this.#send(context, partner, PUSH, this.rows.initiate(context.self, context.now, partner))
  }

  protected override exchange(context: Context, from: number, message: Message, tick: number): void {
    const { self } = context
    const entries = this.#entries
    if (entries.inspect(message) !== undefined || !entries.increasing) return
    if (message.kind === PUSH) {
      if (!this.rows.accept(self, from, tick)) return
      this.#maps.meet(self, entries)
      this.#send(context, from, REPLY, message.stamp)
    } else if (this.rows.settle(self, from, tick)) {
      this.#maps.apply(self, entries)
    }
  }

  #send(context: Context, to: number, kind: number, stamp: number): void {
    const { length } = this.#entries
    context.send(to, kind, 0, stamp, this.#entries.write(), length)
  }
}
