import { createHash } from 'node:crypto'
import { canonicalJson } from '../results/canonical-json.ts'
import type { TrialData, TrialSettings } from '../trial/trial-settings.ts'

/** Digits of an id: 96 bits, so that among 10⁶ cells two are called alike with a probability of 10⁻¹⁷. */
const DIGITS = 24

/**
 * Names a cell by what its result follows from, and by nothing else: settings with the seed, rows, and code. What the
 * experiment, its file or its contestants are called does not count, nor where files lie.
 *
 * @param code - `digest` of the code version.
 * @param data - Digest of the rows; '' where there are none.
 * @returns 24 hexadecimal digits.
 */
export function cellId(trial: TrialSettings, code: string, data: string): string {
  const settings = trial.task === 'learning' ? { ...trial, data: withoutPlaces(trial.data) } : trial
  return createHash('sha256').update(canonicalJson({ settings, code, data })).digest('hex').slice(0, DIGITS)
}

function withoutPlaces({ source, ...rows }: TrialData): object {
  return { ...rows, source: withoutPlace(source) }
}

function withoutPlace(source: TrialData['source']): object {
  if (source.kind === 'named') return { kind: source.kind }
  const { path: _, ...rest } = source
  return rest
}
