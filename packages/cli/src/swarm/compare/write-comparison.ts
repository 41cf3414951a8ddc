import { join } from 'node:path'
import { formatShards } from '@hearsay/datasets'
import type { CellResult, Manifest, Results, TrialResult } from '@hearsay/experiments'
import { writeReport } from '@hearsay/experiments/report'
import { checkFolder, writeResults } from '@hearsay/experiments/results'
import { codeVersion, hearsayCommand, machineFacts } from '@hearsay/experiments/run'
import type { SwarmFlags } from '../swarm-flags.ts'
import type { SwarmPlan } from '../plan.ts'
import type { ComparedMethod } from './comparison.ts'
import { type Starvation, starvationTexts } from './starvation.ts'

const NAME = 'swarm'

/** What a comparison has found, in the order of the table. */
export interface ComparisonResults {
  readonly plan: SwarmPlan
  readonly flags: SwarmFlags
  readonly methods: readonly ComparedMethod['method'][]
  readonly trials: readonly TrialResult[]
  readonly starved: readonly Starvation[]
  /** The command line, without the program. */
  readonly words: readonly string[]
}

/** Makes sure, before anything is run, that results may go into a folder. Throws what `checkFolder` throws. */
export async function checkResultsFolder(folder: string): Promise<void> {
  await checkFolder(folder, { name: NAME, reduced: false })
}

/**
 * Writes the results and a report on them, in place of those of the comparison before.
 *
 * @param signal - Ends it before the report is written.
 *
 * @returns Path of the report.
 * @throws What `writeResults` and `writeReport` throw.
 */
export async function writeComparison(folder: string, found: ComparisonResults, signal?: AbortSignal): Promise<string> {
  const results = await resultsOf(found)
  await writeResults(folder, results)
  const { html } = await writeReport(
    results,
    { html: join(folder, 'report.html'), figures: join(folder, 'figures') },
    { signal },
  )
  return html
}

/** The comparison as the results of an experiment of one cell for each method. */
export async function resultsOf(found: ComparisonResults): Promise<Results> {
  const { methods, trials, flags } = found
  const { seed } = flags
  const cells = methods.map((contestant, index): CellResult => {
    return { id: `swarm-${contestant}-${seed}`, contestant, levels: {}, seed, result: trials[index] }
  })
  const manifest: Manifest = {
    format: 1,
    experiment: experimentOf(found),
    cells: cells.map(({ id, contestant, levels }) => ({ id, contestant, levels, seed })),
    ...{ code: await codeVersion(), machine: machineFacts(), command: commandOf(found.words) },
  }
  return { manifest, cells }
}

function experimentOf({ plan, flags, methods, starved }: ComparisonResults): Manifest['experiment'] {
  const { dataset, shards, heldOut, run } = plan
  const { scaling, ...settings } = run
  const file = {
    ...{ peers: shards.length, dataset, shards: formatShards(flags.shards), testRows: heldOut.rows, seed: flags.seed },
    run: { ...settings, scaling: scaling.kind },
  }
  return {
    name: NAME,
    title: `${shards.length} libp2p peers on ${dataset}`,
    description: [
      'The same peers and rows by gossip, by federated learning, alone, and pooled: processes of this machine that talk over ' +
        'TCP. When messages arrive is up to the machine, so that another run with this seed differs a little. A federated ' +
        'client is measured with the last model that it has received. Bytes are those that transports sent on all streams, ' +
        'before encryption; in both runs they include how peers find and count each other.',
      ...starvationTexts(starved).map((text) => `Mind: ${text}.`),
    ].join(' '),
    ...{ contestants: methods, axes: {}, references: [], claims: [] },
    file: { path: 'the command line', text: `${JSON.stringify(file, undefined, 2)}\n` },
    reduced: false,
  }
}

function commandOf(words: readonly string[]): string {
  return [
    hearsayCommand(),
    ...words.map((word) => (/^[\w./:=,@+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)),
  ].join(' ')
}
