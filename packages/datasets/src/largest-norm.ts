import type { RawDataset } from './dataset.ts'
import { applyScaling, type Scaling } from './scaling.ts'

/** The largest Euclidean norm of a scaled row; 1 where all of them are 0. */
export function largestNorm(rows: RawDataset, scaling: Scaling): number {
  const { features } = applyScaling(rows, scaling)
  const width = rows.featureNames.length
  let largest = 0
  for (let row = 0; row < rows.rows; row++) {
    let square = 0
    for (let i = row * width; i < (row + 1) * width; i++) square += features[i] ** 2
    largest = Math.max(largest, square)
  }
  return Math.sqrt(largest) || 1
}
