import { readOutcomes } from '@hearsay/experiments/run'
import type { ClaimEvent, FinalEvent } from './events.ts'

/** What a folder of results says by now. */
export async function finalEvents(folder: string): Promise<(FinalEvent | ClaimEvent)[]> {
  const outcomes = await readOutcomes(folder)
  if (outcomes === undefined) return []
  const { metric, finals, verdicts } = outcomes
  return [
    ...finals.map(({ contestant, setting, seeds, value }): FinalEvent => {
      const { mean, low, high } = value
      return { type: 'final', contestant, levels: setting.levels, seeds: seeds.length, metric, mean, low, high }
    }),
    ...verdicts.map(({ claim, outcome, because }): ClaimEvent => {
      return { type: 'claim', that: claim.that, outcome, because }
    }),
  ]
}
