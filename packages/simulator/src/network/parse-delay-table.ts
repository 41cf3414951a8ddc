import { UsageError } from '@hearsay/core'
import { readNumberTable, tableError } from './csv-table.ts'
import { delaySampler } from './delay.ts'
import type { QuantileDelay, ValueDelay } from './delay-table.ts'

const CODE = 'DELAY_TABLE'

/**
 * Reads a table of measured delays from a CSV text with one of these headers:
 *
 * - `quantile,ms`: points of the quantile function, ascending from 0 to 1; delays between them are interpolated;
 * - `ms,weight`: delays that occur, each as often as its weight says.
 *
 * Blank lines and lines that start with `#` are skipped.
 *
 * @param source - How errors name the text, for example its file.
 * @throws {@link ConfigurationError} `DELAY_TABLE`, with the line where one is to blame.
 */
export function parseDelayTable(text: string, source: string): QuantileDelay | ValueDelay {
  const first: number[] = []
  const second: number[] = []
  const header = readNumberTable(text, source, CODE, ['quantile,ms', 'ms,weight'], (numbers, line, columns) => {
    const [a, b] = numbers
    if (a < 0 || b < 0) throw tableError(CODE, source, line, `both ${columns.replace(',', ' and ')} are ≥ 0`)
    const falls = columns === 'quantile,ms' && first.length > 0 && (a <= first.at(-1)! || b < second.at(-1)!)
    if (falls) throw tableError(CODE, source, line, 'quantiles ascend from line to line, and their delays never fall')
    first.push(a)
    second.push(b)
  })
  const delay: QuantileDelay | ValueDelay =
    header === 'quantile,ms'
      ? { kind: 'quantiles', quantiles: first, ms: second }
      : { kind: 'values', ms: first, weights: second }
  try {
    delaySampler(delay)
  } catch (cause) {
    if (cause instanceof UsageError) throw tableError(CODE, source, undefined, cause.message)
    throw cause
  }
  return delay
}
