import { ConfigurationError } from '@hearsay/core'
import { parseDelayTable } from '@hearsay/simulator'
import type { Option } from 'commander'
import type { CycleDelay } from '@hearsay/experiments/options'
import { formError, formFlag, readFlagFile } from './form.ts'
import { type NumberBounds, parseNumber } from './number-flag.ts'

const FORMS =
  'constant:CYCLES, uniform:MIN,MAX, normal:MEAN,SD, lognormal:MEDIAN,SIGMA, exponential:MEAN[,MIN] or table:FILE'

const CYCLES: NumberBounds = { min: 0, max: 1e6 }

/**
 * `--delay`: a distribution of message delays in cycles.
 *
 * @param notes - What stands behind the forms in the help.
 */
export function delayFlag(notes: string): Option {
  const description = `delay of a message, in cycles, a table in virtual ms: ${FORMS} ${notes}`
  return formFlag('--delay <distribution>', description, (text) => parseDelay('--delay', text))
}

/** @throws {@link ConfigurationError} `FLAG_FORM`, `FLAG_DELAY`, `FLAG_NUMBER`; what is wrong with a table. */
export function parseDelay(flag: string, text: string): CycleDelay {
  const [kind, parameters = ''] = text.split(/:(.*)/s)
  if (kind === 'table' && parameters !== '') {
    return { kind, table: parseDelayTable(readFlagFile(flag, parameters), parameters) }
  }
  const words = parameters.split(',')
  const number = (index: number, bounds = CYCLES): number => parseNumber(`${flag} ${kind}`, words[index], bounds)
  const form = `${kind}/${words.length}`
  if (form === 'constant/1') return { kind: 'constant', cycles: number(0) }
  if (form === 'normal/2') return { kind: 'normal', mean: number(0), sd: number(1) }
  if (form === 'lognormal/2') {
    return { kind: 'lognormal', median: number(0, { ...CYCLES, above: true }), sigma: number(1, { min: 0, max: 10 }) }
  }
  if (form === 'uniform/2') {
    const [min, max] = [number(0), number(1)]
    if (min <= max) return { kind: 'uniform', min, max }
    throw new ConfigurationError('FLAG_DELAY', `${flag}: the least delay, ${min}, is above the greatest, ${max}`)
  }
  if (form === 'exponential/1' || form === 'exponential/2') {
    const [mean, min] = [number(0), words.length === 2 ? number(1) : 0]
    if (min <= mean) return { kind: 'exponential', mean, min }
    throw new ConfigurationError('FLAG_DELAY', `${flag}: the least delay, ${min}, is above the mean, ${mean}`)
  }
  throw formError(flag, FORMS, text)
}
