import { ConfigurationError, RemoteError, UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  applyScaling,
  fitScaling,
  SCALING_KINDS,
  type Scaling,
  scaleSplit,
  scalingFromJson,
  scalingToJson,
} from '../src/index.ts'
import { attempt, rawDataset, table } from './generators.ts'

const classNames = ['p', 'q']

/** Values of a sane scale, −0 among them: no column's deviation is tiny but not 0. */
const value = fc.integer({ min: -1e9, max: 1e9 }).map((x) => (x === 0 ? -0 : x / 1024))
const ordinary = rawDataset({ value })

describe('fitScaling', () => {
  test('standardises by the population standard deviation', () => {
    const scaling = fitScaling(table(classNames, [1, 0], [2, 1], [3, 0], [6, 1]), 'standardise')
    expect([...scaling.offset]).toEqual([3])
    expect(scaling.factor[0]).toBe(1 / Math.sqrt(3.5))
  })

  test('maps the least value to 0 and the greatest to 1', () => {
    const scaled = applyScaling(
      ...fitted(
        [
          [-1, 0],
          [1, 1],
          [3, 0],
        ],
        'min-max',
      ),
    )
    expect([...scaled.features]).toEqual([0, 0.5, 1])
  })

  test('leaves values as they are on request', () => {
    expect([
      ...applyScaling(
        ...fitted(
          [
            [-1.5, 0],
            [700, 1],
          ],
          'none',
        ),
      ).features,
    ]).toEqual([-1.5, 700])
  })

  test.each(['standardise', 'min-max'] as const)('%s turns a constant column to 0, in other rows too', (kind) => {
    // The mean of these is not 0.1 exactly: a deviation computed from it would not be 0.
    const train = table(classNames, ...Array.from({ length: 10 }, (_, row) => [0.1, row % 2]))
    const scaling = fitScaling(train, kind)
    expect(scaling).toMatchObject({ offset: Float64Array.of(0.1), factor: Float64Array.of(0) })
    expect([...applyScaling(table(classNames, [0.1, 0], [1e300, 1]), scaling).features]).toEqual([0, 0])
  })

  test('keeps apart what float32 could not tell apart before', () => {
    const scaled = applyScaling(
      ...fitted(
        [
          [1.7e9 + 1, 0],
          [1.7e9 + 2, 1],
          [1.7e9 + 3, 0],
        ],
        'min-max',
      ),
    )
    expect([...scaled.features]).toEqual([0, 0.5, 1])
  })

  test('gives mean 0 and deviation 1, whatever the columns', () => {
    fc.assert(
      fc.property(ordinary, (dataset) => {
        const { factor } = fitScaling(dataset, 'standardise')
        const { features } = applyScaling(dataset, fitScaling(dataset, 'standardise'))
        for (let feature = 0; feature < factor.length; feature++) {
          const column = Array.from(features).filter((_, index) => index % factor.length === feature)
          const mean = column.reduce((sum, x) => sum + x, 0) / column.length
          const variance = column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / column.length
          expect(mean).toBeCloseTo(0, 5)
          expect(variance).toBeCloseTo(factor[feature] === 0 ? 0 : 1, 5)
        }
      }),
    )
  })

  test('keeps training values in [0, 1] under min-max, whatever the columns', () => {
    fc.assert(
      fc.property(ordinary, (dataset) => {
        const { features } = applyScaling(dataset, fitScaling(dataset, 'min-max'))
        expect(features.every((value) => value >= 0 && value <= 1)).toBe(true)
      }),
    )
  })

  test('refuses columns whose scale no float64 holds', () => {
    for (const kind of ['standardise', 'min-max'] as const) {
      for (const rows of [
        [
          [-1e308, 0],
          [1e308, 1],
        ],
        [
          [0, 0],
          [5e-324, 1],
        ],
      ]) {
        expect(() => fitScaling(table(classNames, ...rows), kind)).toThrow(ConfigurationError)
        expect(() => fitScaling(table(classNames, ...rows), kind)).toThrow(/column "x0".*change its unit/)
      }
    }
  })

  test('refuses no rows', () => {
    const empty = { ...table(classNames, [1, 0]), features: new Float64Array(), labels: new Int32Array(), rows: 0 }
    expect(() => fitScaling(empty, 'none')).toThrow(UsageError)
  })
})

