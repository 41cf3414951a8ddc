import type { Claim, ClaimCheck, ValueAt } from '../../experiment/claim.ts'
import type { ReferencePoint } from '../../experiment/reference-point.ts'
import type { ExperimentFileError } from '../experiment-file-error.ts'
import type { ClaimForm, ReferenceForm, ValueForm } from '../form/claim-form.ts'
import { keyOffsetAt, offsetAt, type Path } from '../yaml/located.ts'
import type { LocatedFile } from '../yaml/read-yaml.ts'
import type { BuiltCombination } from './build-cells.ts'
import type { NameCheck } from './check-names.ts'
import type { Grid } from './combinations.ts'

/** A value in a claim; the key under which it stands. */
type ValueKey = 'less' | 'than' | 'range' | 'close' | 'to'

/** What each kind of claim needs, and may have. */
const KINDS = {
  less: { needs: ['than'], may: ['by'] },
  range: { needs: ['max'], may: ['min'] },
  close: { needs: ['to', 'within'], may: [] },
} as const satisfies Record<string, { needs: readonly (keyof ClaimForm)[]; may: readonly (keyof ClaimForm)[] }>

type Kind = keyof typeof KINDS

/** The values that each kind of claim compares. */
const VALUES = {
  less: ['less', 'than'],
  range: ['range'],
  close: ['close', 'to'],
} as const satisfies Record<Kind, readonly ValueKey[]>

const PARTS: readonly (keyof ClaimForm)[] = ['less', 'than', 'by', 'range', 'min', 'max', 'close', 'to', 'within']

/** Claims and references, held against the cells of one form of the experiment. */
export class ClaimReader {
  readonly #file: LocatedFile
  readonly #names: NameCheck
  readonly #grid: Grid
  readonly #cells: readonly BuiltCombination[]

  constructor(file: LocatedFile, names: NameCheck, grid: Grid, cells: readonly BuiltCombination[]) {
    this.#file = file
    this.#names = names
    this.#grid = grid
    this.#cells = cells
  }

  /** @throws {@link ExperimentFileError} for claims that say too little, too much, or something of what is not measured. */
  claim(form: ClaimForm, index: number): Claim {
    const path = ['claims', index]
    const { that, source } = form
    const kind = this.#kindOf(form, path)
    // That nobody is there says more than when nobody is measured.
    for (const key of VALUES[kind]) this.#cell(form, key, path)
    return { that, ...(source !== undefined && { source }), check: this.#check(form, kind, path) }
  }

  /** @throws {@link ExperimentFileError} for references to what is not there. */
  reference(form: ReferenceForm, index: number): ReferencePoint {
    const path = ['references', index]
    const { contestant, where = {}, cycle } = form
    if (contestant !== undefined) this.#names.contestant(contestant, [...path, 'contestant'])
    for (const [axis, level] of Object.entries(where)) this.#names.level(axis, level, [...path, 'where', axis])
    const beside = this.#cells.filter(
      (cell) => (contestant ?? cell.contestant) === cell.contestant && matches(cell.levels, where),
    )
    if (beside.length === 0)
      throw this.#conflict([...path, 'value'], 'no cell is left that this reference stands beside')
    const last = beside.reduce((most, { trial }) => Math.max(most, trial.cycles), 0)
    if (cycle !== undefined && cycle > last)
      throw this.#conflict([...path, 'cycle'], `runs end after cycle ${last}, before ${cycle}`)
    return form
  }

