import { formError } from './form.ts'
import { type NumberBounds, parseNumber } from './number-flag.ts'

const CYCLES: NumberBounds = { min: 0, max: 1e9 }

/**
 * `FROM..UNTIL`, in cycles, 0 ≤ from < until.
 *
 * @param form - What the error shows.
 * @throws {@link ConfigurationError} `FLAG_FORM`, `FLAG_NUMBER`.
 */
export function parseInterval(flag: string, form: string, text: string): { from: number; until: number } {
  const words = text.split('..')
  if (words.length !== 2) throw formError(flag, form, text)
  const [from, until] = words.map((word) => parseNumber(flag, word, CYCLES))
  if (from >= until) throw formError(flag, 'a time, .. and a later one', text)
  return { from, until }
}
