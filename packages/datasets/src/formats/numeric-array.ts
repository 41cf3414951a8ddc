import { DataFileError } from './data-file-error.ts'

/** Numbers in any number of dimensions, the last one running fastest. */
export interface NumericArray {
  /** Length of each dimension. */
  readonly shape: readonly number[]
  /** As many values as the shape says. */
  readonly data: Float64Array
}

/** Values that are held in memory at once, at most: 1 GiB of float64. */
const CELLS_MAX = 2 ** 27

/** Product of all lengths, exact or beyond {@link CELLS_MAX}. */
export function cellsOf(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, length) => Math.min(product * length, CELLS_MAX * 2), 1)
}

/**
 * Refuses a shape before anything is allocated for it.
 *
 * @throws {@link DataFileError} `FILE_TOO_LARGE`.
 */
export function checkCells(source: string, shape: readonly number[]): number {
  const cells = cellsOf(shape)
  if (cells <= CELLS_MAX) return cells
  const problem = `${shape.join(' × ')} values are more than ${CELLS_MAX}, which is as many as fit: take a part of them`
  throw new DataFileError('FILE_TOO_LARGE', { source }, problem)
}
