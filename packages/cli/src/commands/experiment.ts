import { ConfigurationError } from '@hearsay/core'
import { type Command, Option } from 'commander'
import type { CheckFlags, RunFlags, ShardFlag } from '../experiment/experiment-flags.ts'
import { numberFlag } from '../flags/number-flag.ts'
import { addOutputFlags } from '../flags/output-flags.ts'
import type { Session } from '../session.ts'

const WORKERS_MAX = 1024
const SHARDS_MAX = 1_000_000

const RUN_NOTES = `
Results are kept in the folder as they come: one folder for each cell (a run of one contestant at one level of each axis
with one seed), a manifest, and, once all cells are there, results.parquet with all measurements. Interrupted or killed
at any moment, the same command goes on from there, to the same files. A cell is computed again only where its settings,
its data or the code have changed; what has changed in names or titles does not count. Cells that have become stale stay
in the folder, unused, until --fresh removes all that it holds.

--shard i/n runs one of n equal parts, the same one every time. Parts may run at the same time, in processes or on
machines that share the folder; or in folders of their own, whose cells are copied together before the command is run
once more without --shard.

With --json, lines have a "type": plan, progress (about once a second), cell, failed, final (a contestant at the end,
over seeds), claim, summary (the last).

Exit codes: 0 done, 2 a file or a flag is wrong, 3 the folder cannot be written, 130 interrupted; where cells failed,
that of the first one's error.

Examples:
  hearsay experiment run experiments/hegedus-2021/spambase.yaml
  hearsay experiment run grid.yaml --reduced
  hearsay experiment run grid.yaml --shard 1/3 --out shared/grid`

export function addExperimentCommand(program: Command, session: Session): void {
  const experiment = program
    .command('experiment')
    .summary('run a grid of contestants, settings and seeds from a file')
    .description('Runs experiments: which way of learning does better, on which data, network and budget.')
    .helpCommand(false)
  addRun(experiment, session)
  addCheck(experiment, session)
}

function addRun(experiment: Command, session: Session): void {
  const command = experiment
    .command('run')
    .summary('run what is missing of an experiment')
    .description('Runs what is missing of an experiment, on all cores.')
    .argument('<file>', 'an experiment file (YAML)')
    .option('--out <folder>', 'where results are kept (default: results/NAME, with --reduced results/NAME-reduced)')
    .addOption(
      numberFlag('--workers <threads>', 'cells at a time (default: all cores)', {
        min: 1,
        max: WORKERS_MAX,
        integer: true,
      }),
    )
    .addOption(new Option('--shard <i/n>', 'run only the i-th of n parts').argParser(parseShard))
    .option('--reduced', 'run the quick form that the file describes')
    .addOption(new Option('--fresh', 'remove what the folder holds, and compute all again').conflicts('shard'))
    .option('--list', 'only say which cells there are, and which are finished')
  addOutputFlags(command)
    .addHelpText('after', RUN_NOTES)
    .action(async (file: string, flags: RunFlags) => {
      const { runCommand } = await import('../experiment/run-command.ts')
      session.exitCode = await runCommand(file, flags, session)
    })
}

function addCheck(experiment: Command, session: Session): void {
  const command = experiment
    .command('check')
    .summary('check an experiment file, and say what it would run')
    .description('Checks an experiment file, and says what it would run. Nothing is written.')
    .argument('<file>', 'an experiment file (YAML)')
    .option('--reduced', 'look at the quick form that the file describes')
  addOutputFlags(command, 'one JSON object per line: experiment, then a cell each').action(
    async (file: string, flags: CheckFlags) => {
      const { checkCommand } = await import('../experiment/check-command.ts')
      session.exitCode = await checkCommand(file, flags, session)
    },
  )
}

function parseShard(text: string): ShardFlag {
  const [, index, of] = (/^(\d{1,7})\/(\d{1,7})$/.exec(text) ?? []).map(Number)
  if (of !== undefined && index >= 1 && index <= of && of <= SHARDS_MAX) return { index, of }
  throw new ConfigurationError(
    'FLAG_SHARD',
    `--shard: give i/n with 1 ≤ i ≤ n ≤ ${SHARDS_MAX}, not ${JSON.stringify(text)}`,
  )
}
