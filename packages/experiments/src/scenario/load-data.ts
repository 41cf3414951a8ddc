import {
  type RawSplitDataset,
  type ScalingKind,
  scaleSplit,
  selectClasses,
  type SplitDataset,
  trainTestSplit,
} from '@hearsay/datasets'
import { loadDataset } from '@hearsay/datasets/node'
import { type DataSource, readFileSource } from './data-source.ts'
import { setupSeed } from './setup-stream.ts'

/** Share of a file's rows that is held out, unless the user says otherwise. */
const TEST_FRACTION = 0.1

/**
 * Rows of a source, split and scaled by what its training rows say. Throws what the readers of `@hearsay/datasets` throw.
 *
 * @param seed - Draws the held-out rows of a file. A data set with a name has a fixed split.
 * @param classes - The classes to keep, see `selectClasses`. Default: all.
 */
export async function loadData(
  source: DataSource,
  scale: ScalingKind,
  seed: number,
  classes?: readonly string[],
): Promise<SplitDataset> {
  const split = await readSplit(source, seed)
  return scaleSplit(classes === undefined ? split : selectClasses(split, classes), scale)
}

async function readSplit(source: DataSource, seed: number): Promise<RawSplitDataset> {
  if (source.kind === 'named') return await loadDataset(source.name, source)
  const { testFraction = TEST_FRACTION } = source
  return trainTestSplit(await readFileSource(source), testFraction, setupSeed(seed, 'split'))
}
