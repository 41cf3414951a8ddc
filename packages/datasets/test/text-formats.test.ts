import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  DataFileError,
  hashFeatures,
  parseArff,
  parseCsv,
  parseSvmlight,
  parseTable,
  type SparseDataset,
  toDense,
} from '../src/index.ts'
import { attempt } from './generators.ts'

const code = (wanted: string): unknown => expect.objectContaining({ code: wanted })

describe('svmlight', () => {
  const text = '# comment\n+1 1:0.5 3:2 # more\n\n-1 qid:7 2:-1e2\r\n1\n'

  test('is read as sparse rows', () => {
    const sparse = parseSvmlight(text, { name: 'reuters' })
    expect(sparse).toMatchObject({ name: 'reuters', classNames: ['-1', '1'], features: 3, rows: 3 })
    expect([...sparse.labels]).toEqual([1, 0, 1])
    expect([...sparse.starts]).toEqual([0, 2, 3, 3])
    expect([...sparse.columns]).toEqual([0, 2, 1])
    expect([...sparse.values]).toEqual([0.5, 2, -100])
  })

  test('becomes dense with its zeros written out', () => {
    const dense = toDense(parseSvmlight(text, { features: 4 }))
    expect(dense.featureNames).toEqual(['x1', 'x2', 'x3', 'x4'])
    expect([...dense.features]).toEqual([0.5, 0, 2, 0, 0, -100, 0, 0, 0, 0, 0, 0])
  })

  test('counts features from 0 if it is to', () => {
    expect([...parseSvmlight('1 0:1\n2 1:1\n', { base: 0 }).columns]).toEqual([0, 1])
  })

  test('keeps inner products when features are hashed, in the mean', () => {
    const width = 200
    const rows = [0, 1].map((r) =>
      Array.from({ length: width }, (_, i) => `${i + 1}:${((i * 7 + r) % 5) - 2}`).join(' '),
    )
    const sparse = parseSvmlight(`1 ${rows[0]}\n2 ${rows[1]}\n`)
    const product = (values: Float64Array, n: number): number =>
      values.subarray(0, n).reduce((sum, value, i) => sum + value * values[n + i], 0)
    const exact = product(toDense(sparse).features, width)
    const hashed = hashFeatures(sparse, 4096)
    expect(hashed.featureNames).toHaveLength(4096)
    expect(Math.abs(product(hashed.features, 4096) - exact)).toBeLessThan(30)
    expect(hashFeatures(sparse, 4096).features).toEqual(hashed.features)
    expect(() => hashFeatures(sparse, 0)).toThrow(code('BUCKETS_INVALID'))
  })

  test('is folded with signs, so that what meets in a bucket cancels out', () => {
    const ones = Array.from({ length: 4096 }, (_, i) => `${i + 1}:1`).join(' ')
    const { features } = hashFeatures(parseSvmlight(`1 ${ones}\n2 1:1\n`), 64)
    const row = features.subarray(0, 64)
    // Each bucket is a walk of some 64 steps: its square is that in the mean, and not 64² as without signs.
    const squares = row.reduce((sum, value) => sum + value * value, 0)
    expect(squares / 4096).toBeGreaterThan(0.5)
    expect(squares / 4096).toBeLessThan(2)
  })

  test('is not made dense where that would not fit', () => {
    const sparse = parseSvmlight('1 1000000000:1\n2 1:1\n')
    expect(sparse.features).toBe(1_000_000_000)
    expect(() => toDense(sparse)).toThrow(code('FILE_TOO_LARGE'))
    expect(hashFeatures(sparse, 16).features).toHaveLength(32)
  })

  test.each<[string, string, number, Parameters<typeof parseSvmlight>[1]]>([
    ['1:2 3:4\n', 'SVMLIGHT_LABEL', 1, {}],
    ['1 1:1\n1,2 1:2\n', 'SVMLIGHT_LABEL', 2, {}],
    ['1 word\n', 'SVMLIGHT_PAIR', 1, {}],
    ['1 0:1\n', 'SVMLIGHT_FEATURE', 1, {}],
    ['1 x:1\n', 'SVMLIGHT_FEATURE', 1, {}],
    ['1 99999999999:1\n', 'SVMLIGHT_FEATURE', 1, {}],
    ['1 3:1\n', 'SVMLIGHT_FEATURE', 1, { features: 2 }],
    ['1 2:1 1:1\n', 'SVMLIGHT_FEATURE', 1, {}],
    ['1 2:1 2:1\n', 'SVMLIGHT_FEATURE', 1, {}],
    ['1 1:nan\n', 'SVMLIGHT_VALUE', 1, {}],
    ['1 1:1e999\n', 'SVMLIGHT_VALUE', 1, {}],
    ['1 1:1\n3 1:1\n', 'LABEL_UNKNOWN', 2, { classNames: ['1', '2'] }],
  ])('%j is refused with %s in line %i', (broken, wanted, line, options) => {
    const error = attempt(() => parseSvmlight(broken, { source: 'a.svm', ...options }))
    expect(error).toMatchObject({ code: wanted, line })
    expect((error as Error).message).toContain(`a.svm:${line}: `)
  })

  test.each([
    ['', 'SVMLIGHT_NO_ROWS'],
    ['1\n2\n', 'SVMLIGHT_FEATURE'],
    ['1 1:1\n1 1:2\n', 'ONE_CLASS'],
    ['1 1:1\0\n', 'TEXT_BINARY'],
  ])('%j is refused with %s', (broken, wanted) => {
    expect(() => parseSvmlight(broken)).toThrow(code(wanted))
  })

  test('reads back any rows', () => {
    const row = fc.record({
      label: fc.integer({ min: -3, max: 3 }),
      values: fc.dictionary(
        fc.integer({ min: 1, max: 50 }).map(String),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
      ),
    })
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 10 }), (rows) => {
        fc.pre(new Set(rows.map(({ label }) => label)).size > 1)
        const lines = rows.map(({ label, values }) => {
          const pairs = Object.entries(values).map(([feature, value]) => `${feature}:${value}`)
          return [label, ...pairs].join(' ')
        })
        const sparse: SparseDataset = parseSvmlight(lines.join('\n'), { features: 50 })
        const { features, labels, classNames } = toDense(sparse)
        for (const [index, { label, values }] of rows.entries()) {
          expect(classNames[labels[index]]).toBe(String(label))
          for (let column = 0; column < 50; column++) {
            expect(features[index * 50 + column]).toBe((values[String(column + 1)] ?? 0) + 0)
          }
        }
      }),
      { numRuns: 50 },
    )
  })
})

