import { ConfigurationError } from '@hearsay/core'
import {
  applyScaling,
  fitScaling,
  largestNorm,
  partition,
  type RawDataset,
  type RawSplitDataset,
  type Scaling,
  selectRows,
  shardOptions,
  trainTestSplit,
} from '@hearsay/datasets'
import { loadDataset } from '@hearsay/datasets/node'
import type { RunSettings } from '@hearsay/peer'
import { ageGrowth } from '@hearsay/protocols'
import type { ShardFlags } from '../flags/data-flags.ts'
import { type DataSource, readFileSource, setupSeed, Statistics } from '@hearsay/experiments'
import { centralisedError } from './centralised.ts'
import { centralisedMlpErrors } from './mlp/mlp-curves.ts'
import type { MlpTask } from './mlp/mlp-task.ts'

/** What a manifest can hold. */
const FEATURES_MAX = 65_536
const CLASSES_MAX = 1024
/** Passes over all training rows: on handwritten digits, the error has stopped to fall. */
const MLP_PASSES = 20
/** Share of a file's rows that is held out, unless the user says otherwise. */
const TEST_FRACTION = 0.1

/** Everything that is settled before the first peer starts. */
export interface SwarmPlan {
  /** The rows of each peer, unscaled. */
  readonly shards: readonly RawDataset[]
  /** The same rows in one, and those held out. */
  readonly split: RawSplitDataset
  /** Rows that every peer measures its model on, and trains on none of. */
  readonly heldOut: RawDataset
  readonly dataset: string
  readonly trainingRows: number
  readonly rowsPerPeer: { readonly min: number; readonly max: number }
  /** With the scaling fitted on all training rows, and the bounds that follow from them. */
  readonly run: RunSettings & { readonly scaling: Scaling }
  /** The error of one model that is trained on all rows. */
  readonly centralised: number
  /** What the peers train in place of a linear model, and what computes. */
  readonly mlp?: { readonly task: MlpTask; readonly backend: string }
}

/** What a plan is made from. */
export interface PlanOptions extends ShardFlags {
  readonly peers: number
  readonly seed: number
  readonly run: RunSettings
  /** What the peers train in place of a linear model. */
  readonly mlp?: (data: { readonly features: number; readonly classes: number }) => MlpTask
}

/** Reads the data and cuts the shards. Throws what the readers and `partition` throw. */
export async function planSwarm(source: DataSource, options: PlanOptions): Promise<SwarmPlan> {
  const { peers, seed } = options
  const split = await readSplit(source, seed)
  const { train, test } = split
  checkSize(train)
  const scaling =
    typeof options.run.scaling === 'object'
      ? options.run.scaling
      : fitScaling(train, options.run.scaling ?? 'standardise')
  applyScaling(test, scaling)
  const dealt = partition(train, peers, { ...shardOptions(options.shards), seed: setupSeed(seed, 'shards') })
  const shards = dealt.map((rows) => selectRows(train, rows))
  const sizes = new Statistics()
  for (const { rows } of shards) sizes.add(rows)
  const rowNormMax = largestNorm(train, scaling)
  const run = { ...reactingAmong(peers, options.run), scaling, rowsMax: sizes.max, rowNormMax }
  const bound = await centralisedOf(split, options, run)
  return {
    shards,
    split,
    heldOut: test,
    dataset: train.name,
    trainingRows: train.rows,
    rowsPerPeer: { min: sizes.min, max: sizes.max },
    run,
    ...bound,
  }
}

/** What one model reaches on all rows. */
async function centralisedOf(
  split: RawSplitDataset,
  { seed, mlp }: PlanOptions,
  run: SwarmPlan['run'],
): Promise<Pick<SwarmPlan, 'centralised' | 'mlp'>> {
  if (mlp === undefined) return { centralised: centralisedError(split, run.scaling, run, seed) }
  const { featureNames, classNames } = split.train
  const task = mlp({ features: featureNames.length, classes: classNames.length })
  const { errors, backend } = await centralisedMlpErrors(split, run.scaling, task, run, seed, MLP_PASSES)
  return { centralised: errors[MLP_PASSES - 1], mlp: { task, backend } }
}

/** Who launches a swarm knows how many peers can react to each other. */
function reactingAmong(peers: number, run: RunSettings): RunSettings {
  const { flow } = run
  return flow === undefined || flow.kind === 'proactive' ? run : { ageGrowthMax: ageGrowth(flow, peers), ...run }
}

async function readSplit(source: DataSource, seed: number): Promise<RawSplitDataset> {
  if (source.kind === 'named') return await loadDataset(source.name, source)
  const { testFraction = TEST_FRACTION } = source
  return trainTestSplit(await readFileSource(source), testFraction, setupSeed(seed, 'split'))
}

function checkSize({ name, featureNames, classNames }: RawDataset): void {
  if (featureNames.length <= FEATURES_MAX && classNames.length <= CLASSES_MAX) return
  throw new ConfigurationError(
    'DATASET_TOO_WIDE',
    `${name} has ${featureNames.length} features and ${classNames.length} classes: a swarm takes ${FEATURES_MAX} and ${CLASSES_MAX}`,
  )
}
