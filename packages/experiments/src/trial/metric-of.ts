import { ERROR_METRIC } from './measure-scenario.ts'
import { averagingMetric } from './tasks/averaging-options.ts'
import { rumorMetric } from './tasks/rumor-options.ts'
import type { Metric } from './trial-result.ts'
import type { TrialSettings } from './trial-settings.ts'

/** What a trial is going to measure. */
export function metricOf(trial: TrialSettings): Metric {
  switch (trial.task) {
    case 'learning':
      return ERROR_METRIC
    case 'averaging':
      return averagingMetric(trial.scenario)
    case 'rumor':
      return rumorMetric(trial.scenario)
  }
}
