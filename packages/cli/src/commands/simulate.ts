import type { Command } from 'commander'
import { choiceFlag } from '../flags/choice-flag.ts'
import { reportAtFlag } from '../flags/report-at-flag.ts'
import {
  addScaleFlag,
  addShardsFlag,
  addDatasetFlag,
  addFileFlags,
  addTestFractionFlag,
  type ScaleFlags,
  seedFlag,
  type ShardFlags,
  type SourceFlags,
} from '../flags/data-flags.ts'
import { delayFlag } from '../flags/delay-flag.ts'
import { addLearningFlags, type LearningFlags } from '../flags/learning-flags.ts'
import { numberFlag } from '../flags/number-flag.ts'
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts'
import type { Session } from '../session.ts'
import type { CycleSelection } from '../simulate/cycle-selection.ts'
import { BACKENDS, OVERLAYS, ScenarioLimit, type ScenarioOptions } from '../simulate/scenario-options.ts'

/** The flags of `hearsay simulate`, as they were parsed. */
export type SimulateFlags = LearningFlags &
  SourceFlags &
  ScaleFlags &
  ShardFlags &
  OutputFlags &
  Pick<ScenarioOptions, 'peers' | 'seed' | 'overlay' | 'degree' | 'viewSize' | 'delay' | 'loss' | 'jitter'> &
  Pick<ScenarioOptions, 'rowsPerPeer' | 'evaluate' | 'backend'> & {
    readonly guard?: boolean
    readonly cycles: number
    /** Virtual milliseconds. */
    readonly period: number
    readonly reportAt: CycleSelection
  }

const NOTES = `
The defaults are workload W2: 1000 peers with 4 or 5 rows of Spambase each, 10 random out-neighbours, a delay of one
cycle, Pegasos with λ = 1e-4, a received model merged with the current one by the plain mean. Protocols used as a
library default to --merge age-weighted --merge-with last.

The same options, seed and version give the same trace hash, always. Ctrl-C ends the run after the current cycle.

With --json, lines have a "type": start, progress (about once a second), cycle (at --report-at), summary (the last).

Examples:
  hearsay simulate
  hearsay simulate --peers 100 --cycles 200 --overlay newscast --delay uniform:0.9,1.1 --loss 0.1
  hearsay simulate --data mails.csv --label spam --peers 50 --json`

export function addSimulateCommand(program: Command, session: Session): void {
  const command = program
    .command('simulate')
    .summary('run gossip learning in a simulated network, by seed')
    .description(
      'Runs gossip learning in a simulated network: virtual time, many peers, the same run for the same seed.',
    )
  addNetworkFlags(command)
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
  addOutputFlags(command)
    .addHelpText('after', NOTES)
    .action(async (flags: SimulateFlags) => {
      const { simulate } = await import('../simulate/simulate.ts')
      session.exitCode = await simulate(flags, session)
    })
}

function addNetworkFlags(command: Command): void {
  const { peersMin, peersMax, viewSizeMax, jitterMax, periodMsMax } = ScenarioLimit
  command
    .optionsGroup('Network:')
    .addOption(numberFlag('--peers <count>', 'peers', { min: peersMin, max: peersMax, integer: true }).default(1000))
    .addOption(
      choiceFlag('--overlay <kind>', 'who knows whom: a fixed random graph, NewsCast, or everybody', OVERLAYS).default(
        'static',
      ),
    )
    .addOption(
      numberFlag('--degree <peers>', 'static: out-neighbours of a peer (default: 10, or all where fewer)', {
        min: 1,
        integer: true,
      }),
    )
    .addOption(
      numberFlag('--view-size <peers>', `newscast: peers in a view, 1 … ${viewSizeMax} (default: 20)`, {
        min: 1,
        max: viewSizeMax,
        integer: true,
      }),
    )
    .addOption(delayFlag('delay of a message, in cycles').default({ kind: 'constant', cycles: 1 }, 'constant:1'))
    .addOption(numberFlag('--loss <probability>', 'messages lost, in [0, 1]', { min: 0, max: 1 }).default(0))
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
}
