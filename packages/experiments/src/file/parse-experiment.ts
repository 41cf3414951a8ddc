import type { Experiment } from '../experiment/experiment.ts'
import type { ParseExperimentOptions } from './parse-options.ts'
import { resolveExperiment } from './resolve/resolve-experiment.ts'

/**
 * Makes an experiment of the text of a file: every cell of its grid with all settings. Does no I/O of its own. Both forms of the
 * file are checked, whichever is wanted; what only its data can tell is checked by `readExperiment`.
 *
 * @throws {@link ExperimentFileError} with the line for what is wrong first.
 */
export function parseExperiment(text: string, options: ParseExperimentOptions): Experiment {
  return resolveExperiment(text, options).experiment
}
