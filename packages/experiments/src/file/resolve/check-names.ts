import { suggestion } from '@hearsay/datasets'
import type { ExperimentForm } from '../form/experiment-form.ts'
import { keyOffsetAt, offsetAt, type Path, valueAt } from '../yaml/located.ts'
import type { LocatedFile } from '../yaml/read-yaml.ts'
import type { GridNames } from './combinations.ts'

/** The names of contestants, axes and levels, in the order of the file. */
export function namesOf({ root }: LocatedFile): GridNames {
  const keys = (path: Path): string[] => {
    const value = valueAt(root, path)
    return value?.kind === 'map' ? [...value.entries.keys()] : []
  }
  const axes = keys(['grid']).map((axis) => [axis, keys(['grid', axis])] as const)
  return { contestants: keys(['contestants']), axes: Object.fromEntries(axes) }
}

/** Holds names against those that the file gives to contestants, axes and levels. Errors point to the wrong name. */
export class NameCheck {
  readonly #file: LocatedFile
  readonly #names: GridNames

  constructor(file: LocatedFile, names: GridNames) {
    this.#file = file
    this.#names = names
  }

  /** @throws {@link ExperimentFileError} `EXPERIMENT_CONFLICT` where something is called `contestant`, or named and not there. */
  checkForm({ exclude = [], reduced }: ExperimentForm): void {
    if (Object.hasOwn(this.#names.axes, 'contestant')) {
      throw this.#error(keyOffsetAt(this.#file.root, ['grid', 'contestant']), 'an axis cannot be called contestant')
    }
    reduced?.contestants?.forEach((name, index) => this.contestant(name, ['reduced', 'contestants', index]))
    for (const [axis, levels] of Object.entries(reduced?.grid ?? {})) {
      levels.forEach((level, index) => this.level(axis, level, ['reduced', 'grid', axis], index))
    }
    exclude.forEach((exclusion, at) => {
      for (const [name, values] of Object.entries(exclusion)) {
        const path = ['exclude', at, name]
        values.forEach((value, index) => {
          if (name === 'contestant') this.contestant(value, this.#isList(path) ? [...path, index] : path)
          else this.level(name, value, path, index)
        })
      }
    })
  }

  contestant(name: string, path: Path): void {
    const { contestants } = this.#names
    if (!contestants.includes(name))
      throw this.#unknown('contestant', name, contestants, offsetAt(this.#file.root, path))
  }

  /** @param path - Of the axis; its value is the level, or a list of them. */
  level(axis: string, level: string, path: Path, index = 0): void {
    const { axes } = this.#names
    const known = Object.keys(axes)
    const { root } = this.#file
    if (!Object.hasOwn(axes, axis)) throw this.#unknown('axis', axis, known, keyOffsetAt(root, path))
    if (axes[axis].includes(level)) return
    throw this.#unknown(
      `level of ${axis}`,
      level,
      axes[axis],
      offsetAt(root, this.#isList(path) ? [...path, index] : path),
    )
  }

  #isList(path: Path): boolean {
    return valueAt(this.#file.root, path)?.kind === 'list'
  }

  #unknown(what: string, name: string, known: readonly string[], offset: number): Error {
    const there = known.length === 0 ? 'there is none' : `there is: ${known.join(', ')}`
    return this.#error(offset, `no ${what} is called ${JSON.stringify(name)}${suggestion(name, known)}; ${there}`)
  }

  #error(offset: number, problem: string): Error {
    return this.#file.error('EXPERIMENT_CONFLICT', offset, problem)
  }
}
