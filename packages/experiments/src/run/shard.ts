import { UsageError } from '@hearsay/core'
import type { PlannedCell } from './plan.ts'

/** One of several parts that an experiment is split into. */
export interface Shard {
  /** 1 … `of`. */
  readonly index: number
  /** ≥ 1. */
  readonly of: number
}

/**
 * The cells of a part, in the order of the plan. Cells with the same id are one. The parts of a plan have no cell in common, make
 * up all of it, and are of equal size; each is dealt every `of`-th cell in the order of ids, which is no order at all, so that
 * none is left with all cells of the slowest contestant.
 *
 * @throws {@link UsageError} `SHARD`.
 */
export function shardCells(cells: readonly PlannedCell[], { index, of }: Shard): readonly PlannedCell[] {
  if (!Number.isInteger(index) || !Number.isInteger(of) || index < 1 || index > of) {
    throw new UsageError('SHARD', `there is no part ${index} of ${of}`)
  }
  const different = [...new Map(cells.toReversed().map((cell) => [cell.id, cell])).values()].toReversed()
  const ids = different.map(({ id }) => id).sort()
  const dealt = new Set(ids.filter((_, place) => place % of === index - 1))
  return different.filter(({ id }) => dealt.has(id))
}
