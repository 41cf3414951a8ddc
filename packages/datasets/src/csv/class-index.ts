import { ConfigurationError } from '@hearsay/core'
import { listNames, suggestion } from '../nearest.ts'
import { CsvError, type CsvPosition } from './csv-error.ts'
import { isNumber } from './read-number.ts'

/** Gives labels their class index while a file is read. */
export class ClassIndex {
  /** Whether the classes were given, so that labels outside them are errors. */
  readonly #closed: boolean
  readonly #indexOf: Map<string, number>
  readonly #oneClass: boolean

  /** @throws {@link ConfigurationError} `CLASS_NAMES_INVALID` for fewer than two names, or the same name twice. */
  constructor(classNames: readonly string[] | undefined, oneClass = false) {
    this.#closed = classNames !== undefined
    this.#oneClass = oneClass
    this.#indexOf = new Map((classNames ?? []).map((name, index) => [name, index]))
    if (classNames !== undefined && (classNames.length < 2 || this.#indexOf.size < classNames.length)) {
      throw new ConfigurationError(
        'CLASS_NAMES_INVALID',
        `at least two different class names are needed, not ${listNames(classNames)}`,
      )
    }
  }

  /**
   * The index of a label, new labels in order of appearance.
   *
   * @throws {@link CsvError} `CSV_MISSING_LABEL`, `CSV_UNKNOWN_LABEL`.
   */
  indexOf(label: string, position: () => CsvPosition): number {
    const known = this.#indexOf.get(label)
    if (known !== undefined) return known
    if (label.trim() === '') throw new CsvError('CSV_MISSING_LABEL', position(), 'the row has no label')
    if (this.#closed) {
      const names = [...this.#indexOf.keys()]
      const hint = suggestion(label, names)
      const problem = `unknown class ${JSON.stringify(label)}${hint}; the classes are ${listNames(names)}`
      throw new CsvError('CSV_UNKNOWN_LABEL', position(), problem)
    }
    this.#indexOf.set(label, this.#indexOf.size)
    return this.#indexOf.size - 1
  }

  /**
   * The final class names. Where they were not given, they are sorted, and `labels` is renumbered in place.
   *
   * @throws {@link CsvError} `CSV_ONE_CLASS`.
   */
  finish(labels: Int32Array, position: CsvPosition): string[] {
    const found = [...this.#indexOf.keys()]
    if (this.#closed) return found
    if (found.length === 1 && !this.#oneClass) {
      const problem = `every row has the label ${JSON.stringify(found[0])}: at least two classes are needed`
      throw new CsvError('CSV_ONE_CLASS', position, `${problem}, or the class names of the run that this is a shard of`)
    }
    const sorted = sortClassNames(found)
    const renumbered = new Int32Array(found.length)
    for (const [index, name] of sorted.entries()) renumbered[this.#indexOf.get(name) as number] = index
    for (let row = 0; row < labels.length; row++) labels[row] = renumbered[labels[row]]
    return sorted
  }
}

/** In numeric order if all are numbers, else by code unit: the same on every machine, whatever its locale. */
export function sortClassNames(names: readonly string[]): string[] {
  const byCodeUnit = [...names].sort()
  return names.every(isNumber) ? byCodeUnit.sort((a, b) => Number(a) - Number(b)) : byCodeUnit
}
