import { ConfigurationError } from '@hearsay/core'
import type { CellKey } from '../experiment/experiment.ts'
import type { CellResult, Results } from '../results/results.ts'
import type { Metric } from '../trial/trial-result.ts'

/** One combination of the grid's levels: what contestants are compared in. */
export interface Setting {
  /** Axis → level, one of each axis. */
  readonly levels: Readonly<Record<string, string>>
  /** `churn: none · shards: iid`, of the axes that have several levels; empty where there is only one setting. */
  readonly label: string
  /** The same without the names of the axes: `none · iid`. */
  readonly shortLabel: string
}

/** All runs of one contestant in one setting. */
export interface Group {
  readonly contestant: string
  readonly setting: Setting
  /** Ascending by seed, at least one. */
  readonly cells: readonly CellResult[]
}

/** The settings that the experiment has, run or not, in the order of its axes. */
export function settingsOf({ manifest }: Results): Setting[] {
  const axes = Object.entries(manifest.experiment.axes)
  const product = axes.reduce<[string, string][][]>(
    (partial, [axis, levels]) => partial.flatMap((one) => levels.map((level) => [...one, [axis, level]] as typeof one)),
    [[]],
  )
  const present = new Set(manifest.cells.map((cell) => settingKey(cell, axes)))
  return product
    .map((entries) => {
      const differing = entries.filter(([axis]) => manifest.experiment.axes[axis].length > 1)
      return {
        levels: Object.fromEntries(entries),
        label: differing.map(([axis, level]) => `${axis}: ${level}`).join(' · '),
        shortLabel: differing.map(([, level]) => level).join(' · '),
      }
    })
    .filter((setting) => present.has(settingKey(setting, axes)))
}

/**
 * The runs, by setting and then contestant, both in the order of the file; what has not been run at all is left out.
 * They do not depend on the order of the cells.
 */
export function groupsOf(results: Results): Group[] {
  const { axes, contestants } = results.manifest.experiment
  const entries = Object.entries(axes)
  const groups: Group[] = []
  for (const setting of settingsOf(results)) {
    const key = settingKey(setting, entries)
    const inside = results.cells.filter((cell) => settingKey(cell, entries) === key)
    for (const contestant of contestants) {
      const cells = inside.filter((cell) => cell.contestant === contestant).sort((a, b) => a.seed - b.seed)
      if (cells.length > 0) groups.push({ contestant, setting, cells })
    }
  }
  return groups
}

/** How the runs of a group learn; results of a comparison over a network name contestants by their methods. */
export function methodOf({ contestant, cells: [{ method = contestant }] }: Group): string {
  return method
}

/** The runs of one setting alone. */
export function inSetting({ manifest, cells }: Results, { levels }: Setting): Results {
  const key = Object.entries(levels)
  return { manifest, cells: cells.filter((cell) => key.every(([axis, level]) => cell.levels[axis] === level)) }
}

/** The groups of each setting. */
export function bySetting<Item extends { readonly setting: Setting }>(items: readonly Item[]): Item[][] {
  const settings = [...new Set(items.map(({ setting }) => JSON.stringify(setting.levels)))]
  return settings.map((key) => items.filter(({ setting }) => JSON.stringify(setting.levels) === key))
}

/**
 * What the runs measured.
 *
 * @throws {@link ConfigurationError} `NO_RESULTS` where nothing has been run.
 */
export function metricOf({ manifest, cells }: Results): Metric {
  if (cells.length === 0) {
    throw new ConfigurationError(
      'NO_RESULTS',
      `none of the ${manifest.cells.length} cells of ${manifest.experiment.name} has been run: run the experiment first` +
        ` (${manifest.command})`,
    )
  }
  return cells[0].result.metric
}

function settingKey({ levels }: Pick<CellKey, 'levels'>, axes: readonly (readonly [string, unknown])[]): string {
  return JSON.stringify(axes.map(([axis]) => levels[axis] ?? null))
}
