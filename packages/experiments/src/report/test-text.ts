import { formatMean, formatP } from './format.ts'
import type { PairedTest } from './paired-tests.ts'

/** Where chance alone seldom gives as much. */
const LEVEL = 0.05

export function isPair({ contestants }: PairedTest, first: string, second: string): boolean {
  return contestants.includes(first) && contestants.includes(second)
}

/** Whether a test tells two contestants apart, corrected for all pairs of the setting. */
export function isShown({ tests }: PairedTest): boolean {
  return tests !== undefined && tests.t.corrected < LEVEL
}

/** By how much two final values differ, seed by seed. */
export function differenceText({ difference: { mean, low, high } }: PairedTest): string {
  const [from, to] = mean < 0 ? [-high, -low] : [low, high]
  const size = formatMean({ mean: Math.abs(mean), low: from, high: to })
  return `Seed by seed they differ by ${size}${from > 0 ? '' : ', which these seeds do not tell from 0'}.`
}

/**
 * What a test says of two final values, and how much of it is left among all pairs of the setting.
 *
 * @param all - The tests of the setting.
 */
export function testText(test: PairedTest, all: readonly PairedTest[]): string {
  const { tests, seeds, reason } = test
  if (tests === undefined) return `There is no paired test of the final values (${reason}).`
  const { p, corrected } = tests.t
  const pairs = all.filter((one) => one.tests !== undefined).length
  const holm = pairs < 2 ? '' : ` (${formatP(corrected)} with Holm’s correction for ${pairs} pairs)`
  return `Paired t-test of final values, ${seeds.length} seeds: p ${p < 0.001 ? '' : '= '}${formatP(p)}${holm}${conclusion(p, corrected)}.`
}

function conclusion(p: number, corrected: number): string {
  if (p >= LEVEL) return ''
  return corrected < LEVEL ? ', hardly chance' : ': by itself hardly chance, but one of so many pairs may be'
}
