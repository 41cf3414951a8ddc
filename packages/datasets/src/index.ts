export { parseBundledDataset } from './bundled-dataset.ts'
export { CsvError, type CsvPosition } from './csv/csv-error.ts'
export type { CsvOptions } from './csv/csv-options.ts'
export { parseCsv } from './csv/parse-csv.ts'
export { writeCsv } from './csv/write-csv.ts'
export type { Dataset, FeatureArray, RawDataset, RawSplitDataset, SplitDataset } from './dataset.ts'
export { type DatasetDescription, describeDataset } from './describe-dataset.ts'
export { largestNorm } from './largest-norm.ts'
export { type DatasetManifest, type DatasetSource, type DatasetSplit, parseManifest } from './manifest.ts'
export { type PartitionOptions, partition } from './partition.ts'
export { applyScaling, fitScaling, SCALING_KINDS, type Scaling, type ScalingKind, scaleSplit } from './scaling.ts'
export { type ScalingJson, scalingFromJson, scalingToJson } from './scaling-json.ts'
export {
  formatShards,
  parseShards,
  SHARD_KINDS,
  SHARDS_FORM,
  type ShardKind,
  type ShardOptions,
} from './shard-options.ts'
export { selectRows } from './select-rows.ts'
export { splitByTestRows, trainTestSplit } from './train-test-split.ts'
