import type { ExperimentFileCode } from '../experiment-file-error.ts'
import type { Path } from '../yaml/located.ts'

/** What is wrong with a setting, not yet with its place in the file. */
export class SettingProblem extends Error {
  readonly code: ExperimentFileCode
  /** From the setting to the key that is to blame. */
  readonly path: Path

  constructor(path: Path, problem: string, code: ExperimentFileCode = 'EXPERIMENT_CONFLICT', options?: ErrorOptions) {
    super(problem, options)
    this.path = path
    this.code = code
  }
}

/** Refuses settings that cannot go together. */
export function conflict(path: Path, problem: string): never {
  throw new SettingProblem(path, problem)
}

/** A setting that there has to be. */
export function required<Value>(value: Value | undefined, path: Path, wanted: string): Value {
  if (value !== undefined) return value
  throw new SettingProblem(path, `${path.join('.')} is missing: give ${wanted}`, 'EXPERIMENT_FORM')
}

/** The properties that are there. */
export function defined<Value extends object>(value: Value): { [Key in keyof Value]: Exclude<Value[Key], undefined> } {
  const entries = Object.entries(value).filter(([, property]) => property !== undefined)
  return Object.fromEntries(entries) as { [Key in keyof Value]: Exclude<Value[Key], undefined> }
}
