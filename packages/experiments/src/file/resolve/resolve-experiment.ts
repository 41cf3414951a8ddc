import { basename, dirname } from 'node:path'
import type { Cell, Experiment } from '../../experiment/experiment.ts'
import type { TrialSettings } from '../../trial/trial-settings.ts'
import { SideFiles } from '../build/side-files.ts'
import { checkForm } from '../check-form.ts'
import { ExperimentFileError } from '../experiment-file-error.ts'
import { type ExperimentForm, experimentForm } from '../form/experiment-form.ts'
import { offsetAt, type Path } from '../yaml/located.ts'
import { type LocatedFile, readYaml } from '../yaml/read-yaml.ts'
import { buildCells, type BuiltCombination } from './build-cells.ts'
import { NameCheck, namesOf } from './check-names.ts'
import { ClaimReader } from './claims.ts'
import {
  type Combination,
  combinationsOf,
  type Grid,
  type GridNames,
  gridOf,
  isExcluded,
  sizeOf,
} from './combinations.ts'
import type { ParseExperimentOptions } from '../parse-options.ts'

/** The most runs of an experiment. */
const CELLS_MAX = 100_000

/** An experiment, and its cells without their seeds. */
export interface ResolvedExperiment {
  readonly experiment: Experiment
  readonly combinations: readonly BuiltCombination[]
}

/** Reads both forms of a file, so that mistakes in either are found, and answers the one that is wanted. */
export function resolveExperiment(text: string, options: ParseExperimentOptions): ResolvedExperiment {
  const file = readYaml(text, options.path)
  const form = checkForm(experimentForm, file.root, file)
  const resolver = new Resolver(file, form, new SideFiles(dirname(options.path), options.readFile))
  const { isReduced, ...whole } = { ...resolver.resolve(false, text), isReduced: options.reduced ?? false }
  if (form.reduced === undefined) {
    if (!isReduced) return whole
    throw file.error(
      'EXPERIMENT_CONFLICT',
      0,
      `${basename(options.path)} has no reduced form: it says nothing under reduced`,
    )
  }
  const reduced = resolver.resolve(true, text)
  return isReduced ? reduced : whole
}

class Resolver {
  readonly #file: LocatedFile
  readonly #form: ExperimentForm
  readonly #files: SideFiles
  readonly #names: GridNames
  readonly #check: NameCheck

  constructor(file: LocatedFile, form: ExperimentForm, files: SideFiles) {
    this.#file = file
    this.#form = form
    this.#files = files
    this.#names = namesOf(file)
    this.#check = new NameCheck(file, this.#names)
    this.#check.checkForm(form)
  }

  resolve(isReduced: boolean, text: string): ResolvedExperiment {
    const { name, title, description, source } = this.#form
    const grid = gridOf(this.#form, isReduced, this.#names)
    const combinations = buildCells(this.#file, this.#combinations(grid), this.#files, grid)
    const { path } = this.#file
    const experiment: Experiment = {
      ...{ name, title, description, source },
      ...{ contestants: grid.contestants, axes: grid.axes, cells: cellsOf(combinations, grid) },
      ...this.#expectations(grid, combinations),
      ...{ file: { path, text }, reduced: isReduced },
    }
    return { experiment, combinations }
  }

  #combinations(grid: Grid): Combination[] {
    const { exclude = [] } = this.#form
    const place = grid.isReduced ? ['reduced'] : ['exclude']
    // Before any is made: a short file can name more than memory holds.
    const cells = sizeOf(grid)
    if (cells > CELLS_MAX) throw this.#conflict(['grid'], `${cells} cells are more than ${CELLS_MAX}`)
    const all = combinationsOf(grid)
    const kept = combinationsOf(grid, exclude)
    exclude.forEach((exclusion, index) => {
      if (grid.isReduced || all.some((combination) => isExcluded(combination, exclusion))) return
      throw this.#conflict(['exclude', index], 'this excludes no cell')
    })
    const absent = grid.contestants.find((name) => !kept.some(({ contestant }) => contestant === name))
    if (absent !== undefined) throw this.#conflict(place, `no cell of the contestant ${JSON.stringify(absent)} is left`)
    return kept
  }

  /** In the reduced form those are dropped that speak of what it does not have. */
  #expectations(grid: Grid, cells: readonly BuiltCombination[]): Pick<Experiment, 'claims' | 'references' | 'dropped'> {
    const reader = new ClaimReader(this.#file, this.#check, grid, cells)
    const dropped: string[] = []
    const keep = <Form, Read>(
      forms: readonly Form[],
      read: (form: Form, index: number) => Read,
      what: (form: Form) => string,
    ): Read[] =>
      forms.flatMap((form, index) => {
        try {
          return [read(form, index)]
        } catch (error) {
          if (!grid.isReduced || !(error instanceof ExperimentFileError)) throw error
          dropped.push(`${what(form)} (${error.problem})`)
          return []
        }
      })
    const { claims = [], references = [] } = this.#form
    return {
      claims: keep(
        claims,
        (form, index) => reader.claim(form, index),
        ({ that }) => `claim: ${that}`,
      ),
      references: keep(
        references,
        (form, index) => reader.reference(form, index),
        ({ label }) => `reference: ${label}`,
      ),
      ...(grid.isReduced && { dropped }),
    }
  }

  #conflict(path: Path, problem: string): ExperimentFileError {
    return this.#file.error('EXPERIMENT_CONFLICT', offsetAt(this.#file.root, path), problem)
  }
}

/** Seed by seed, so that an interrupted run has something of every contestant. */
function cellsOf(combinations: readonly BuiltCombination[], { seeds }: Grid): Cell[] {
  return seeds.flatMap((seed) =>
    combinations.map(({ contestant, levels, trial }) => ({
      ...{ contestant, levels, seed },
      trial: withSeed(trial, seed),
    })),
  )
}

function withSeed(trial: TrialSettings, seed: number): TrialSettings {
  switch (trial.task) {
    case 'learning':
      return { ...trial, scenario: { ...trial.scenario, seed } }
    case 'averaging':
      return { ...trial, scenario: { ...trial.scenario, seed } }
    case 'rumor':
      return { ...trial, scenario: { ...trial.scenario, seed } }
  }
}
