import { UsageError } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type LabelledRows, loadRows, modelShape, Shards, shapeOf, type ShardOptions } from '../src/index.ts'

const DATA: LabelledRows = {
  features: Float32Array.of(1, 2, 3, 4, 5, 6),
  labels: Int32Array.of(0, 2, 1),
}

describe('Shards', () => {
  const shape = modelShape(2, 3, true)

  test('lay out rows with a 1 for the bias and zeros up to the stride, and labels beside them', () => {
    const memory = new BufferMemory(256)
    const shards = new Shards(memory, shape, DATA, [[2, 0], [], [1, 2]])
    const rowsAt = (peer: number): number[][] => {
      const { rows, count } = shards.at(peer)
      return Array.from({ length: count }, (_, i) => [...memory.float32.slice(rows + i * 4, rows + i * 4 + 4)])
    }
    const labelsAt = (peer: number): number[] => {
      const { labels, count } = shards.at(peer)
      return [...memory.int32.slice(labels, labels + count)]
    }
    expect([0, 1, 2].map(rowsAt)).toEqual([
      [
        [5, 6, 1, 0],
        [1, 2, 1, 0],
      ],
      [],
      [
        [3, 4, 1, 0],
        [5, 6, 1, 0],
      ],
    ])
    expect([0, 1, 2].map(labelsAt)).toEqual([[1, 0], [], [2, 1]])
    expect([0, 1, 2].map((peer) => shards.size(peer))).toEqual([2, 0, 2])
    expect([shards.peers, shards.sizeMax, shards.all.count]).toEqual([3, 2, 4])
    expect(shards.all.rows).toBe(shards.at(0).rows)
    expect(shards.at(2).rows % 4).toBe(0)
  })

  test('have no bias where the model has none', () => {
    const memory = new BufferMemory(256)
    const { rows } = loadRows(memory, modelShape(2, 3, false), DATA)
    expect([...memory.float32.slice(rows, rows + 8)]).toEqual([1, 2, 0, 0, 3, 4, 0, 0])
  })

  test('clip rows to the largest norm, the bias left out, and leave shorter ones alone', () => {
    const memory = new BufferMemory(256)
    const data = { features: Float32Array.of(3, 4, 0.3, 0.4), labels: Int32Array.of(0, 1) }
    const { rows } = loadRows(memory, shape, data, { rowNormMax: 1 })
    expect([...memory.float32.slice(rows, rows + 8)]).toEqual([0.6, 0.8, 1, 0, 0.3, 0.4, 1, 0].map(Math.fround))
  })

  test('are never longer than the largest norm, but for rounding', () => {
    const row = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 2 })
    fc.assert(
      fc.property(row, fc.constantFrom(0.5, 1, 8), (features, rowNormMax) => {
        const memory = new BufferMemory(256)
        const data = { features: Float32Array.from(features), labels: Int32Array.of(0) }
        const { rows } = loadRows(memory, shape, data, { rowNormMax })
        expect(Math.hypot(memory.float32[rows], memory.float32[rows + 1])).toBeLessThanOrEqual(rowNormMax * (1 + 2e-7))
      }),
    )
  })

  const refused: [what: string, data: LabelledRows, rows: number[], options?: ShardOptions][] = [
    ['a class that there is not', { ...DATA, labels: Int32Array.of(0, 3, 1) }, [1]],
    ['a negative class', { ...DATA, labels: Int32Array.of(0, -1, 1) }, [1]],
    ['a row beyond the last', DATA, [3]],
    ['a row before the first', DATA, [-1]],
    ['a row that is no integer', DATA, [0.5]],
    ['a row without all its features', { ...DATA, features: DATA.features.slice(0, 5) }, [2]],
    ['a largest norm of 0', DATA, [0], { rowNormMax: 0 }],
    ['a negative largest norm', DATA, [0], { rowNormMax: -1 }],
    ['a largest norm that is no number', DATA, [0], { rowNormMax: Number.NaN }],
  ]
  test.each(refused)('refuse %s', (_, data, rows, options) => {
    expect(() => new Shards(new BufferMemory(256), shape, data, [rows], options)).toThrow(UsageError)
  })
})

describe('the shape of a model', () => {
  test('is one vector for two classes by a margin, otherwise one per class, padded to four words', () => {
    expect(modelShape(57, 2, true)).toEqual({
      ...{ features: 57, classes: 2, outputs: 1, dimension: 58, bias: 57, stride: 60, words: 60 },
    })
    expect(modelShape(4, 3, false)).toMatchObject({ outputs: 3, dimension: 4, bias: -1, stride: 4, words: 12 })
    expect(shapeOf('softmax', 4, 2, true)).toMatchObject({ outputs: 2, stride: 8, words: 16 })
    expect(shapeOf('pegasos', 4, 2, true)).toMatchObject({ outputs: 1 })
  })

  test.each([
    [0, 2],
    [1.5, 2],
    [3, 1],
    [3, 2.5],
    [Number.NaN, 2],
  ])('is refused for %d features and %d classes', (features, classes) => {
    expect(() => modelShape(features, classes, true)).toThrow(expect.objectContaining({ code: 'MODEL_SHAPE' }))
  })
})
