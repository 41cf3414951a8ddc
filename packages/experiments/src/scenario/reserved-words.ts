import type { SplitDataset } from '@hearsay/datasets'
import type { ModelShape } from '@hearsay/learning'

/** What the kernels themselves need, and whatever is small. */
const BASE = 2 ** 17
/** Models that a peer may hold or have in flight, and words of its views. */
const MODELS = 6
const VIEWS = 128
/** 256 MiB: the larger populations grow once or twice. */
const WORDS_MAX = 2 ** 26

/**
 * Words of memory to begin with, so that it need not grow where that can be foreseen: once one has grown, the engine checks at
 * each access to a typed array whether its memory is still there, for as long as the thread runs. Words that are never touched
 * take no room.
 *
 * @param rows - Rows of each shard.
 * @param words - Words of a model.
 */
export function reservedWords(data: SplitDataset, shape: ModelShape, rows: readonly number[], words: number): number {
  const inShards = rows.reduce((sum, count) => sum + count, 0)
  const needed = BASE + (inShards + data.test.rows) * (shape.stride + 1) + rows.length * (MODELS * words + VIEWS)
  return Math.min(needed, WORDS_MAX)
}
