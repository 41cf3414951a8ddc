import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Measurement } from '../trial/trial-result.ts'
import { replaceFile } from './partial.ts'
import { SERIES_COLUMNS } from './result-columns.ts'
import type { Results } from './results.ts'
import { notWritten } from './storage-errors.ts'
import { type ColumnKind, encodeTable, type Row } from './table.ts'

/** All measurements of all cells in one table. */
export const COMBINED = 'results.parquet'

const KEY_COLUMNS: Readonly<Record<'cell' | 'contestant' | 'seed' | 'metric', ColumnKind>> = {
  cell: 'text',
  contestant: 'text',
  seed: 'count',
  metric: 'text',
}

/**
 * Writes {@link COMBINED}: one row for each measurement of each cell, with the levels of the axes. An axis that is called
 * like another column has `axis_` before its name. A file that holds just that stays as it is.
 *
 * @throws {@link EnvironmentError} `RESULTS_NOT_WRITTEN`.
 */
export async function writeCombined(folder: string, { manifest, cells }: Results): Promise<void> {
  const axes = Object.keys(manifest.experiment.axes).map((axis) => [axis, axisColumn(axis)] as const)
  const levelColumns = Object.fromEntries(axes.map(([, column]) => [column, 'text' as const]))
  const rows = cells.flatMap(({ id, contestant, levels, seed, result }) => {
    const key = { cell: id, contestant, seed, metric: result.metric.name }
    const at = Object.fromEntries(axes.map(([axis, column]) => [column, levels[axis] ?? '']))
    return result.series.map((measurement: Measurement): Row => ({ ...key, ...at, ...measurement }))
  })
  const path = join(folder, COMBINED)
  const table = encodeTable({ ...KEY_COLUMNS, ...levelColumns, ...SERIES_COLUMNS }, rows)
  const present = await readFile(path).catch(() => undefined)
  if (present?.equals(table) === true) return
  try {
    await replaceFile(path, table)
  } catch (cause) {
    throw notWritten(path, cause)
  }
}

function axisColumn(axis: string): string {
  return axis in KEY_COLUMNS || axis in SERIES_COLUMNS ? `axis_${axis}` : axis
}
