import { formatCount } from '../output/format.ts'

/** `1 cell`, `2 cells`. */
export function count(of: number, noun: string): string {
  return `${formatCount(of)} ${noun}${of === 1 ? '' : 's'}`
}
