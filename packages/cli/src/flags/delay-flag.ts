import { ConfigurationError } from '@hearsay/core'
import { Option } from 'commander'
import { parseNumber } from './number-flag.ts'
import type { CycleDelay } from '../simulate/scenario-options.ts'

const FORMS = 'constant:CYCLES, uniform:MIN,MAX or normal:MEAN,SD'

/** `--delay`: a distribution of message delays in cycles. */
export function delayFlag(description: string): Option {
  return new Option('--delay <distribution>', `${description}: ${FORMS}`).argParser((text) =>
    parseDelay('--delay', text),
  )
}

/** @throws {@link ConfigurationError} `FLAG_DELAY`, `FLAG_NUMBER`. */
export function parseDelay(flag: string, text: string): CycleDelay {
  const [kind, parameters = ''] = text.split(/:(.*)/s)
  const numbers = parameters.split(',')
  const number = (index: number): number => parseNumber(`${flag} ${kind}`, numbers[index], { min: 0, max: 1e6 })
  if (kind === 'constant' && numbers.length === 1) return { kind, cycles: number(0) }
  if (kind === 'normal' && numbers.length === 2) return { kind, mean: number(0), sd: number(1) }
  if (kind === 'uniform' && numbers.length === 2) {
    const [min, max] = [number(0), number(1)]
    if (min <= max) return { kind, min, max }
    throw new ConfigurationError('FLAG_DELAY', `${flag}: the least delay, ${min}, is above the greatest, ${max}`)
  }
  throw new ConfigurationError('FLAG_DELAY', `${flag}: give ${FORMS}, not ${JSON.stringify(text)}`)
}
