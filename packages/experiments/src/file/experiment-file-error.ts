import { ConfigurationError } from '@hearsay/core'

/** Where in an experiment file something is. */
export interface FilePosition {
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 code units. */
  readonly column: number
}

/**
 * What is wrong with an experiment file:
 *
 * - `EXPERIMENT_SYNTAX`: it is no YAML, or YAML with tags, directives, or more than is sensible;
 * - `EXPERIMENT_FORM`: an unknown key, a missing one, a value of the wrong kind or out of its range;
 * - `EXPERIMENT_CONFLICT`: settings that cannot go together, claims about what is never measured;
 * - `EXPERIMENT_DATA`: rows that are not there, or that do not go with the settings.
 */
export type ExperimentFileCode = 'EXPERIMENT_SYNTAX' | 'EXPERIMENT_FORM' | 'EXPERIMENT_CONFLICT' | 'EXPERIMENT_DATA'

/** An experiment file that cannot be run. The message starts with the position: `spambase.yaml:12:7: …`. */
export class ExperimentFileError extends ConfigurationError {
  readonly path: string
  readonly position: FilePosition
  /** The message without path and position. */
  readonly problem: string

  constructor(code: ExperimentFileCode, path: string, position: FilePosition, problem: string, options?: ErrorOptions) {
    super(code, `${path}:${position.line}:${position.column}: ${problem}`, options)
    this.path = path
    this.position = position
    this.problem = problem
  }
}
