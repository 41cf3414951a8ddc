import { type ScalingKind, scaleSplit, type SplitDataset, trainTestSplit } from '@hearsay/datasets'
import { loadDataset } from '@hearsay/datasets/node'
import { type DataSource, readFileSource } from './data-source.ts'
import { setupSeed } from './setup-stream.ts'

/** Share of a file's rows that is held out, unless the user says otherwise. */
const TEST_FRACTION = 0.1

/** Rows of a source, split and scaled. Throws what the readers of `@hearsay/datasets` throw. */
export async function loadData(source: DataSource, scale: ScalingKind, seed: number): Promise<SplitDataset> {
  if (source.kind === 'named') return scaleSplit(await loadDataset(source.name, source), scale)
  const { testFraction = TEST_FRACTION } = source
  return scaleSplit(trainTestSplit(await readFileSource(source), testFraction, setupSeed(seed, 'split')), scale)
}