const ARFF = `% Iris, in part
@RELATION 'iris data'
@attribute "sepal length" NUMERIC
@attribute legs {2, 4}
@attribute class {'Iris setosa', virginica}

@DATA
5.1, 2, 'Iris setosa'
% between
6.2,4,virginica
`

describe('arff', () => {
  test('is read with nominal classes in their order', () => {
    const dataset = parseArff(ARFF)
    expect(dataset).toMatchObject({
      name: 'iris data',
      featureNames: ['sepal length', 'legs'],
      classNames: ['Iris setosa', 'virginica'],
      rows: 2,
    })
    expect([...dataset.features]).toEqual([5.1, 2, 6.2, 4])
    expect([...dataset.labels]).toEqual([0, 1])
  })

  test('may have sparse rows', () => {
    const text =
      '@relation r\n@attribute a real\n@attribute b real\n@attribute y {no,yes}\n@data\n{1 3.5, 2 yes}\n{0 1}\n{}\n'
    const dataset = parseArff(text)
    expect([...dataset.features]).toEqual([0, 3.5, 1, 0, 0, 0])
    expect([...dataset.labels]).toEqual([1, 0, 0])
  })

  test('may have a numeric label, anywhere', () => {
    const text = '@relation r\n@attribute y real\n@attribute a real\n@data\n2,5\n10,6\n'
    expect(parseArff(text, { label: 'y' }).classNames).toEqual(['2', '10'])
    // By its index, unless it is a name.
    expect(parseArff(text, { label: '0' })).toEqual(parseArff(text, { label: 'y' }))
    expect(parseArff(text.replace(' a ', ' 0 '), { label: '0' }).classNames).toEqual(['5', '6'])
    expect(() => parseArff(text, { label: '2' })).toThrow('no attribute "2"')
  })

  test.each<[string, string, string, number | undefined]>([
    ['no header', '1,2,3\n', 'ARFF_HEADER', 1],
    ['nothing', '', 'ARFF_HEADER', undefined],
    ['no rows', ARFF.slice(0, ARFF.indexOf('5.1')), 'ARFF_NO_ROWS', undefined],
    ['a text attribute', ARFF.replace('NUMERIC', 'string'), 'ARFF_ATTRIBUTE', 3],
    ['a nominal feature of words', ARFF.replace('{2, 4}', '{two, four}'), 'ARFF_ATTRIBUTE', 7],
    ['the same name twice', ARFF.replace('legs', 'class'), 'ARFF_ATTRIBUTE', 7],
    ['values that are not closed', ARFF.replace('{2, 4}', '{2, 4'), 'ARFF_ATTRIBUTE', 4],
    ['one attribute', '@relation r\n@attribute a real\n@data\n1\n', 'ARFF_HEADER', 3],
    ['a missing value', ARFF.replace('6.2', '?'), 'ARFF_VALUE', 10],
    ['a missing label', ARFF.replace(',virginica', ',?'), 'ARFF_VALUE', 10],
    ['a word for a number', ARFF.replace('6.2', 'long'), 'ARFF_VALUE', 10],
    ['an unknown class', ARFF.replace(',virginica', ',virginia'), 'LABEL_UNKNOWN', 10],
    ['a ragged row', ARFF.replace('6.2,4', '6.2'), 'ARFF_ROW', 10],
    ['a quote that is not closed', ARFF.replace("'Iris setosa'\n", "'Iris setosa\n"), 'ARFF_ROW', 8],
    ['a sparse row of another width', ARFF.replace('6.2,4,virginica', '{7 1}'), 'ARFF_ROW', 10],
  ])('%s is refused', (_, text, wanted, line) => {
    expect(attempt(() => parseArff(text, { source: 'a.arff' }))).toMatchObject({ code: wanted, line })
  })

  test('a label that there is not is refused, with the nearest name', () => {
    expect(() => parseArff(ARFF, { label: 'clas' })).toThrow('did you mean "class"?')
  })
})

