import { ATTACK_KINDS, type Attack } from './byzantine/attack.ts'
import {
  type ByzantineFault,
  type ClockSkewFault,
  type CrashFault,
  type FaultInterval,
  FaultLimit,
  type FaultPlan,
  type LateMessages,
  type PartitionFault,
} from './fault-plan.ts'
import { PlanReader } from './plan-reader.ts'

const { POSITIVE_INFINITY: ANY } = Number
const DIRECTIONS = ['both', 'leaving', 'entering'] as const

/**
 * Checks what has been read from JSON, and makes a plan of it.
 *
 * @throws {@link ConfigurationError} `FAULT_PLAN` where something is unknown, missing or out of its range; the message names
 *   it.
 */
export function parseFaultPlan(value: unknown): FaultPlan {
  const reader = new PlanReader('', value)
  const plan: FaultPlan = {
    ...reader.optional('loss', 0, FaultLimit.lossMax),
    ...(reader.has('duplication') && { duplication: lateMessages(reader.object('duplication')) }),
    ...(reader.has('replay') && { replay: lateMessages(reader.object('replay')) }),
    ...(reader.has('reordering') && { reordering: lateMessages(reader.object('reordering')) }),
    ...(reader.has('cloggedLinks') && { cloggedLinks: reader.list('cloggedLinks').map(cloggedLinksFault) }),
    ...(reader.has('partitions') && { partitions: reader.list('partitions').map(partitionFault) }),
    ...(reader.has('crashes') && { crashes: reader.list('crashes').map(crashFault) }),
    ...(reader.has('pauses') && { pauses: reader.list('pauses').map(pauseFault) }),
    ...(reader.has('clockSkew') && { clockSkew: clockSkewFault(reader.object('clockSkew')) }),
    ...(reader.has('byzantine') && { byzantine: byzantineFault(reader.object('byzantine')) }),
  }
  reader.end()
  return plan
}

function ended<Value>(reader: PlanReader, value: Value): Value {
  reader.end()
  return value
}

function share(reader: PlanReader, max = 1): { readonly share: number } {
  return { share: reader.number('share', 0, max) }
}

function delay(reader: PlanReader): { readonly delayMs: number } {
  return { delayMs: reader.number('delayMs', 0, ANY) }
}

function lateMessages(reader: PlanReader): LateMessages {
  return ended(reader, { ...share(reader, FaultLimit.lateShareMax), ...delay(reader) })
}

function interval(reader: PlanReader): FaultInterval {
  const fromMs = reader.number('fromMs', 0, ANY)
  const { untilMs } = reader.optional('untilMs', 0, ANY)
  if (untilMs === undefined) return { fromMs }
  // Whole milliseconds are what a run knows.
  if (Math.round(untilMs) > Math.round(fromMs)) return { fromMs, untilMs }
  throw reader.error('untilMs', `is later than fromMs by a millisecond or more, not ${untilMs} after ${fromMs}`)
}

function cloggedLinksFault(reader: PlanReader): NonNullable<FaultPlan['cloggedLinks']>[number] {
  return ended(reader, { ...interval(reader), ...share(reader), ...delay(reader) })
}

function partitionFault(reader: PlanReader): PartitionFault {
  const direction = reader.has('direction') ? { direction: reader.choice('direction', DIRECTIONS) } : {}
  return ended(reader, { ...interval(reader), ...share(reader), ...direction })
}

function crashFault(reader: PlanReader): CrashFault {
  return ended(reader, { ...interval(reader), ...share(reader), ...reader.optional('stateLoss', 0, 1) })
}

function pauseFault(reader: PlanReader): NonNullable<FaultPlan['pauses']>[number] {
  return ended(reader, { ...interval(reader), ...share(reader) })
}

function clockSkewFault(reader: PlanReader): ClockSkewFault {
  const rate = reader.number('rate', 0, FaultLimit.clockRateMax)
  return ended(reader, { rate, ...reader.optional('offsetMs', 0, ANY) })
}

function byzantineFault(reader: PlanReader): ByzantineFault {
  const attack = attackOf(reader.object('attack'))
  return ended(reader, { ...share(reader, FaultLimit.byzantineShareMax), attack })
}

function attackOf(reader: PlanReader): Attack {
  const kind = reader.choice('kind', ATTACK_KINDS)
  return ended(reader, { kind, ...attackNumbers(reader, kind) } as Attack)
}

function attackNumbers(reader: PlanReader, kind: Attack['kind']): object {
  switch (kind) {
    case 'scale':
      return reader.optional('factor', -Number.MAX_VALUE, Number.MAX_VALUE)
    case 'noise':
      return reader.optional('sd', Number.MIN_VALUE, ANY)
    case 'age-lie':
      return ageOf(reader)
    case 'alie':
      return reader.optional('z', 0, ANY)
    case 'inner-product':
      return reader.optional('epsilon', Number.MIN_VALUE, ANY)
    default:
      return {}
  }
}

function ageOf(reader: PlanReader): { readonly age?: number } {
  const { age } = reader.optional('age', 0, Number.MAX_SAFE_INTEGER)
  if (age === undefined) return {}
  if (Number.isInteger(age)) return { age }
  throw reader.error('age', `is an integer, not ${age}`)
}
