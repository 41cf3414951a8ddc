import { Command } from 'commander'
import { addExploreFlags, checkExploreFlags } from '../explore/explore-flags.ts'
import { choiceFlag } from '../flags/choice-flag.ts'
import { reportAtFlag } from '../flags/report-at-flag.ts'
import {
  addScaleFlag,
  addShardsFlag,
  addDatasetFlag,
  addFileFlags,
  addTestFractionFlag,
  seedFlag,
} from '../flags/data-flags.ts'
import { addChurnFlags } from '../flags/churn-flags.ts'
import { addLearningFlags } from '../flags/learning-flags.ts'
import { addDelayAndLossFlags, addNetworkModelFlags } from '../flags/network-flags.ts'
import { numberFlag } from '../flags/number-flag.ts'
import { addOutputFlags } from '../flags/output-flags.ts'
import { WORKERS_MAX } from '@hearsay/simulator'
import type { Session } from '../session.ts'
import type { SimulateFlags } from '../simulate/simulate-flags.ts'
import { BACKENDS, OVERLAYS, ScenarioLimit } from '@hearsay/experiments/options'

const NOTES = `
The defaults are workload W2: 1000 peers with 4 or 5 rows of Spambase each, 10 random out-neighbours, a delay of one
cycle, Pegasos with λ = 1e-4, a received model merged with the current one by the plain mean. Protocols used as a
library default to --merge age-weighted --merge-with last.

Times are in cycles; a cycle is --period virtual milliseconds. Files are in virtual milliseconds (delay tables, recorded
sessions), rates in bytes per virtual second, phones (--churn smartphone) keep virtual time as if it were real. What is
sent to a peer that is away is missed. A peer that joins, or has lost its state, knows random peers that were there from
the start. Peers that are away are evaluated with the models that they hold, unless with --measure online.

The same options, seed and version give the same trace hash, always, on any number of threads. Ctrl-C ends the run after
the current cycle, with a checkpoint where there is a file for it. --resume goes on with the options of the checkpoint;
only --cycles (more), --report-at and where files are may be others.

With --json, lines have a "type": start, progress (about once a second), cycle (at --report-at), checkpoint, summary (the
last); with --repeat: progress, run, summary.

Examples:
  hearsay simulate
  hearsay simulate --peers 100 --cycles 200 --overlay newscast --delay uniform:0.9,1.1 --loss 0.1
  hearsay simulate --data mails.csv --label spam --peers 50 --json
  hearsay simulate --cycles 100000 --checkpoint run.ckpt --checkpoint-every 1000
  hearsay simulate --resume run.ckpt --checkpoint run.ckpt
  hearsay simulate --explore 1000
  hearsay simulate --cycles 20 --trace a.trace.gz; hearsay trace diff a.trace.gz b.trace.gz
Scenario AF of Ormándi, Hegedűs, Jelasity 2013 (half of the messages lost, late by up to ten cycles, 90 % online):
  hearsay simulate --peers 4140 --rows-per-peer 1 --scale min-max --overlay newscast --jitter 0.1 --merge-with last \\
    --loss 0.5 --delay uniform:1,10 --churn lognormal:1,1,0.9 --repeat 5`

export function addSimulateCommand(program: Command, session: Session): void {
  const command = program
    .command('simulate')
    .summary('run gossip learning in a simulated network, by seed')
    .description(
      'Runs gossip learning in a simulated network: virtual time, many peers, the same run for the same seed.',
    )
  defineFlags(command)
    .addHelpText('after', NOTES)
    .action(async (flags: SimulateFlags) => {
      const { explore: runs } = flags
      checkExploreFlags(givenFlags(command), runs !== undefined)
      if (runs !== undefined) {
        const { explore } = await import('../explore/explore.ts')
        session.exitCode = await explore({ ...flags, explore: runs }, session)
        return
      }
      const { simulate } = await import('../simulate/simulate.ts')
      const words = withoutFiles(session.words.slice(session.words.indexOf(command.name()) + 1))
      session.exitCode = await simulate(flags, session, { arguments: words, given: givenFlags(command) })
    })
}

/**
 * Parses a command line that has been parsed before.
 *
 * @param words - Behind the name of the command.
 * @throws {@link ConfigurationError} where a file that it names is not what it was.
 */
export function parseSimulateArguments(words: readonly string[]): SimulateFlags {
  const command = defineFlags(new Command('simulate'))
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
  return command.parse(words, { from: 'user' }).opts<SimulateFlags>()
}

