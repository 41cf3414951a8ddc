import { type Guard, type Message, type Refusal, UsageError } from '@hearsay/core'
import type { EpochProtocol } from './epoch-protocol.ts'
import { EPOCH_MAX, epochOf, STAMPS_PER_EPOCH, TICKS_PER_CYCLE, tickLimit } from './epoch-stamp.ts'
import { ASK, NOTICE } from './message-kinds.ts'

/** What an {@link AggregateGuard} allows. */
export interface AggregateGuardOptions {
  /**
   * How far the clocks of honest peers may be ahead of this one's, in milliseconds, ≥ 0.
   *
   * @defaultValue three cycles
   */
  readonly skewMs?: number
}

/** Clocks run at the same rate, to 1/32. */
const DRIFT = 1 + 1 / 32

/**
 * The guard at the entrance of an aggregation protocol. It refuses what no honest peer sends: NaN and the infinities, values
 * outside the protocol's range, payloads of another shape, and stamps of a time to come. Since the higher epoch wins, one liar
 * could otherwise carry everybody into the last epoch that a stamp can name, for ever. A value that is false but within the
 * range passes: the range bounds what one lie can move, to (max − min)/2 for each exchange, and trimmed instances what it counts.
 */
export class AggregateGuard implements Guard {
  readonly #protocol: EpochProtocol
  readonly #skewMs: number
  readonly #tickLimit: number

  /** @throws {@link UsageError} `SKEW` when `skewMs` is out of its range. */
  constructor(protocol: EpochProtocol, options: AggregateGuardOptions = {}) {
    this.#protocol = protocol
    this.#skewMs = options.skewMs ?? 3 * protocol.periodMs
    this.#tickLimit = tickLimit(protocol.epochCycles)
    if (!(this.#skewMs >= 0)) throw new UsageError('SKEW', `skewMs is a number ≥ 0, not ${options.skewMs}`)
  }

  inspect(message: Message, nowMs: number): Refusal | undefined {
    if (!(message.kind >= 0 && message.kind <= NOTICE)) return 'kind'
    const refusal = this.#inspectStamp(message.stamp, nowMs)
    if (refusal !== undefined) return refusal
    if (message.kind < ASK) return this.#protocol.inspect(message)
    return message.length === 0 && message.value === 0 ? undefined : 'malformed'
  }

  #inspectStamp(stamp: number, nowMs: number): Refusal | undefined {
    if (!Number.isSafeInteger(stamp) || stamp < 0) return 'age-invalid'
    const epoch = epochOf(stamp)
    const tick = stamp - epoch * STAMPS_PER_EPOCH
    if (epoch > EPOCH_MAX || tick >= this.#tickLimit) return 'age-invalid'
    const { periodMs, epochCycles } = this.#protocol
    const sentMs = (epoch * epochCycles + tick / TICKS_PER_CYCLE) * periodMs
    return sentMs <= Math.max(0, nowMs) * DRIFT + this.#skewMs ? undefined : 'age-implausible'
  }
}
