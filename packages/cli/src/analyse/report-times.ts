import type { CycleSelection } from '../simulate/cycle-selection.ts'

const POINTS = 15
const NICE = [1, 2, 5, 10]

/**
 * The times 1 … steps that are reported: those of the selection, or, without one, about fifteen that are a round number
 * apart.
 */
export function reportTimes(steps: number, selection: CycleSelection | undefined): number[] {
  const all = Array.from({ length: steps }, (_, i) => i + 1)
  if (selection === 'all') return all
  if (selection !== undefined) return all.filter((time) => selection.includes(time))
  const spacing = niceSpacing(steps / POINTS)
  return all.filter((time) => time % spacing === 0 || time === steps)
}

/** The least of 1, 2, 5, 10, 20 … that is not below `least`. */
function niceSpacing(least: number): number {
  let power = 1
  while (power * 10 < least) power *= 10
  return power * (NICE.find((factor) => factor * power >= least) ?? 10)
}
