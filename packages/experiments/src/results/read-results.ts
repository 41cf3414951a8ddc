import { ConfigurationError } from '@hearsay/core'
import { CellStore, type StoredCell } from './cell-store.ts'
import { hearsayCommand } from './hearsay-command.ts'
import { readManifest } from './results-folder.ts'
import type { CellResult, Results } from './results.ts'

/**
 * Reads a folder of results, and checks all of it. Cells that have not been run are not there.
 *
 * @throws {@link ConfigurationError} `RESULTS_NOT_FOUND`, `RESULTS_FORMAT`; {@link EnvironmentError} `RESULTS_CORRUPT`,
 * `RESULTS_UNREADABLE`; each names the file.
 */
export async function readResults(folder: string): Promise<Results> {
  const manifest = await readManifest(folder)
  if (manifest === undefined) {
    const problem = `there are no results in ${folder}: it has no manifest.json`
    throw new ConfigurationError(
      'RESULTS_NOT_FOUND',
      `${problem}; make some with ${hearsayCommand()} experiment run FILE`,
    )
  }
  const store = new CellStore(folder)
  const present = await store.ids()
  const read = new Map<string, StoredCell>()
  const cells: CellResult[] = []
  for (const { id, contestant, levels, seed } of manifest.cells) {
    if (!present.has(id)) continue
    const stored = read.get(id) ?? (await store.read(id))
    read.set(id, stored)
    cells.push({ id, contestant, levels, seed, ...stored })
  }
  return { manifest, cells }
}
