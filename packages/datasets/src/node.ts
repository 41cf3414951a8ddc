/** What reads files: the one part of this package that needs Node. */
export { type BuiltinOptions, builtinDatasets, loadBuiltinDataset } from './node/builtin.ts'
export { loadCsvFile } from './node/csv-file.ts'
