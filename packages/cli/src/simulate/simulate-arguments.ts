import { BACKENDS, OVERLAYS, ScenarioLimit } from '@hearsay/experiments/options'
import { WORKERS_MAX } from '@hearsay/simulator'
import { Command } from 'commander'
import { addExploreFlags } from '../explore/explore-flags.ts'
import { addChurnFlags } from '../flags/churn-flags.ts'
import { choiceFlag } from '../flags/choice-flag.ts'
import {
  addDatasetFlag,
  addFileFlags,
  addScaleFlag,
  addShardsFlag,
  addTestFractionFlag,
  seedFlag,
} from '../flags/data-flags.ts'
import { addLearningFlags } from '../flags/learning-flags.ts'
import { addDelayAndLossFlags, addNetworkModelFlags } from '../flags/network-flags.ts'
import { numberFlag } from '../flags/number-flag.ts'
import { addOutputFlags } from '../flags/output-flags.ts'
import { reportAtFlag } from '../flags/report-at-flag.ts'
import type { SimulateFlags } from './simulate-flags.ts'

/**
 * Parses a command line that has been parsed before.
 *
 * @param words - Behind the name of the command.
 * @throws {@link ConfigurationError} where a file that it names is not what it was.
 */
export function parseSimulateArguments(words: readonly string[]): SimulateFlags {
  const command = defineSimulateFlags(new Command('simulate'))
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
  return command.parse(words, { from: 'user' }).opts<SimulateFlags>()
}

/** Defines all flags of `hearsay simulate`. */
export function defineSimulateFlags(command: Command): Command {
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
