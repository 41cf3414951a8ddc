import type { MeasureAtForm } from '../form/measure-form.ts'
import { conflict } from './setting-problem.ts'

/** Twelve a decade: the E12 series of preferred numbers (IEC 60063), so that 1, 10, 100 … are among them. */
const DECADE = [10, 12, 15, 18, 22, 27, 33, 39, 47, 56, 68, 82]

const MEASUREMENTS_MAX = 100_000

/**
 * The cycles after which a run is measured, ascending, the last one included.
 *
 * @param isReduced - Whether cycles beyond the end are left out, instead of refused.
 */
export function measureAt(at: MeasureAtForm, cycles: number, isReduced: boolean): readonly number[] {
  const chosen = new Set([...chosenCycles(at, cycles, isReduced), cycles])
  return [...chosen].sort((a, b) => a - b)
}

function chosenCycles(at: MeasureAtForm, cycles: number, isReduced: boolean): number[] {
  if (at === 'log') return logarithmic(cycles)
  if (at === 'all') return regular(1, cycles)
  if (!isList(at)) return regular(at.every, cycles)
  return at.flatMap((cycle, index) => {
    if (cycle === 'log') return logarithmic(cycles)
    if (cycle <= cycles) return [cycle]
    return isReduced ? [] : conflict(['measure', 'at', index], `the run ends after cycle ${cycles}, before ${cycle}`)
  })
}

function isList(at: MeasureAtForm): at is readonly (number | 'log')[] {
  return Array.isArray(at)
}

function logarithmic(cycles: number): number[] {
  const chosen: number[] = []
  for (let decade = 1; decade <= cycles; decade *= 10) {
    for (const tenths of DECADE) chosen.push(Math.round((tenths * decade) / 10))
  }
  return chosen.filter((cycle) => cycle <= cycles)
}

function regular(every: number, cycles: number): number[] {
  const count = Math.floor(cycles / every)
  if (count > MEASUREMENTS_MAX) {
    conflict(['measure', 'at'], `${count} measurements are more than ${MEASUREMENTS_MAX}: measure less often`)
  }
  return Array.from({ length: count }, (_, index) => (index + 1) * every)
}
