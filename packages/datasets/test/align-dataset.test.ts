import { expect, test } from 'vitest'
import { alignDataset } from '../src/index.ts'
import { table } from './generators.ts'

const own = table(['p', 'q'], [1, 2, 0], [3, 4, 1])

test('columns and classes are put in the order of the run', () => {
  const aligned = alignDataset(own, { featureNames: ['x1', 'x0'], classNames: ['o', 'q', 'p'] })
  expect(aligned).toMatchObject({ featureNames: ['x1', 'x0'], classNames: ['o', 'q', 'p'], rows: 2 })
  expect([...aligned.features]).toEqual([2, 1, 4, 3])
  expect([...aligned.labels]).toEqual([2, 1])
})

test.each([
  [['x0'], ['p', 'q'], 'COLUMNS_DIFFER'],
  [['x0', 'y'], ['p', 'q'], 'COLUMNS_DIFFER'],
  [['x0', 'x1', 'x2'], ['p', 'q'], 'COLUMNS_DIFFER'],
  [['x0', 'x1'], ['p', 'r'], 'CLASSES_DIFFER'],
])('columns %j with classes %j are refused with %s', (featureNames, classNames, code) => {
  expect(() => alignDataset(own, { featureNames, classNames })).toThrow(expect.objectContaining({ code }))
})
