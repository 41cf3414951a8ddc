import { parseNpy } from './npy.ts'
import type { NumericArray } from './numeric-array.ts'
import { DataFileError } from './data-file-error.ts'
import { readZip } from './zip.ts'

/**
 * Reads the arrays that `numpy.savez` or `numpy.savez_compressed` has saved, by name.
 *
 * @param source - What errors call the file.
 * @param names - Arrays to read; others are left alone. Default: all.
 * @throws {@link DataFileError} `NPZ_ARRAY_MISSING`; what `readZip` and `parseNpy` throw.
 */
export async function parseNpz(
  bytes: Uint8Array,
  source = 'npz',
  names?: readonly string[],
): Promise<ReadonlyMap<string, NumericArray>> {
  const entries = new Map(readZip(bytes, source).map((entry) => [entry.path.replace(/\.npy$/, ''), entry]))
  const arrays = new Map<string, NumericArray>()
  for (const name of names ?? entries.keys()) {
    const entry = entries.get(name)
    if (entry === undefined) {
      const found = [...entries.keys()].join(', ')
      throw new DataFileError(
        'NPZ_ARRAY_MISSING',
        { source },
        `there is no array ${JSON.stringify(name)}, there are: ${found}`,
      )
    }
    arrays.set(name, parseNpy(await entry.extract(), `${source}!${entry.path}`))
  }
  return arrays
}
