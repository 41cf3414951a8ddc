import type { Results } from '../results/results.ts'

/** Whether a run went over a real network, whose order of events nothing fixes: it has no hash of them. */
export function isOverNetwork({ cells }: Results): boolean {
  return cells.some(({ result }) => result.traceHash === '')
}
