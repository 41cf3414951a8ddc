import type { AveragingMetric } from '../../trial/tasks/averaging-options.ts'
import type { RumorMetric } from '../../trial/tasks/rumor-options.ts'
import type { Task } from '../../trial/trial-settings.ts'
import { orList } from '../form/leaf.ts'
import type { LearningForm, MethodForm } from '../form/method-form.ts'
import type { SettingForm } from '../form/setting-form.ts'
import { type AveragingForm, type RumorForm, TASK_METHODS } from '../form/task-method-form.ts'
import { conflict } from './setting-problem.ts'

/** Settings of learning alone: nothing else has rows or models. */
const OF_LEARNING: readonly (readonly string[])[] = [
  ...['data', 'shards', 'rowsPerPeer', 'correlate', 'speeds', 'learner', 'stop', 'guard', 'backend'].map((key) => [
    key,
  ]),
  ['network', 'transfer'],
  ['faults', 'byzantine'],
]

/** Settings that a task does not have. */
const MISPLACED: Readonly<Record<Task, readonly (readonly string[])[]>> = {
  learning: [['values'], ['measure', 'metric']],
  averaging: [...OF_LEARNING, ['jitter']],
  rumor: [...OF_LEARNING, ['values']],
}

/** @throws {@link SettingProblem} for a setting that has no effect on runs of a task. */
export function checkApplies(form: SettingForm, task: Task): void {
  for (const path of MISPLACED[task]) {
    if (at(form, path) !== undefined) conflict(path, `${path.join('.')} has no effect on ${RUNS[task]}: leave it out`)
  }
}

/** What runs of a task are called. */
const RUNS: Readonly<Record<Task, string>> = {
  learning: 'learning (task: learning is the default)',
  averaging: 'averaging (task: averaging)',
  rumor: 'a rumor (task: rumor)',
}

function at(form: object, [key, ...rest]: readonly string[]): unknown {
  const value = (form as Readonly<Record<string, unknown>>)[key]
  return rest.length === 0 || typeof value !== 'object' || value === null ? value : at(value, rest)
}

/** The method of a run that learns. */
export function learningMethod(form: MethodForm = { kind: 'gossip' }): LearningForm {
  switch (form.kind) {
    case 'push-pull':
    case 'push-sum':
    case 'count':
      return conflict(['method'], `${form.kind} computes aggregates: it needs task: averaging at the top of the file`)
    case 'rumor-mongering':
      return conflict(['method'], `${form.kind} spreads rumors: it needs task: rumor at the top of the file`)
    default:
      return form
  }
}

/** The method of a run that aggregates. */
export function averagingMethod(form: MethodForm = { kind: 'push-pull' }): AveragingForm {
  if (form.kind === 'push-pull' || form.kind === 'push-sum' || form.kind === 'count') return form
  return otherTask(form, 'averaging')
}

/** The method of a run that spreads a rumor. */
export function rumorMethod(form: MethodForm = { kind: 'rumor-mongering' }): RumorForm {
  return form.kind === 'rumor-mongering' ? form : otherTask(form, 'rumor')
}

function otherTask({ kind }: MethodForm, task: keyof typeof TASK_METHODS): never {
  return conflict(['method'], `${kind} is no method of task: ${task}: give ${orList(TASK_METHODS[task])}`)
}

/** The metric of averaging that is chosen, if one is. */
export function averagingMetricOf({ measure }: SettingForm, { kind }: AveragingForm): AveragingMetric | undefined {
  const metric = measure?.metric
  if (metric === undefined || metric === 'error' || (metric === 'variance' && kind !== 'count')) return metric
  const known = kind === 'count' ? 'error' : 'variance or error'
  return conflict(['measure', 'metric'], `${kind} is measured by ${known}, not by ${metric}`)
}

/** The metric of a rumor that is chosen, if one is. */
export function rumorMetricOf({ measure }: SettingForm): RumorMetric | undefined {
  const metric = measure?.metric
  if (metric === undefined || metric === 'residue' || metric === 'traffic') return metric
  return conflict(['measure', 'metric'], `a rumor is measured by residue or traffic, not by ${metric}`)
}
