import { ConfigurationError } from '@hearsay/core'
import { type FaultPlan, parseFaultPlan } from '@hearsay/simulator'
import type { AttackForm, FaultsForm, LateForm, SpanForm } from '../form/faults-form.ts'
import { type Duration, toMilliseconds } from '../units/duration.ts'
import { conflict, defined, SettingProblem } from './setting-problem.ts'

/** The parameter of an attack; the others have none. */
const PARAMETERS = { scale: 'factor', noise: 'sd', 'age-lie': 'age', alie: 'z', 'inner-product': 'epsilon' } as const

/** A plan of faults, in milliseconds. */
export function faultsOf(form: FaultsForm, cycleMs: number): FaultPlan {
  const reader = new FaultsReader((duration) => toMilliseconds(duration, cycleMs))
  const { loss, clockSkew, byzantine } = form
  const plan = defined({
    loss,
    duplication: form.duplication && reader.late(form.duplication),
    replay: form.replay && reader.late(form.replay),
    reordering: form.reordering && reader.late(form.reordering),
    cloggedLinks: form.cloggedLinks?.map(({ delay, ...span }, index) => ({
      ...reader.span(span, ['cloggedLinks', index]),
      delayMs: reader.ms(delay),
    })),
    partitions: form.partitions?.map(({ direction, ...span }, index) =>
      defined({ ...reader.span(span, ['partitions', index]), direction }),
    ),
    crashes: form.crashes?.map(({ stateLoss, ...span }, index) =>
      defined({ ...reader.span(span, ['crashes', index]), stateLoss }),
    ),
    pauses: form.pauses?.map((span, index) => reader.span(span, ['pauses', index])),
    clockSkew:
      clockSkew && defined({ rate: clockSkew.rate, offsetMs: clockSkew.offset && reader.ms(clockSkew.offset) }),
    byzantine: byzantine && { share: byzantine.share, attack: attackOf(byzantine.attack) },
  })
  try {
    return parseFaultPlan(plan)
  } catch (cause) {
    if (!(cause instanceof ConfigurationError)) throw cause
    throw new SettingProblem(['faults'], cause.message, 'EXPERIMENT_CONFLICT', { cause })
  }
}

class FaultsReader {
  readonly ms: (duration: Duration) => number

  constructor(ms: (duration: Duration) => number) {
    this.ms = ms
  }

  late({ share, delay }: LateForm): { share: number; delayMs: number } {
    return { share, delayMs: this.ms(delay) }
  }

  span(
    { share, from, until }: SpanForm,
    path: readonly PropertyKey[],
  ): { share: number; fromMs: number; untilMs?: number } {
    const fromMs = this.ms(from)
    if (until === undefined) return { share, fromMs }
    const untilMs = this.ms(until)
    if (Math.round(untilMs) <= Math.round(fromMs)) {
      conflict(['faults', ...path, 'until'], 'a fault is over later than it begins, by a millisecond or more')
    }
    return { share, fromMs, untilMs }
  }
}

function attackOf(attack: AttackForm): object {
  const { kind, ...parameters } = attack
  const own: string | undefined = Object.hasOwn(PARAMETERS, kind)
    ? PARAMETERS[kind as keyof typeof PARAMETERS]
    : undefined
  const other = Object.keys(defined(parameters)).find((name) => name !== own)
  if (other !== undefined) {
    const has = own === undefined ? 'has no parameter' : `has ${own}`
    conflict(['faults', 'byzantine', 'attack', other], `${other} is not of the attack ${kind}, which ${has}`)
  }
  return defined(attack)
}