describe('a table of numbers', () => {
  test('is separated by blanks or commas', () => {
    expect(parseTable('  1.0  -2e-001\n\n\t3,4 \r\n')).toEqual({ shape: [2, 2], data: Float64Array.of(1, -0.2, 3, 4) })
  })

  test.each([
    ['', 'TABLE_EMPTY', undefined],
    ['1 2\n3\n', 'TABLE_RAGGED', 2],
    ['1 2\n3 x\n', 'TABLE_VALUE', 2],
    ['1 1e999\n', 'TABLE_VALUE', 1],
  ])('%j is refused with %s', (text, wanted, line) => {
    expect(attempt(() => parseTable(text))).toMatchObject({ code: wanted, line })
  })
})

describe('csv without names', () => {
  test('names columns by their place', () => {
    const dataset = parseCsv('T, 2,8\nI, 5,12\n', { label: 0, header: false })
    expect(dataset).toMatchObject({ featureNames: ['x1', 'x2'], classNames: ['I', 'T'], rows: 2 })
    expect([...dataset.features]).toEqual([2, 8, 5, 12])
  })

  test('is separated by any blanks if it is to', () => {
    const dataset = parseCsv('  92 115   3\n84\t102 4\n', { label: 2, header: false, delimiter: ' ' })
    expect([...dataset.features]).toEqual([92, 115, 84, 102])
    expect(dataset.classNames).toEqual(['3', '4'])
  })

  test('has rows as long as the first one', () => {
    expect(() => parseCsv('1,2,a\n3,b\n', { label: 2, header: false })).toThrow('2 cell(s), the first row 3')
  })
})

describe('whatever text is read, there is a data set or a typed error', () => {
  const word = fc.oneof(
    fc.constantFrom(
      '1',
      '-1',
      ':',
      '1:2',
      '2:x',
      '#',
      ',',
      '\n',
      '\r\n',
      ' ',
      '{',
      '}',
      "'",
      '"',
      '\\',
      '?',
      '%',
      '\t',
    ),
    fc.constantFrom(
      '@relation r\n',
      '@attribute a real\n',
      '@attribute y {p,q}\n',
      '@data\n',
      'p',
      'q',
      '0.5',
      '1e999',
    ),
    fc.string({ maxLength: 4, unit: 'binary' }),
  )
  const texts = fc.array(word, { maxLength: 30 }).map((words) => words.join(''))

  test.each<[string, (text: string) => unknown]>([
    ['svmlight', (text) => parseSvmlight(text)],
    ['arff', (text) => parseArff(text)],
    ['arff rows', (text) => parseArff(`@relation r\n@attribute a real\n@attribute y {p,q}\n@data\n${text}`)],
    ['table', (text) => parseTable(text)],
    ['csv without names', (text) => parseCsv(text, { label: 0, header: false })],
  ])('%s', (_, read) => {
    fc.assert(
      fc.property(texts, (text) => {
        const result = attempt(() => read(text))
        if (result instanceof Error) expect(result).toBeInstanceOf(DataFileError)
      }),
      { numRuns: 400 },
    )
  })
})
