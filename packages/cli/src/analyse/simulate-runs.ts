import { setImmediate as nextTurn } from 'node:timers/promises'
import type { CliIo } from '../io.ts'

/** Milliseconds after which a simulation lets signals and streams have their turn. */
const TURN_MS = 50

/** How far {@link simulateRuns} came. */
export interface SimulatedRuns {
  readonly completed: number
  readonly seconds: number
}

/** Calls `simulate` as often as wanted, unless the user wants the command to end. */
export async function simulateRuns(
  simulate: () => void,
  runs: number,
  { signal, now }: Pick<CliIo, 'signal' | 'now'>,
  onProgress: (completed: number) => void,
): Promise<SimulatedRuns> {
  const started = now()
  let turn = started
  let completed = 0
  while (completed < runs && !signal.aborted) {
    simulate()
    completed++
    if (now() - turn < TURN_MS) continue
    onProgress(completed)
    await nextTurn()
    turn = now()
  }
  return { completed, seconds: (now() - started) / 1000 }
}
