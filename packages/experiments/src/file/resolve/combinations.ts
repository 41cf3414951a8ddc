import type { Task } from '../../trial/trial-settings.ts'
import type { ExperimentForm } from '../form/experiment-form.ts'

/** A contestant at one level of each axis: a cell without its seed. */
export interface Combination {
  readonly contestant: string
  /** Axis → level. */
  readonly levels: Readonly<Record<string, string>>
}

/** What a form of the experiment varies: the whole one, or the reduced one. */
export interface Grid {
  readonly seeds: readonly number[]
  readonly contestants: readonly string[]
  readonly axes: Readonly<Record<string, readonly string[]>>
  readonly isReduced: boolean
  readonly task: Task
}

/** Without what the reduced form leaves out, in the order of the file. */
export function gridOf(form: ExperimentForm, isReduced: boolean, names: GridNames): Grid {
  const reduced = isReduced ? form.reduced : undefined
  const contestants = names.contestants.filter((name) => reduced?.contestants?.includes(name) ?? true)
  const axes = Object.entries(names.axes).map(([axis, levels]) => {
    const kept = reduced?.grid?.[axis]
    return [axis, levels.filter((level) => kept?.includes(level) ?? true)] as const
  })
  return {
    seeds: reduced?.seeds ?? form.seeds,
    contestants,
    axes: Object.fromEntries(axes),
    isReduced,
    task: form.task ?? 'learning',
  }
}

/** Names in the order of the file, which plain objects do not keep where names are numbers. */
export interface GridNames {
  readonly contestants: readonly string[]
  readonly axes: Readonly<Record<string, readonly string[]>>
}

/** Cells of a grid, before any are excluded. */
export function sizeOf({ seeds, contestants, axes }: Grid): number {
  return Object.values(axes).reduce((size, levels) => size * levels.length, seeds.length * contestants.length)
}

/** All combinations that are not excluded: by level in the order of axes, the last axis first, then by contestant. */
export function combinationsOf({ contestants, axes }: Grid, exclude: ExperimentForm['exclude'] = []): Combination[] {
  let points: Readonly<Record<string, string>>[] = [{}]
  for (const [axis, levels] of Object.entries(axes)) {
    points = points.flatMap((point) => levels.map((level) => ({ ...point, [axis]: level })))
  }
  return points
    .flatMap((levels) => contestants.map((contestant) => ({ contestant, levels })))
    .filter((combination) => !exclude.some((exclusion) => isExcluded(combination, exclusion)))
}

/** Whether an exclusion names a combination. */
export function isExcluded(
  { contestant, levels }: Combination,
  exclusion: Readonly<Record<string, readonly string[]>>,
): boolean {
  return Object.entries(exclusion).every(([name, values]) =>
    values.includes(name === 'contestant' ? contestant : levels[name]),
  )
}
