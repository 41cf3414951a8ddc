import { ConfigurationError } from '@hearsay/core'
import { SCALING_KINDS, type ScalingKind, type ShardSetting } from '@hearsay/datasets'
import type { Delimiter } from '@hearsay/experiments/options'
import type { Command, Option } from 'commander'
import { choiceFlag } from './choice-flag.ts'
import { numberFlag } from './number-flag.ts'
import { shardsFlag } from './shards-flag.ts'

/** Where rows come from: a data set with a name, or the user's own file. */
export interface SourceFlags {
  readonly dataset?: string
  /** Folder of the data sets that were fetched or imported. */
  readonly cache?: string
  readonly data?: string
  readonly label?: string
  readonly delimiter?: Delimiter
  /** Share of the rows of a file that is held out, in (0, 1). */
  readonly testFraction?: number
}

/** How rows are scaled. */
export interface ScaleFlags {
  readonly scale: ScalingKind
}

/** How rows are dealt out to peers. */
export interface ShardFlags {
  readonly shards: ShardSetting
}

/** @param fallback - The data set that is taken where none is named. Default: a source must be named. */
export function addDatasetFlag(command: Command, fallback?: string): Command {
  const note = fallback === undefined ? '' : `; default: ${fallback}`
  return command
    .optionsGroup('Data:')
    .option('--dataset <name>', `a data set that is included, fetched or imported (see: hearsay datasets${note})`)
    .option('--cache <folder>', CACHE_HELP)
}

/** What `--cache` is, wherever it stands. */
export const CACHE_HELP = 'where data sets are that were fetched or imported (default: hearsay in ~/.cache)'

/** The flags of the user's own file. */
export function addFileFlags(command: Command): Command {
  return command
    .optionsGroup('Data:')
    .option('--data <file>', 'your own CSV file: a header row, numbers, one column for the class')
    .option('--label <column>', 'with --data: the column that holds the class, by name or index from 0')
    .addOption(
      choiceFlag('--delimiter <name>', 'with --data: what separates cells, by default a comma', [
        'comma',
        'semicolon',
        'tab',
      ]),
    )
}

/** @param description - Says what the default is. */
export function addTestFractionFlag(command: Command, description: string): Command {
  return command.addOption(
    numberFlag('--test-fraction <share>', `with --data: share of rows held out, in (0, 0.9]; ${description}`, {
      min: 0,
      above: true,
      max: 0.9,
    }),
  )
}

export function addScaleFlag(command: Command): Command {
  const description = 'how features are scaled, fitted on training rows alone'
  return command.addOption(choiceFlag('--scale <kind>', description, SCALING_KINDS).default('standardise'))
}

export function addShardsFlag(command: Command): Command {
  return command.addOption(shardsFlag())
}

export function seedFlag(): Option {
  const bounds = { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true }
  return numberFlag('--seed <integer>', 'what all that is random follows from', bounds).default(1)
}

/**
 * Refuses runs whose seeds, each one more than the last, are no integers that are told apart any more.
 *
 * @param flag - That which asks for so many runs.
 * @throws {@link ConfigurationError} `SEEDS`.
 */
export function assertSeeds(seed: number, runs: number, flag: string): void {
  if (Number.isSafeInteger(seed + (runs - 1))) return
  throw new ConfigurationError(
    'SEEDS',
    `--seed: the last of ${runs} seeds from ${seed} on would be above ${Number.MAX_SAFE_INTEGER}: give a smaller one, or a smaller ${flag}`,
  )
}
