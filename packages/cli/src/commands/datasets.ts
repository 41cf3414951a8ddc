import { ConfigurationError } from '@hearsay/core'
import { DATA_FORMATS } from '@hearsay/datasets'
import type { Command, Option } from 'commander'
import type { FetchFlags, ImportFlags, ListFlags, ShowFlags, SplitFlags } from '../datasets/datasets-flags.ts'
import { choiceFlag } from '../flags/choice-flag.ts'
import {
  addShardsFlag,
  addDatasetFlag,
  addFileFlags,
  addTestFractionFlag,
  CACHE_HELP,
  seedFlag,
} from '../flags/data-flags.ts'
import { formFlag } from '../flags/form.ts'
import { numberFlag } from '../flags/number-flag.ts'
import { addOutputFlags } from '../flags/output-flags.ts'
import { shardsFlag } from '../flags/shards-flag.ts'
import type { Session } from '../session.ts'
import { ScenarioLimit } from '@hearsay/experiments/options'

const JSON_LINES = 'one JSON object per data set, "type": "dataset"'

export function addDatasetsCommand(program: Command, session: Session): void {
  const datasets = program
    .command('datasets')
    .summary('list, describe, split, fetch and import data sets')
    .description(
      'Lists, describes, splits, fetches and imports data sets: those that come with hearsay, those that it downloads, and ' +
        'your own files. Without a command it lists them.',
    )
    .helpCommand(false)
  addList(datasets, session)
  addShow(datasets, session)
  addSplit(datasets, session)
  addFetch(datasets, session)
  addImport(datasets, session)
}

function addList(datasets: Command, session: Session): void {
  const list = datasets
    .command('list', { isDefault: true })
    .summary('list those that are here, and those that can be fetched')
    .description('Lists the data sets that are here, and those that can be fetched.')
  // The default command also receives what was meant to be another command.
  list.argument('[command]').usage('[options]').helpOption(false).option('--cache <folder>', CACHE_HELP)
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
    `datasets: unknown command ${JSON.stringify(name)}, there are list, show, split, fetch and import; ${hint}`,
  )
}

function addShow(datasets: Command, session: Session): void {
  const show = datasets
    .command('show')
    .summary('describe one, or show who would hold what of it')
    .description(
      'Describes a data set: rows, features, classes, and where it comes from. Its checksum is verified. With --peers, ' +
        'shows who would hold what: the shards that simulate and swarm deal out with the same --shards and --seed.',
    )
    .argument('[name]', 'a data set that is included, fetched or imported')
  addFileFlags(show)
    .option('--cache <folder>', CACHE_HELP)
    .optionsGroup('Shards:')
    .addOption(peersFlag('peers to deal the training rows out to'))
    .addOption(shardsFlag().default(undefined))
    .addOption(seedFlag())
    .option('--plot <file.svg>', 'draw who holds what; a file that is there is replaced')
  addOutputFlags(show, `${JSON_LINES}; with --peers, one "shard" per peer and one "shards"`).action(
    async (name: string | undefined, flags: ShowFlags) => {
      const { showDataset } = await import('../datasets/show.ts')
      await showDataset(name === undefined ? flags : { ...flags, dataset: name }, session)
    },
  )
}

function addSplit(datasets: Command, session: Session): void {
  const split = datasets
    .command('split')
    .summary('deal rows out to peers, one CSV file each')
    .description(
      'Deals the rows of a data set out to peers: one CSV file per peer (peer-001.csv, …) and test.csv with the held-out ' +
        'rows. Values are not scaled. Either all files are written or none.',
    )
  addTestFractionFlag(addFileFlags(addDatasetFlag(split)), 'default: none')
  split
    .optionsGroup('Files:')
    .requiredOption('--out <folder>', 'where the files go')
    .option('--force', 'replace files of an earlier split')
    .optionsGroup('Shards:')
    .addOption(peersFlag('files to write').makeOptionMandatory())
  addShardsFlag(split).addOption(seedFlag())
  addOutputFlags(split, 'one JSON object per file, "type": "shard" or "test", then one "summary"').action(
    async (flags: SplitFlags) => {
      const { splitDataset } = await import('../datasets/split.ts')
      await splitDataset(flags, session)
    },
  )
}

function peersFlag(description: string): Option {
  return numberFlag('--peers <count>', description, { min: 1, max: ScenarioLimit.peersMax, integer: true })
}

function addFetch(datasets: Command, session: Session): void {
  const fetch = datasets
    .command('fetch')
    .summary('download one from its publisher, verify and keep it')
    .description(
      'Downloads a data set from its publisher, verifies it, and keeps it for --dataset. Interrupted, it goes on where it ' +
        'was when it is run again.',
    )
    .argument('<name>', 'one of those that are to fetch in: hearsay datasets')
    .optionsGroup('Files:')
    .option('--cache <folder>', CACHE_HELP)
    .addOption(
      formFlag('--mirror <url>', 'folder with copies of the publisher’s files; checksums hold all the same', parseUrl),
    )
    .option('--force', 'fetch it again if it is here')
  addOutputFlags(fetch, JSON_LINES).action(async (name: string, flags: FetchFlags) => {
    const { fetchNamed } = await import('../datasets/fetch.ts')
    await fetchNamed(name, flags, session)
  })
}

function parseUrl(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text
  throw new ConfigurationError(
    'FLAG_URL',
    `--mirror: give an address with http:// or https://, not ${JSON.stringify(text)}`,
  )
}

function addImport(datasets: Command, session: Session): void {
  const command = datasets
    .command('import')
    .summary('keep files of yours under a name')
    .description('Reads files of yours and keeps them under a name for --dataset, with a split that stays the same.')
    .argument('<file>', 'the rows; may be compressed with gzip')
  addFormatFlags(command)
    .optionsGroup('Test rows:')
    .option('--test <file>', 'the rows to test on, in the same format')
    .option('--test-labels <file>', 'their labels')
    .addOption(
      numberFlag('--test-fraction <share>', 'without --test: share of rows drawn for it, in (0, 0.9] (default: 0.1)', {
        min: 0,
        above: true,
        max: 0.9,
      }),
    )
    .optionsGroup('Files:')
    .option('--cache <folder>', CACHE_HELP)
    .option('--force', 'replace a data set of that name')
  addOutputFlags(command, JSON_LINES).action(async (file: string, flags: ImportFlags) => {
    const { importFile } = await import('../datasets/import.ts')
    await importFile(file, flags, session)
  })
}

function addFormatFlags(command: Command): Command {
  return command
    .optionsGroup('Data:')
    .requiredOption('--name <name>', 'what to call the data set: a-z, 0-9, ".", "_" and "-"')
    .addOption(choiceFlag('--format <kind>', 'by default what the file’s ending says', DATA_FORMATS))
    .option(
      '--label <column>',
      'csv, tsv, arff: the column with the class, by name or index from 0; npz: its array (y)',
    )
    .option('--labels <file>', 'idx, npy, table: a file with the labels, in the same format')
    .option('--array <name>', 'npz: the array with the features (x)')
    .addOption(choiceFlag('--delimiter <name>', 'csv: what separates cells', ['comma', 'semicolon', 'tab']))
    .option('--no-header', 'csv, tsv: the first line holds a row; columns are named x0, x1, …')
    .addOption(
      numberFlag('--hash <buckets>', 'svmlight: fold the features into so many', {
        min: 1,
        max: 2 ** 20,
        integer: true,
      }),
    )
    .addOption(
      numberFlag('--base <number>', 'svmlight: the first feature, 0 or 1 (default)', { min: 0, max: 1, integer: true }),
    )
}
