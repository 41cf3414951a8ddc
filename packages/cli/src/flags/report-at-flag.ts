import { Option } from 'commander'
import type { CycleSelection } from '../simulate/cycle-selection.ts'
import { parseNumber } from './number-flag.ts'

/** `--report-at`: a list of cycles, or all of them. */
export function reportAtFlag(): Option {
  const option = new Option('--report-at <cycles>', 'cycles to report, separated by commas, or "all"')
  return option.argParser((text): CycleSelection => {
    if (text === 'all') return text
    return text.split(',').map((cycle) => parseNumber('--report-at', cycle, { min: 1, integer: true }))
  })
}
