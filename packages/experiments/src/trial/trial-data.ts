import type { SplitDataset } from '@hearsay/datasets'
import { loadData } from '../scenario/load-data.ts'
import type { TrialData } from './trial-settings.ts'

/** Splits that are kept: cells of a grid follow each other with the same few. */
const KEPT = 4

const cache = new Map<string, Promise<SplitDataset>>()

/**
 * Rows of a trial: read once in a process for as long as they are among the last few. Throws what {@link loadData} throws.
 *
 * @param seed - The trial's: it draws the held-out rows of a file.
 */
export function loadTrialData({ source, scale, classes }: TrialData, seed: number): Promise<SplitDataset> {
  const key = JSON.stringify([source, scale, classes, source.kind === 'file' ? seed : 0])
  const loaded = cache.get(key) ?? loadData(source, scale, seed, classes)
  // The last one that was asked for comes last.
  cache.delete(key)
  cache.set(key, loaded)
  loaded.catch(() => cache.delete(key))
  for (const oldest of cache.keys()) {
    if (cache.size <= KEPT) break
    cache.delete(oldest)
  }
  return loaded
}
