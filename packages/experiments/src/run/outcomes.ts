import { type Final, finals } from '../report/finals.ts'
import { type Verdict, verdicts } from '../report/verdicts.ts'
import { readResults } from '../results/read-results.ts'

/** What a folder of results says by now. */
export interface Outcomes {
  /** What is measured. */
  readonly metric: string
  readonly finals: readonly Final[]
  readonly verdicts: readonly Verdict[]
}

/**
 * Sums up a folder of results, as a report does, without drawing anything.
 *
 * @returns Undefined as long as nothing has been run.
 * @throws What `readResults` throws.
 */
export async function readOutcomes(folder: string): Promise<Outcomes | undefined> {
  const results = await readResults(folder)
  if (results.cells.length === 0) return undefined
  return { metric: results.cells[0].result.metric.name, finals: finals(results), verdicts: verdicts(results) }
}
