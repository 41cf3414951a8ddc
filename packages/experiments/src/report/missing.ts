import type { Manifest } from '../results/manifest.ts'
import type { Results } from '../results/results.ts'

/** The cells of the grid that have not been run, in the order of the manifest. */
export function missingCells({ manifest, cells }: Results): Manifest['cells'] {
  const present = new Set(cells.map(({ id }) => id))
  return manifest.cells.filter(({ id }) => !present.has(id))
}
