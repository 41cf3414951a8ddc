import type { ScenarioOptions } from '../../scenario/scenario-options.ts'
import type { LearningTrial, Task, TrialSettings } from '../../trial/trial-settings.ts'
import type { SettingForm } from '../form/setting-form.ts'
import { dataOf } from './data-of.ts'
import { learnerOf } from './learner-of.ts'
import { methodOf } from './method-of.ts'
import { probeScenario } from './probe-scenario.ts'
import { conflict } from './setting-problem.ts'
import type { SideFiles } from './side-files.ts'
import { checkApplies, learningMethod } from './task-settings.ts'
import { averagingOf, rumorOf } from './task-of.ts'
import { worldOf } from './world-of.ts'

type RowsKey = 'shards' | 'rowsPerPeer' | 'correlate'

/**
 * The trial of a cell, with seed 0.
 *
 * @param form - Its settings, merged.
 * @throws {@link SettingProblem} where settings are missing, cannot go together, or are not of the task.
 */
export function trialOf(
  form: SettingForm,
  files: SideFiles,
  { task, isReduced }: { readonly task: Task; readonly isReduced: boolean },
): TrialSettings {
  checkApplies(form, task)
  switch (task) {
    case 'learning':
      return learningOf(form, files, isReduced)
    case 'averaging':
      return averagingOf(form, files, isReduced)
    case 'rumor':
      return rumorOf(form, files, isReduced)
  }
}

function learningOf(form: SettingForm, files: SideFiles, isReduced: boolean): LearningTrial {
  const data = dataOf(form.data, files)
  const { options, course } = worldOf(form, files, isReduced)
  const { learner, bias } = learnerOf(form.learner ?? {})
  const { peers, periodMs: cycleMs } = options
  const method = methodOf(learningMethod(form.method), { learner: form.learner ?? {}, peers, cycleMs })
  const scenario: ScenarioOptions = {
    ...options,
    ...{ learner, bias, ...method, ...rowsOf(form), ...speedsOf(form) },
    ...{ guard: form.guard ?? false, backend: form.backend ?? 'auto' },
  }
  probeScenario(scenario, course.faults)
  const stop = form.stop === undefined ? {} : { stopBelow: form.stop.error }
  return { task: 'learning', data, scenario, ...course, ...stop }
}

function rowsOf({ shards = { kind: 'iid' }, rowsPerPeer, correlate }: SettingForm): Pick<ScenarioOptions, RowsKey> {
  if (correlate !== undefined) {
    const said = 'correlate says itself who gets which rows'
    if (shards.kind !== 'iid') conflict(['shards'], `${said}: leave shards out, or set iid`)
    if (rowsPerPeer !== undefined) conflict(['rowsPerPeer'], `${said}: leave rowsPerPeer out`)
    return { shards, correlate }
  }
  if (rowsPerPeer === undefined) return { shards }
  if (shards.kind !== 'iid')
    conflict(['rowsPerPeer'], `rows per peer are chosen for iid shards only, not for ${shards.kind}`)
  return { shards, rowsPerPeer }
}

function speedsOf({ speeds }: SettingForm): Pick<ScenarioOptions, 'speeds'> {
  if (speeds?.classes !== undefined) return { speeds: { kind: 'classes', ...speeds.classes } }
  return speeds?.lognormal === undefined ? {} : { speeds: { kind: 'lognormal', ...speeds.lognormal } }
}
