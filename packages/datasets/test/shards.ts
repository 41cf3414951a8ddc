import type { RawDataset } from '../src/index.ts'

/** Rows of as many classes, sorted by class, with one feature that says nothing. */
export function labelled(rows: number, classes: number): RawDataset {
  return {
    name: 'rows',
    featureNames: ['x'],
    classNames: Array.from({ length: classes }, (_, index) => `class ${index}`),
    features: new Float64Array(rows),
    // Sorted by class, as many files are.
    labels: Int32Array.from({ length: rows }, (_, row) => Math.floor((row * classes) / rows)),
    rows,
  }
}

export const sizesOf = (shards: readonly Int32Array[]): number[] => shards.map((shard) => shard.length)
export const spread = (sizes: readonly number[]): number => Math.max(...sizes) - Math.min(...sizes)
