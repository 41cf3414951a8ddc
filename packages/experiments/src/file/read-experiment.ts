import { readFileSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { EnvironmentError, HearsayError } from '@hearsay/core'
import { shapeOf } from '@hearsay/learning'
import { exchangeProblem } from '@hearsay/protocols'
import type { Experiment } from '../experiment/experiment.ts'
import { assignRows } from '../scenario/assign-rows.ts'
import { loadTrialData } from '../trial/trial-data.ts'
import type { LearningTrial } from '../trial/trial-settings.ts'
import { SettingProblem } from './build/setting-problem.ts'
import { ExperimentFileError } from './experiment-file-error.ts'
import type { BuiltCombination } from './resolve/build-cells.ts'
import { resolveExperiment } from './resolve/resolve-experiment.ts'
import type { Path } from './yaml/located.ts'
import { FILE_BYTES_MAX } from './yaml/read-yaml.ts'

/** How an experiment file is read. */
export interface ReadExperimentOptions {
  /**
   * Whether the quick form of the experiment is wanted.
   *
   * @defaultValue false
   */
  readonly reduced?: boolean | undefined
  /**
   * Whether the rows are loaded as well, to see that they are there and go with the settings.
   *
   * @defaultValue true
   */
  readonly checksData?: boolean | undefined
}

/**
 * Reads an experiment file and the files that it names, and looks whether its data is there: the rows of every cell can be dealt
 * out to its peers, and its classes and columns exist.
 *
 * @throws {@link ExperimentFileError} with the line for what is wrong first; {@link EnvironmentError} `FILE_NOT_READ` where the
 *   file itself cannot be read.
 */
export async function readExperiment(path: string, options: ReadExperimentOptions = {}): Promise<Experiment> {
  const { reduced, checksData = true } = options
  const text = await readText(path)
  const { experiment, combinations } = resolveExperiment(text, { path, reduced, readFile: readSideFile })
  if (checksData) await checkRows(combinations, experiment.cells[0].seed)
  return experiment
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size <= FILE_BYTES_MAX) return await readFile(path, 'utf8')
  } catch (cause) {
    throw notRead(path, cause)
  }
  const position = { line: 1, column: 1 }
  throw new ExperimentFileError('EXPERIMENT_SYNTAX', path, position, `the file is larger than ${FILE_BYTES_MAX} bytes`)
}

function readSideFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw notRead(path, cause)
  }
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder; name a file in it',
}

function notRead(path: string, cause: unknown): EnvironmentError {
  const { code = '', message } = cause as NodeJS.ErrnoException
  const why = UNREADABLE[code] ?? message
  return new EnvironmentError('FILE_NOT_READ', `${path} cannot be read: ${why}`, { cause })
}

/** The settings that the codes of errors speak of. */
const PLACES: Readonly<Record<string, Path>> = {
  CLASSES: ['data', 'classes'],
  CLASS_EMPTY: ['data', 'classes'],
  CLASSES_PER_PEER: ['shards'],
  SHARDS_COLUMN: ['shards'],
  SHARDS_TOO_FEW: ['shards'],
}

/** Deals out the rows of each combination, once for all that have the same. */
async function checkRows(combinations: readonly BuiltCombination[], seed: number): Promise<void> {
  const checked = new Set<string>()
  for (const { trial, error } of combinations) {
    if (trial.task !== 'learning') continue
    const { peers, shards, rowsPerPeer, overlay, speeds, correlate, learner, exchange, bias } = trial.scenario
    const key = JSON.stringify([
      trial.data,
      peers,
      shards,
      rowsPerPeer,
      overlay,
      speeds,
      correlate,
      learner.model,
      exchange,
      bias,
    ])
    if (checked.has(key)) continue
    checked.add(key)
    try {
      await checkTrial(trial, seed)
    } catch (problem) {
      throw problem instanceof SettingProblem ? error(problem) : problem
    }
  }
}

async function checkTrial({ data, scenario }: LearningTrial, seed: number): Promise<void> {
  const origin = ['data', data.source.kind === 'file' ? 'file' : 'name']
  const { train } = await attempt(() => loadTrialData(data, seed), origin)
  await attempt(() => assignRows(train, { ...scenario, seed }), ['peers'])
  const { exchange, learner, bias } = scenario
  // A network is sent whole.
  if (learner.model === 'mlp') return
  const { outputs, dimension } = shapeOf(learner.model, train.featureNames.length, train.classNames.length, bias)
  const problem = exchange && exchangeProblem(exchange, { parameters: outputs * dimension })
  if (problem !== undefined) throw new SettingProblem(['method', 'exchange'], problem, 'EXPERIMENT_DATA')
}

/** @param path - The setting that is to blame, unless the code of the error speaks of another. */
async function attempt<Value>(act: () => Value | Promise<Value>, path: Path): Promise<Value> {
  try {
    return await act()
  } catch (cause) {
    if (!(cause instanceof HearsayError)) throw cause
    throw new SettingProblem(PLACES[cause.code] ?? path, cause.message, 'EXPERIMENT_DATA', { cause })
  }
}
