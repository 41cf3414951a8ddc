export { alignDataset } from './align-dataset.ts'
export { parseBundledDataset } from './bundled-dataset.ts'
export { CsvError, type CsvPosition } from './csv/csv-error.ts'
export type { CsvOptions } from './csv/csv-options.ts'
export { parseCsv } from './csv/parse-csv.ts'
export { writeCsv } from './csv/write-csv.ts'
export type { Dataset, FeatureArray, RawDataset, RawSplitDataset, SplitDataset } from './dataset.ts'
export { type DatasetDescription, describeDataset } from './describe-dataset.ts'
export { type ArffOptions, parseArff } from './formats/arff/parse-arff.ts'
export { DATA_FORMATS, type DataFormat } from './formats/data-format.ts'
export { DataFileError, type FilePosition } from './formats/data-file-error.ts'
export { type ArrayDatasetOptions, datasetFromArrays } from './formats/dataset-from-arrays.ts'
export { gunzip, isGzip } from './formats/decompress.ts'
export { parseIdx } from './formats/idx.ts'
export { parseNpy } from './formats/npy.ts'
export { parseNpz } from './formats/npz.ts'
export type { NumericArray } from './formats/numeric-array.ts'
export { parseTable } from './formats/parse-table.ts'
export { hashFeatures, type SparseDataset, toDense } from './formats/sparse-dataset.ts'
export { parseSvmlight, type SvmlightOptions } from './formats/svmlight.ts'
export { type NpyElements, writeNpy } from './formats/write-npy.ts'
export { readZip, type ZipEntry } from './formats/zip.ts'
export { largestNorm } from './largest-norm.ts'
export { type DatasetManifest, type DatasetSource, type DatasetSplit, parseManifest } from './manifest.ts'
export { assignByRank, type RankOptions } from './partition/assign-by-rank.ts'
export { suggestion } from './nearest.ts'
export { type PartitionOptions, partition } from './partition.ts'
export type {
  Checksum,
  PublishedDataset,
  PublishedDownload,
  PublishedFile,
  PublishedPart,
} from './published/published-dataset.ts'
export { PUBLISHED_DATASETS } from './published/registry.ts'
export { type DataFile, guessFormat, readDataset, type ReadOptions } from './read-dataset.ts'
export { applyScaling, fitScaling, SCALING_KINDS, type Scaling, type ScalingKind, scaleSplit } from './scaling.ts'
export { type ScalingJson, scalingFromJson, scalingToJson } from './scaling-json.ts'
export {
  formatShards,
  parseShards,
  SHARD_KINDS,
  SHARDS_FORM,
  type ShardKind,
  type ShardOptions,
  shardOptions,
  type ShardSetting,
} from './shard-options.ts'
export { selectClasses } from './select-classes.ts'
export { selectRows } from './select-rows.ts'
export { splitByTestRows, trainTestSplit } from './train-test-split.ts'
