import { metricOf } from '../../trial/metric-of.ts'
import type { TrialSettings } from '../../trial/trial-settings.ts'
import { SettingProblem } from '../build/setting-problem.ts'
import type { SideFiles } from '../build/side-files.ts'
import { trialOf } from '../build/trial-of.ts'
import { checkForm } from '../check-form.ts'
import type { ExperimentFileError } from '../experiment-file-error.ts'
import { settingForm } from '../form/setting-form.ts'
import { type LocatedMap, offsetAt, type Path, valueAt } from '../yaml/located.ts'
import { mergeSettings } from '../yaml/merge-settings.ts'
import type { LocatedFile } from '../yaml/read-yaml.ts'
import type { Combination, Grid } from './combinations.ts'

/** A combination with its trial, whose seed is 0. */
export interface BuiltCombination extends Combination {
  readonly trial: TrialSettings
  /** Points to one of its settings. */
  error(problem: SettingProblem): ExperimentFileError
}

/**
 * The trials of a grid.
 *
 * @throws {@link ExperimentFileError} for what is wrong first in the file.
 */
export function buildCells(
  file: LocatedFile,
  combinations: readonly Combination[],
  files: SideFiles,
  grid: Grid,
): BuiltCombination[] {
  const problems: Found[] = []
  const built: BuiltCombination[] = []
  for (const combination of combinations) {
    const settings = settingsOf(file, combination, grid.isReduced)
    try {
      const trial = trialOf(checkForm(settingForm, settings, file), files, grid)
      const error = (problem: SettingProblem): ExperimentFileError =>
        errorOf({ problem, combination, offset: placeOf(problem, settings, file) }, file)
      built.push({ ...combination, trial, error })
    } catch (problem) {
      if (!(problem instanceof SettingProblem)) throw problem
      problems.push({ problem, combination, offset: placeOf(problem, settings, file) })
    }
  }
  const [first] = problems.sort((a, b) => a.offset - b.offset)
  if (first === undefined) return sameMetric(built)
  const alike = problems.filter(({ problem }) => problem.message === first.problem.message)
  throw errorOf(first, file, alike.length === combinations.length ? undefined : grid)
}

/** @throws {@link ExperimentFileError} where not all cells measure the same: nothing could be compared. */
function sameMetric(built: BuiltCombination[]): BuiltCombination[] {
  const labels = built.map(({ trial }) => metricOf(trial).label)
  const other = labels.findIndex((label) => label !== labels[0])
  if (other < 0) return built
  const problem = `all cells of an experiment measure the same, not one ${labels[0]}, and another ${labels[other]}`
  throw built[other].error(new SettingProblem(['method'], `${problem}: see measure.metric`))
}

/** What is wrong with a combination, and where. */
interface Found {
  readonly problem: SettingProblem
  readonly combination: Combination
  readonly offset: number
}

/** The settings of a combination, each with its place in the file. */
function settingsOf({ root }: LocatedFile, { contestant, levels }: Combination, isReduced: boolean): LocatedMap {
  const paths: Path[] = [
    ['setting'],
    ...(isReduced ? [['reduced', 'setting']] : []),
    ...Object.entries(levels).map(([axis, level]) => ['grid', axis, level]),
    ['contestants', contestant],
  ]
  const parts = paths.map((path) => valueAt(root, path)).filter((part) => part?.kind === 'map')
  return mergeSettings(parts)
}

/** What is missing everywhere is missing in the setting. */
function placeOf({ path }: SettingProblem, settings: LocatedMap, { root }: LocatedFile): number {
  const isThere = valueAt(settings, path.slice(0, 1)) !== undefined
  return isThere ? offsetAt(settings, path) : offsetAt(root, ['setting'])
}

/** @param grid - What the combination is one of; left out where it is wrong in all of them. */
function errorOf({ problem, combination, offset }: Found, file: LocatedFile, grid?: Grid): ExperimentFileError {
  const { message, code, cause } = problem
  const where = grid === undefined ? [] : namesOf(combination, grid)
  const text = where.length === 0 ? message : `${message} (${where.join(', ')})`
  return file.error(code, offset, text, cause === undefined ? {} : { cause })
}

/** The contestant and the levels of a combination, where there are others. */
function namesOf({ contestant, levels }: Combination, { contestants, axes }: Grid): string[] {
  const named = Object.entries(levels).filter(([axis]) => axes[axis].length > 1)
  return [
    ...(contestants.length > 1 ? [`contestant ${JSON.stringify(contestant)}`] : []),
    ...named.map(([axis, level]) => `${axis} ${JSON.stringify(level)}`),
  ]
}