function withoutFiles(words: readonly string[]): string[] {
  const named = new Set(['--trace', '--checkpoint', '--checkpoint-every', '--resume', '--workers'])
  const isTelling = (word: string): boolean =>
    /^--(json|debug|trace=|checkpoint=|checkpoint-every=|resume=|workers=)/.test(word)
  return words.filter((word, index) => !isTelling(word) && !named.has(word) && !named.has(words[index - 1]))
}

function givenFlags(command: Command): ReadonlySet<string> {
  const names = command.options.map((option) => option.attributeName())
  return new Set(names.filter((name) => command.getOptionValueSource(name) === 'cli'))
}

function defineFlags(command: Command): Command {
  addNetworkFlags(command)
  addNetworkModelFlags(command)
  addChurnFlags(command)
  addLearningFlags(command, { merge: 'mean', mergeWith: 'current' })
  addTestFractionFlag(addFileFlags(addDatasetFlag(command, 'spambase')), 'default: 0.1')
  command.optionsGroup('Shards:')
  addShardsFlag(addScaleFlag(command))
  command.addOption(
    numberFlag(
      '--rows-per-peer <rows>',
      'rows of each peer, reused where there are too few (default: all, each once)',
      {
        min: 1,
        max: ScenarioLimit.rowsPerPeerMax,
        integer: true,
      },
    ),
  )
  addRunFlags(command)
  addExploreFlags(command)
  addFileOutputFlags(command)
  return addOutputFlags(command)
}

function addNetworkFlags(command: Command): void {
  const { peersMin, peersMax, viewSizeMax, jitterMax, periodMsMax } = ScenarioLimit
  command
    .optionsGroup('Network:')
    .addOption(numberFlag('--peers <count>', 'peers', { min: peersMin, max: peersMax, integer: true }).default(1000))
    .addOption(
      choiceFlag('--overlay <kind>', 'who knows whom: a fixed graph, NewsCast, or everybody', OVERLAYS).default(
        'static',
      ),
    )
    .addOption(
      numberFlag(
        '--degree <peers>',
        'fixed graphs: neighbours of a peer; scale-free: edges it brings (default: 10, or all where fewer)',
        {
          min: 1,
          integer: true,
        },
      ),
    )
    .addOption(
      numberFlag('--view-size <peers>', `newscast: peers in a view, 1 … ${viewSizeMax} (default: 20)`, {
        min: 1,
        max: viewSizeMax,
        integer: true,
      }),
    )
  addDelayAndLossFlags(command)
    .addOption(
      numberFlag('--period <ms>', 'a cycle, in virtual milliseconds', { min: 1, max: periodMsMax }).default(1000),
    )
    .addOption(
      numberFlag('--jitter <share>', `standard deviation of a period, in periods, 0 … ${jitterMax}`, {
        min: 0,
        max: jitterMax,
      }).default(0),
    )
    .option('--guard', 'refuse models that no honest peer can have made, as network peers do')
}

function addFileOutputFlags(command: Command): void {
  command
    .optionsGroup('Files:')
    .option('--trace <file>', 'write every event that is handled, a line each; compressed where the name ends in .gz')
    .option('--checkpoint <file>', 'save the run when it ends or is interrupted, to go on from there')
    .addOption(numberFlag('--checkpoint-every <cycles>', 'and all so many cycles', { min: 1, max: 1e9, integer: true }))
    .option('--resume <file>', 'go on from a checkpoint')
}

function addRunFlags(command: Command): void {
  command
    .optionsGroup('Run:')
    .addOption(numberFlag('--cycles <count>', 'cycles to run', { min: 1, max: 1e9, integer: true }).default(1000))
    .addOption(seedFlag())
    .addOption(
      numberFlag('--evaluate <share>', 'share of the peers that is evaluated each cycle, in (0, 1]', {
        min: 0,
        above: true,
        max: 1,
      }).default(0.01),
    )
    .addOption(reportAtFlag().default([1, 10, 50, 100, 1000], '1,10,50,100,1000'))
    .addOption(choiceFlag('--backend <kind>', 'who computes', BACKENDS).default('auto'))
    .addOption(
      numberFlag(
        '--workers <threads>',
        'threads that one run is split over, or runs at a time (default: 1; all cores)',
        {
          min: 1,
          max: WORKERS_MAX,
          integer: true,
        },
      ),
    )
    .addOption(
      numberFlag('--repeat <runs>', 'independent runs, with the seeds from --seed on, on all cores', {
        min: 1,
        max: 1e6,
        integer: true,
      }),
    )
}
