import type { CellKey } from '@hearsay/experiments'

/** A cell in a line of text: `federated, failures: AF, seed 3`. */
export function cellName({ contestant, levels, seed }: CellKey): string {
  return [contestant, ...Object.entries(levels).map(([axis, level]) => `${axis}: ${level}`), `seed ${seed}`].join(', ')
}
