import { UsageError } from '@hearsay/core'
import { CellStore } from './cell-store.ts'
import { writeCombined } from './combined.ts'
import { CELL_ID } from './manifest-schema.ts'
import { claimFolder, clearFolder, checkFolder } from './results-folder.ts'
import type { Results } from './results.ts'

/**
 * Writes results that did not come from the runner into a folder, in place of those that it holds of the same experiment.
 *
 * @param folder - It is made where it is missing.
 * @param results - Ids of cells are 8 … 64 letters, digits, `-` and `_`; all cells are in the manifest.
 * @throws {@link UsageError} `CELL_ID`, `RESULT_VALUE`; {@link ConfigurationError} `RESULTS_OTHER`, `RESULTS_FOLDER` where
 * the folder holds something else; {@link EnvironmentError} `RESULTS_NOT_WRITTEN`.
 */
export async function writeResults(folder: string, results: Results): Promise<void> {
  const { manifest, cells } = results
  const known = new Set(manifest.cells.map(({ id }) => id))
  for (const { id } of [...manifest.cells, ...cells]) {
    if (!CELL_ID.test(id) || !known.has(id)) {
      throw new UsageError('CELL_ID', `${JSON.stringify(id)} is no id of a cell of the manifest`)
    }
  }
  await checkFolder(folder, manifest.experiment)
  await clearFolder(folder)
  await claimFolder(folder, manifest, true)
  const store = new CellStore(folder)
  for (const { id, result } of cells) await store.write(id, result)
  await writeCombined(folder, results)
}
