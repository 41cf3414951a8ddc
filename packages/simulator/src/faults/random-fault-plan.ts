import { type Random, randomStream, UsageError } from '@hearsay/core'
import { checkPositive } from '../network/checks.ts'
import { Purpose } from '../purpose.ts'
import type { Attack } from './byzantine/attack.ts'
import { type CrashFault, type FaultInterval, FaultLimit, type FaultPlan, type LateMessages } from './fault-plan.ts'

/** What random plans are made for. */
export interface FaultLimits {
  /** How long runs are, > 0: what happens, happens before. */
  readonly durationMs: number
  /**
   * A time that matters to the protocol, > 0, such as a cycle: delays are of its order.
   *
   * @defaultValue durationMs / 30
   */
  readonly periodMs?: number
  /**
   * The attacks to choose from.
   *
   * @defaultValue none: no peer is Byzantine
   */
  readonly attacks?: readonly Attack['kind'][]
  /**
   * Clocks differ in their rate by at most this, in [0, 0.5].
   *
   * @defaultValue 0.1
   */
  readonly clockRateMax?: number
}

/** The stream that plans are drawn from: none that {@link simulateFaults} draws from. */
const PLANS = 64

/** Share of the peers at most that one crash, cut or pause hits, so that somebody is left. */
const HIT_MAX = 0.6

/**
 * Draws a plan. Each kind of fault is in it or not by a coin toss; how bad it is, is uniform over what a plan allows.
 *
 * @param seed - A safe integer ≥ 0.
 * @throws {@link UsageError} `FAULT_LIMITS`, `SEED_INVALID`.
 */
export function randomFaultPlan(seed: number, limits: FaultLimits): FaultPlan {
  const { durationMs, attacks = [], clockRateMax = 0.1 } = limits
  checkPositive('FAULT_LIMITS', 'the length of runs', durationMs)
  const periodMs = checkPositive('FAULT_LIMITS', 'a period', limits.periodMs ?? durationMs / 30)
  if (!(clockRateMax >= 0 && clockRateMax <= FaultLimit.clockRateMax)) {
    throw new UsageError('FAULT_LIMITS', `clockRateMax is in [0, ${FaultLimit.clockRateMax}], not ${clockRateMax}`)
  }
  const draw = new PlanDraw(randomStream(seed, PLANS, Purpose.faults), durationMs, periodMs)
  return {
    ...draw.maybe('loss', () => draw.upTo(FaultLimit.lossMax)),
    ...draw.maybe('duplication', () => draw.late(2)),
    ...draw.maybe('replay', () => draw.late(10)),
    ...draw.maybe('reordering', () => draw.late(3)),
    ...draw.maybe('cloggedLinks', () =>
      draw.some(() => ({ ...draw.interval(), share: draw.upTo(0.5), delayMs: draw.ms(5 * periodMs) })),
    ),
    ...draw.maybe('partitions', () =>
      draw.some(() => ({
        ...{ ...draw.interval(), share: draw.upTo(HIT_MAX) },
        direction: draw.of(['both', 'both', 'leaving', 'entering'] as const),
      })),
    ),
    ...draw.maybe('crashes', () => draw.some(() => draw.crash())),
    ...draw.maybe('pauses', () => draw.some(() => ({ ...draw.interval(), share: draw.upTo(HIT_MAX) }))),
    ...draw.maybe('clockSkew', () => ({ rate: draw.upTo(clockRateMax), offsetMs: draw.ms(2 * periodMs) })),
    ...(attacks.length > 0 &&
      draw.maybe('byzantine', () => ({ share: draw.upTo(0.3), attack: { kind: draw.of(attacks) } }))),
  }
}

/** Draws the parts of a plan. Numbers are rounded, so that a plan can be read and typed. */
class PlanDraw {
  readonly #random: Random
  readonly #durationMs: number
  readonly #periodMs: number

  constructor(random: Random, durationMs: number, periodMs: number) {
    this.#random = random
    this.#durationMs = durationMs
    this.#periodMs = periodMs
  }

  maybe<Name extends string, Value>(name: Name, value: () => Value): { readonly [key in Name]?: Value } {
    if (this.#random.below(2) === 0) return {}
    return { [name]: value() } as { readonly [key in Name]: Value }
  }

  /** A number in (0, max], in hundredths of it. */
  upTo(max: number): number {
    return Math.round(max * (1 + this.#random.below(100)) * 100) / 10_000
  }

  ms(max: number): number {
    return Math.ceil(max * this.#random.float64())
  }

  of<Value>(values: readonly Value[]): Value {
    return values[this.#random.below(values.length)]
  }

  some<Value>(value: () => Value): Value[] {
    return Array.from({ length: 1 + this.#random.below(3) }, value)
  }

  late(periods: number): LateMessages {
    return { share: this.upTo(FaultLimit.lateShareMax), delayMs: this.ms(periods * this.#periodMs) }
  }

  /** One in eight lasts for good. */
  interval(): FaultInterval {
    const fromMs = Math.floor(this.#durationMs * this.#random.float64())
    if (this.#random.below(8) === 0) return { fromMs }
    return { fromMs, untilMs: fromMs + 1 + this.ms(this.#durationMs / 3) }
  }

  crash(): CrashFault {
    const stateLoss = this.of([0, 0.5, 1])
    return { ...this.interval(), share: this.upTo(HIT_MAX), ...(stateLoss > 0 && { stateLoss }) }
  }
}
