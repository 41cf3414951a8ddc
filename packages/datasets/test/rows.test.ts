import { ConfigurationError, UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeDataset, fitScaling, applyScaling, selectRows, splitByTestRows, trainTestSplit } from '../src/index.ts'
import { nearest } from '../src/nearest.ts'
import { rawDataset, table } from './generators.ts'

const dataset = table(['p', 'q', 'r'], [1, 2, 0], [3, 4, 1], [5, 6, 1], [7, 8, 0])

describe('selectRows', () => {
  test('takes rows in the given order, again if asked, under another name', () => {
    const part = selectRows(dataset, [2, 0, 2], 'shard 7')
    expect(part).toEqual({
      ...dataset,
      name: 'shard 7',
      features: Float64Array.of(5, 6, 1, 2, 5, 6),
      labels: Int32Array.of(1, 0, 1),
      rows: 3,
    })
  })

  test('copies, and keeps the precision', () => {
    const scaled = applyScaling(dataset, fitScaling(dataset, 'none'))
    const part = selectRows(scaled, Int32Array.of(1))
    expect(part.features).toEqual(Float32Array.of(3, 4))
    part.features[0] = 9
    expect(scaled.features[2]).toBe(3)
  })

  test.each([-1, 4, 0.5, Number.NaN])('refuses the row %d', (row) => {
    expect(() => selectRows(dataset, [0, row])).toThrow(UsageError)
  })
})

describe('trainTestSplit', () => {
  test('takes every row once, in the order of the source, the same for the same seed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        fc.double({ min: 0.01, max: 0.49, noNaN: true }),
        fc.nat(),
        (rows, fraction, seed) => {
          const numbered = table(['p', 'q'], ...Array.from({ length: rows }, (_, row) => [row, row % 2]))
          const { train, test } = trainTestSplit(numbered, fraction, seed)
          expect(test.rows).toBe(Math.ceil(rows * fraction - 1e-9))
          for (const part of [train, test]) expect([...part.features]).toEqual([...part.features].sort((a, b) => a - b))
          expect([...train.features, ...test.features].sort((a, b) => a - b)).toEqual([...numbered.features])
          expect(trainTestSplit(numbered, fraction, seed)).toEqual({ train, test })
        },
      ),
    )
  })

  test('takes other rows for another seed', () => {
    const numbered = table(['p', 'q'], ...Array.from({ length: 100 }, (_, row) => [row, row % 2]))
    expect(trainTestSplit(numbered, 0.5, 1)).not.toEqual(trainTestSplit(numbered, 0.5, 2))
  })

  test('is not misled by rounding', () => {
    const hundred = table(['p', 'q'], ...Array.from({ length: 100 }, (_, row) => [row, row % 2]))
    expect(trainTestSplit(hundred, 0.07, 1).test.rows).toBe(7)
  })

  test.each([0, 1, -0.1, Number.NaN])('refuses the fraction %d', (fraction) => {
    expect(() => trainTestSplit(dataset, fraction, 1)).toThrow(UsageError)
  })

  test('refuses to leave a part empty', () => {
    expect(() => trainTestSplit(selectRows(dataset, [0]), 0.5, 1)).toThrow(ConfigurationError)
    expect(() => trainTestSplit(dataset, 0.9, 1)).toThrow(ConfigurationError)
  })
})

describe('splitByTestRows', () => {
  test('takes test rows in any order', () => {
    const { train, test } = splitByTestRows(dataset, [3, 1])
    expect([...test.features]).toEqual([3, 4, 7, 8])
    expect([...train.features]).toEqual([1, 2, 5, 6])
  })

  test.each([
    ['a row named twice', [1, 1]],
    ['a row that is not there', [1, 4]],
    ['a negative row', [-1]],
  ])('refuses %s', (_, rows) => {
    expect(() => splitByTestRows(dataset, rows)).toThrow(UsageError)
  })
})

describe('describeDataset', () => {
  test('counts rows per class, classes without rows included', () => {
    expect(describeDataset(dataset)).toEqual({
      name: 'table',
      rows: 4,
      features: 2,
      classes: [
        { name: 'p', rows: 2 },
        { name: 'q', rows: 2 },
        { name: 'r', rows: 0 },
      ],
    })
  })

  test('adds up, whatever the data set', () => {
    fc.assert(
      fc.property(rawDataset(), (generated) => {
        const { rows, classes } = describeDataset(generated)
        expect(classes.reduce((sum, entry) => sum + entry.rows, 0)).toBe(rows)
      }),
    )
  })
})

describe('nearest', () => {
  test.each([
    ['clas', 'class'],
    ['LABEL', 'label'],
    ['lable', 'label'],
    ['z', undefined],
    ['nothing like it', undefined],
  ])('%s → %s', (wanted, expected) => {
    expect(nearest(wanted, ['word_freq_make', 'class', 'label'])).toBe(expected)
  })
})
