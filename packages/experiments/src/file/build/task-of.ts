import type { AveragingMethod, AveragingOptions } from '../../trial/tasks/averaging-options.ts'
import type { RumorOptions } from '../../trial/tasks/rumor-options.ts'
import type { AveragingTrial, RumorTrial } from '../../trial/trial-settings.ts'
import type { SettingForm } from '../form/setting-form.ts'
import type { AveragingForm } from '../form/task-method-form.ts'
import { toCycles } from '../units/duration.ts'
import { probeAveraging, probeRumor } from './probe-scenario.ts'
import { conflict, defined } from './setting-problem.ts'
import type { SideFiles } from './side-files.ts'
import { averagingMethod, averagingMetricOf, rumorMethod, rumorMetricOf } from './task-settings.ts'
import { worldOf } from './world-of.ts'

/** Epochs are no longer: `EpochOptions` of `@hearsay/protocols`. */
const EPOCH_CYCLES_MAX = 1_000_000

/** What a message takes unless the file says otherwise: exchanges end well within a cycle. */
const DELAY = { cycles: 0.01 }

/** Aggregation, with seed 0. */
export function averagingOf(form: SettingForm, files: SideFiles, isReduced: boolean): AveragingTrial {
  const method = averagingMethod(form.method)
  const { options, course } = worldOf(withDefaults(form), files, isReduced)
  if (method.kind === 'count' && form.values !== undefined) {
    conflict(['values'], 'values has no effect on count, in which leaders hold 1: leave it out')
  }
  const scenario: AveragingOptions = {
    ...options,
    ...{ method: epochOf(method, options.periodMs), values: form.values ?? 'uniform' },
    ...defined({ metric: averagingMetricOf(form, method) }),
  }
  probeAveraging(scenario, course)
  return { task: 'averaging', scenario, ...course }
}

/** A rumor, with seed 0. */
export function rumorOf(form: SettingForm, files: SideFiles, isReduced: boolean): RumorTrial {
  const method = rumorMethod(form.method)
  const { options, course } = worldOf(withDefaults(form), files, isReduced)
  const { exchange, feedback = true, stop = 'counter', minimization = false } = method
  if (minimization && !(feedback && stop === 'counter' && exchange === 'push-pull')) {
    conflict(['method', 'minimization'], 'minimization compares counters: it needs push-pull, feedback and counter')
  }
  const metric = rumorMetricOf(form)
  const scenario: RumorOptions = { ...options, method: defined(method), ...defined({ metric }) }
  probeRumor(scenario, course)
  return { task: 'rumor', scenario, ...course }
}

function withDefaults(form: SettingForm): SettingForm {
  return { ...form, overlay: form.overlay ?? { kind: 'uniform' }, network: { delay: DELAY, ...form.network } }
}

function epochOf({ epoch, ...method }: AveragingForm, cycleMs: number): AveragingMethod {
  if (epoch === undefined) return defined(method) satisfies object as AveragingMethod
  const epochCycles = toCycles(epoch, cycleMs)
  if (!Number.isInteger(epochCycles) || epochCycles > EPOCH_CYCLES_MAX) {
    conflict(['method', 'epoch'], `an epoch is a whole number of cycles up to ${EPOCH_CYCLES_MAX}, not ${epochCycles}`)
  }
  return { ...defined(method), epochCycles } satisfies object as AveragingMethod
}
