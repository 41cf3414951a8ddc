import { basename, extname } from 'node:path'
import type { CsvOptions } from '../csv/csv-options.ts'
import { parseCsv } from '../csv/parse-csv.ts'
import type { RawDataset } from '../dataset.ts'
import { readBytes } from './read-file.ts'

/**
 * Reads a CSV file as a data set. `source` defaults to the path, `name` to the file's name without its extension.
 *
 * @throws What `parseCsv` throws; {@link EnvironmentError} `FILE_NOT_FOUND`, `FILE_UNREADABLE`.
 */
export async function loadCsvFile(path: string, options: CsvOptions): Promise<RawDataset> {
  const bytes = await readBytes(path)
  return parseCsv(bytes, { source: path, name: basename(path, extname(path)), ...options })
}