  #kindOf(form: ClaimForm, path: Path): Kind {
    const kinds = Object.keys(KINDS).filter((kind) => form[kind as Kind] !== undefined) as Kind[]
    const [kind, second] = kinds
    if (kind === undefined) throw this.#conflict([...path, 'that'], 'a claim has less, range or close')
    if (second !== undefined) throw this.#conflict([...path, second], `a claim has either ${kind} or ${second}`, true)
    const { needs, may } = KINDS[kind]
    const missing = needs.find((key) => form[key] === undefined)
    if (missing !== undefined) throw this.#conflict([...path, kind], `a claim with ${kind} needs ${missing}`, true)
    const allowed = new Set<string>([kind, ...needs, ...may])
    const other = PARTS.find((key) => form[key] !== undefined && !allowed.has(key))
    if (other !== undefined) throw this.#conflict([...path, other], `${other} does not go with ${kind}`, true)
    return kind
  }

  #check(form: ClaimForm, kind: Kind, path: Path): ClaimCheck {
    const value = this.#value(form, kind, path)
    switch (kind) {
      case 'less': {
        const than = this.#value(form, 'than', path)
        return { kind, value, than, ...(form.by !== undefined && { by: form.by }) }
      }
      case 'range': {
        const { min = 0, max = min } = form
        if (max < min) throw this.#conflict([...path, 'max'], `max is less than min, ${min}`)
        return { kind, value, min, max }
      }
      case 'close':
        return { kind, value, to: this.#value(form, 'to', path), within: form.within ?? 0 }
    }
  }

  #value(form: ClaimForm, key: ValueKey, path: Path): ValueAt {
    const at = [...path, key]
    const { contestant, levels, trial } = this.#cell(form, key, path)
    const { cycles, measureAt } = trial
    const chosen = form[key]?.cycle ?? form.cycle
    if (chosen === undefined) throw this.#conflict(at, `${key}: say after which cycle, or cycle: end`, true)
    const cycle = chosen === 'end' ? cycles : chosen
    if (measureAt.includes(cycle)) return { contestant, where: levels, cycle }
    const place = form[key]?.cycle === undefined ? path : at
    throw this.#conflict([...place, 'cycle'], notMeasured(cycle, measureAt))
  }

  /** The cell that a value is of. */
  #cell(form: ClaimForm, key: ValueKey, path: Path): BuiltCombination {
    const at = [...path, key]
    const own: ValueForm = form[key] ?? {}
    const contestant = own.contestant ?? form.contestant
    if (contestant === undefined) throw this.#conflict(at, `${key}: say which contestant`, true)
    // A value may be a contestant's name alone.
    this.#names.contestant(contestant, [...(own.contestant === undefined ? path : at), 'contestant'])
    const where = this.#where({ ...form.where, ...own.where }, own, path, key)
    const cell = this.#cells.find((one) => one.contestant === contestant && matches(one.levels, where))
    if (cell !== undefined) return cell
    throw this.#conflict(at, `${key}: the grid has no cell of ${contestant} there: it is left out`)
  }

  /** One level of each axis. */
  #where(given: Readonly<Record<string, string>>, own: ValueForm, path: Path, key: ValueKey): Record<string, string> {
    for (const [axis, level] of Object.entries(given)) {
      const isOwn = own.where !== undefined && Object.hasOwn(own.where, axis)
      this.#names.level(axis, level, isOwn ? [...path, key, 'where', axis] : [...path, 'where', axis])
    }
    const levels = Object.entries(this.#grid.axes).map(([axis, known]) => {
      const level = given[axis] ?? (known.length === 1 ? known[0] : undefined)
      if (level !== undefined) return [axis, level] as const
      throw this.#conflict([...path, key], `${key}: say where: which level of ${axis} (${known.join(', ')})`, true)
    })
    return Object.fromEntries(levels)
  }

  #conflict(path: Path, problem: string, isKey = false): ExperimentFileError {
    const { root } = this.#file
    const offset = isKey ? keyOffsetAt(root, path) : offsetAt(root, path)
    return this.#file.error('EXPERIMENT_CONFLICT', offset, problem)
  }
}

function matches(levels: Readonly<Record<string, string>>, where: Readonly<Record<string, string>>): boolean {
  return Object.entries(where).every(([axis, level]) => levels[axis] === level)
}

function notMeasured(cycle: number, measured: readonly number[]): string {
  const last = measured[measured.length - 1]
  if (cycle > last) return `runs end after cycle ${last}, before ${cycle}`
  const near = [measured.findLast((other) => other < cycle), measured.find((other) => other > cycle)]
  const shown = near.filter((other) => other !== undefined).join(' and ')
  return `cycle ${cycle} is not measured; nearest are ${shown}: see measure.at`
}