describe('applyScaling', () => {
  test('refuses a value that float32 cannot hold, naming its place', () => {
    const dataset = table(classNames, [1, 2, 0], [1, 1e39, 1])
    const apply = (): unknown => applyScaling(dataset, fitScaling(dataset, 'none'))
    expect(apply).toThrow(ConfigurationError)
    expect(apply).toThrow(/row 1, column "x1": 1e\+39/)
  })

  test('refuses a scaling of another width', () => {
    const scaling = fitScaling(table(classNames, [1, 2, 0]), 'none')
    expect(() => applyScaling(table(classNames, [1, 0]), scaling)).toThrow(UsageError)
  })
})

describe('scaleSplit', () => {
  test('uses the training rows alone', () => {
    fc.assert(
      fc.property(ordinary, ordinary, fc.constantFrom(...SCALING_KINDS), (train, other, kind) => {
        const width = train.featureNames.length
        const test = {
          ...train,
          features: Float64Array.from({ length: width }, (_, i) => other.features[0] + i),
          rows: 1,
        }
        const changed = { ...test, features: test.features.map((value) => value * 3 + 1) }
        const first = scaleSplit({ train, test }, kind)
        const second = scaleSplit({ train, test: changed }, kind)
        expect(second.scaling).toEqual(first.scaling)
        expect(second.train).toEqual(first.train)
        expect(first.scaling).toEqual(fitScaling(train, kind))
        expect(first.test).toEqual(applyScaling(test, first.scaling))
      }),
    )
  })
})

describe('a scaling as JSON', () => {
  test('survives the way to another peer, bit by bit', () => {
    fc.assert(
      fc.property(ordinary, fc.constantFrom(...SCALING_KINDS), (dataset, kind) => {
        const scaling = fitScaling(dataset, kind)
        const received: unknown = JSON.parse(JSON.stringify(scalingToJson(scaling)))
        const read = scalingFromJson(received, dataset.featureNames.length)
        expect(applyScaling(dataset, read)).toEqual(applyScaling(dataset, scaling))
        expect([...read.factor]).toEqual([...scaling.factor])
      }),
    )
  })

  const good = { kind: 'standardise', offset: [1, 2], factor: [3, 0] }
  test.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /not an object/],
    ['null', null, /not an object/],
    ['text', '{}', /not an object/],
    ['an unknown kind', { ...good, kind: 'robust' }, /kind is none of/],
    ['a missing vector', { kind: 'min-max', offset: [1, 2] }, /factor is not an array/],
    ['a vector too short', { ...good, offset: [1] }, /offset has 1 entries for 2/],
    ['a vector too long', { ...good, factor: [1, 2, 3] }, /factor has 3 entries for 2/],
    ['a hole', { ...good, offset: [1, null] }, /offset holds something/],
    ['a sparse array', { ...good, offset: new Array(2) }, /offset holds something/],
    ['text for a number', { ...good, offset: [1, '2'] }, /offset holds something/],
    ['NaN', { ...good, offset: [Number.NaN, 2] }, /offset holds something/],
    ['infinity', { ...good, factor: [1, Number.POSITIVE_INFINITY] }, /factor holds something/],
    ['a negative factor', { ...good, factor: [1, -1] }, /factor is negative/],
    ['a scaling called none that scales', { ...good, kind: 'none' }, /yet it changes/],
    ['an unknown key', { ...good, clip: 3 }, /unknown key "clip"/],
  ])('is refused: %s', (_, value, says) => {
    expect(() => scalingFromJson(value, 2)).toThrow(RemoteError)
    expect(() => scalingFromJson(value, 2)).toThrow(says)
  })

  test('is refused or finite, whatever a stranger sends', () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.record({
        kind: fc.constantFrom(...SCALING_KINDS),
        offset: fc.array(fc.jsonValue()),
        factor: fc.array(fc.double()),
      }),
    )
    fc.assert(
      fc.property(anything, fc.nat(3), (received, features) => {
        const result = attempt(() => scalingFromJson(received, features))
        expect(result instanceof RemoteError || isSound(result as Scaling, features)).toBe(true)
      }),
    )
  })
})

function isSound({ offset, factor }: Scaling, features: number): boolean {
  return [offset, factor].every((vector) => vector.length === features && vector.every(Number.isFinite))
}

function fitted(rows: number[][], kind: 'standardise' | 'min-max' | 'none'): Parameters<typeof applyScaling> {
  const dataset = table(classNames, ...rows)
  return [dataset, fitScaling(dataset, kind)]
}
