import { ConfigurationError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { selectClasses } from '../src/index.ts'
import type { RawSplitDataset } from '../src/index.ts'

const NAMES = ['ant', 'bee', 'cat', 'dog']

/** One feature: the row's number. Row r has class `labels[r]`. */
function splitOf(train: readonly number[], test: readonly number[]): RawSplitDataset {
  const part = (labels: readonly number[]): RawSplitDataset['train'] => ({
    name: 'zoo',
    featureNames: ['number'],
    classNames: NAMES,
    features: Float64Array.from(labels.keys()),
    labels: Int32Array.from(labels),
    rows: labels.length,
  })
  return { train: part(train), test: part(test) }
}

describe('selectClasses', () => {
  test('keeps the rows of the named classes in their order, and numbers classes in the order of the names', () => {
    const all = fc.constantFrom(0, 1, 2, 3)
    const labels = fc.array(all, { maxLength: 30 }).map((more) => [0, 1, 2, 3, ...more])
    const names = fc.shuffledSubarray(NAMES, { minLength: 2 })
    fc.assert(
      fc.property(labels, labels, names, (train, held, chosen) => {
        const split = splitOf(train, held)
        const selected = selectClasses(split, chosen)
        for (const part of ['train', 'test'] as const) {
          const named = ({ features, labels: classes, classNames }: RawSplitDataset['train']) =>
            Array.from(features, (number, row) => [number, classNames[classes[row]]])
          const expected = named(split[part]).filter(([, name]) => chosen.includes(String(name)))
          expect(named(selected[part])).toEqual(expected)
          expect(selected[part].classNames).toEqual(chosen)
          expect(selected[part].rows).toBe(expected.length)
        }
      }),
    )
  })

  test.each([
    [[], 'two different classes'],
    [['ant'], 'two different classes'],
    [['ant', 'ant'], 'two different classes'],
    [['ant', 'bees'], 'has no class "bees" (did you mean "bee"?)'],
  ])('refuses %j', (names, problem) => {
    const select = (): unknown => selectClasses(splitOf([0, 1], [0, 1]), names)
    expect(select).toThrow(ConfigurationError)
    expect(select).toThrow(problem)
  })

  test('refuses a selection that leaves a part without rows', () => {
    expect(() => selectClasses(splitOf([0, 1, 2], [2]), ['ant', 'bee'])).toThrow('no rows of the classes "ant", "bee"')
  })
})
