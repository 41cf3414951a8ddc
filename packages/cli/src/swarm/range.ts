import { formatCount } from '../output/format.ts'

/** `129–130`, or one number where both are the same. */
export function rangeOf({ min, max }: { readonly min: number; readonly max: number }): string {
  return min === max ? formatCount(min) : `${formatCount(min)}–${formatCount(max)}`
}
