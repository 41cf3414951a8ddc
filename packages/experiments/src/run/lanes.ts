import type { TrialResult } from '../trial/trial-result.ts'
import type { ExecutorEvent } from './executor.ts'
import type { PlannedCell } from './plan.ts'

/** Runs one cell; it rejects soon after the signal. */
type RunCell = (cell: PlannedCell, onProgress: (share: number) => void) => Promise<TrialResult>

/**
 * Runs cells, `lanes` of them at a time: each lane takes the next one as soon as its last result has been taken, so that
 * results do not pile up before a slow disk. See `Executor.run`.
 *
 * @param lanes - ≥ 1.
 */
export async function* runInLanes(
  cells: readonly PlannedCell[],
  lanes: number,
  signal: AbortSignal,
  runCell: RunCell,
): AsyncGenerator<ExecutorEvent, void, void> {
  const queue = cells.values()
  const told: ExecutorEvent[] = []
  /** What lets a lane go on after an event. */
  const taken = new Map<ExecutorEvent, () => void>()
  let wake = (): void => {}
  let isOver = false
  const tell = (event: ExecutorEvent): void => {
    told.push(event)
    wake()
  }
  const lane = async (): Promise<void> => {
    for (const cell of queue) {
      if (signal.aborted || isOver) return
      tell({ type: 'started', cell })
      const ended = await runCell(cell, (share) => tell({ type: 'progress', cell, share })).then(
        (result): ExecutorEvent => ({ type: 'result', cell, result }),
        (error: unknown): ExecutorEvent => ({ type: 'failed', cell, error: asError(error) }),
      )
      if (isOver || (ended.type === 'failed' && signal.aborted)) return
      const isTaken = new Promise<void>((resolve) => taken.set(ended, resolve))
      tell(ended)
      await isTaken
    }
  }
  void Promise.all(Array.from({ length: lanes }, lane)).then(() => {
    isOver = true
    wake()
  })
  try {
    for (;;) {
      const event = told.shift()
      if (event !== undefined) {
        yield event
        taken.get(event)?.()
        taken.delete(event)
      } else if (isOver) return
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    isOver = true
    for (const goOn of taken.values()) goOn()
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
