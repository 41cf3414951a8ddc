import { ConfigurationError } from '@hearsay/core'
import type { Command } from 'commander'
import {
  addShardsFlag,
  addDatasetFlag,
  addFileFlags,
  addTestFractionFlag,
  seedFlag,
  type ShardFlags,
  type SourceFlags,
} from '../flags/data-flags.ts'
import { numberFlag } from '../flags/number-flag.ts'
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts'
import type { Session } from '../session.ts'
import { ScenarioLimit } from '../simulate/scenario-options.ts'

export type ListFlags = OutputFlags

export type ShowFlags = SourceFlags & OutputFlags

/** The flags of `hearsay datasets split`. */
export type SplitFlags = SourceFlags &
  ShardFlags &
  OutputFlags & {
    readonly peers: number
    readonly seed: number
    /** A folder. */
    readonly out: string
    readonly force?: boolean
  }

const JSON_LINES = 'one JSON object per data set, "type": "dataset"'

export function addDatasetsCommand(program: Command, session: Session): void {
  const datasets = program
    .command('datasets')
    .summary('list, describe and split data sets')
    .description('Data sets: those that come with hearsay, and your own CSV files.')
    .helpCommand(false)
  addList(datasets, session)
  addShow(datasets, session)
  addSplit(datasets, session)
}

function addList(datasets: Command, session: Session): void {
  const list = datasets.command('list', { isDefault: true }).description('List the data sets that come with hearsay.')
  // The default command also receives what was meant to be another command.
  list.argument('[command]').usage('[options]').helpOption(false)
  addOutputFlags(list, JSON_LINES).action(async (unknown: string | undefined, flags: ListFlags) => {
    if (unknown !== undefined) throw unknownCommand(unknown)
    const { listDatasets } = await import('../datasets/list.ts')
    await listDatasets(flags, session)
  })
}

function unknownCommand(name: string): ConfigurationError {
  const hint = 'to describe one data set: hearsay datasets show NAME'
  return new ConfigurationError(
    'COMMAND_UNKNOWN',
    `datasets: unknown command ${JSON.stringify(name)}, there are list, show and split; ${hint}`,
  )
}

function addShow(datasets: Command, session: Session): void {
  const show = datasets
    .command('show')
    .description('Describe a data set: rows, features, classes, and where it comes from. Its checksum is verified.')
    .argument('[name]', 'a data set that comes with hearsay')
  addOutputFlags(addFileFlags(show), JSON_LINES).action(async (name: string | undefined, flags: ShowFlags) => {
    const { showDataset } = await import('../datasets/show.ts')
    await showDataset(name === undefined ? flags : { ...flags, dataset: name }, session)
  })
}

function addSplit(datasets: Command, session: Session): void {
  const split = datasets
    .command('split')
    .description(
      'Deal the rows of a data set out to peers: one CSV file per peer (peer-001.csv, …) and test.csv with the held-out ' +
        'rows. Values are not scaled. Either all files are written or none.',
    )
  addTestFractionFlag(addFileFlags(addDatasetFlag(split)), 'default: none')
  split
    .optionsGroup('Files:')
    .requiredOption('--out <folder>', 'where the files go')
    .option('--force', 'replace files of an earlier split')
    .optionsGroup('Shards:')
    .addOption(
      numberFlag('--peers <count>', 'files to write', {
        min: 1,
        max: ScenarioLimit.peersMax,
        integer: true,
      }).makeOptionMandatory(),
    )
  addShardsFlag(split).addOption(seedFlag())
  addOutputFlags(split, 'one JSON object per file, "type": "shard" or "test", then one "summary"').action(
    async (flags: SplitFlags) => {
      const { splitDataset } = await import('../datasets/split.ts')
      await splitDataset(flags, session)
    },
  )
}
