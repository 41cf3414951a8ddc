import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCsv, writeCsv } from '../src/index.ts'
import { name, rawDataset, table } from './generators.ts'

describe('parseCsv', () => {
  test('reads features, labels and names', () => {
    const dataset = parseCsv('links,words,spam\n1,2.5,yes\n-3e2,.5,no\n+0,4.,yes\n', { label: 'spam', name: 'mails' })
    expect(dataset).toEqual({
      name: 'mails',
      featureNames: ['links', 'words'],
      classNames: ['no', 'yes'],
      features: Float64Array.of(1, 2.5, -300, 0.5, 0, 4),
      labels: Int32Array.of(1, 0, 1),
      rows: 3,
    })
  })

  test.each([
    ['by name', 'spam'],
    ['by index', 1],
    ['by digits', '1'],
  ])('finds the label %s, in any place', (_, label) => {
    const dataset = parseCsv('a,spam,b\n1,x,2\n3,y,4\n', { label })
    expect(dataset.featureNames).toEqual(['a', 'b'])
    expect([...dataset.features]).toEqual([1, 2, 3, 4])
  })

  test('prefers a column named by digits to an index', () => {
    expect(parseCsv('0,1,2\n5,6,7\n8,9,10\n', { label: '2' }).classNames).toEqual(['7', '10'])
    expect(parseCsv('2,1,0\n5,6,7\n8,9,10\n', { label: '2' }).classNames).toEqual(['5', '8'])
  })

  test.each([
    ['LF', 'a,y\n1,p\n2,q\n'],
    ['CRLF', 'a,y\r\n1,p\r\n2,q\r\n'],
    ['CR', 'a,y\r1,p\r2,q'],
    ['mixed line ends', 'a,y\r\n1,p\n2,q\r'],
    ['no end of the last line', 'a,y\n1,p\n2,q'],
    ['blank lines', '\na,y\n\n1,p\n   \n2,q\n\n\n'],
    ['a byte order mark', '\uFEFFa,y\n1,p\n2,q\n'],
    ['white space around cells', ' a ,\ty\n 1 , p\n2 ,q \n'],
    ['quoted cells', '"a","y"\n"1","p"\n" 2 ","q"\n'],
  ])('reads %s', (_, text) => {
    const expected = { featureNames: ['a'], classNames: ['p', 'q'], features: Float64Array.of(1, 2) }
    expect(parseCsv(text, { label: 'y' })).toMatchObject(expected)
    expect(parseCsv(new TextEncoder().encode(text), { label: 'y' })).toMatchObject(expected)
  })

  test.each([';', '\t'] as const)('reads cells separated by %j', (delimiter) => {
    const text = ['a,b,y', '1,2,p', '3,4,q'].join('\n').replaceAll(',', delimiter)
    expect([...parseCsv(text, { label: 'y', delimiter }).features]).toEqual([1, 2, 3, 4])
  })

  test('reads numbers to the last bit', () => {
    const dataset = parseCsv('a,y\n0.1,p\n1700000000.123,q\n', { label: 'y' })
    expect([...dataset.features]).toEqual([0.1, 1700000000.123])
  })
})

describe('class names', () => {
  test.each([
    ['numbers in numeric order', ['10', '9', '-1', '2.5'], ['-1', '2.5', '9', '10']],
    ['text by code unit, whatever the locale', ['b', 'a', 'B', 'ä'], ['B', 'a', 'b', 'ä']],
    ['a mixture by code unit', ['10', '9', 'x'], ['10', '9', 'x']],
  ])('are sorted: %s', (_, found, sorted) => {
    const text = `a,y\n${found.map((label) => `1,${label}\n`).join('')}`
    const dataset = parseCsv(text, { label: 'y' })
    expect(dataset.classNames).toEqual(sorted)
    expect(Array.from(dataset.labels, (label) => sorted[label])).toEqual(found)
  })

  test('do not depend on the order of the rows', () => {
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 6 }), (labels) => {
        const write = (order: readonly string[]): string =>
          writeCsv(table(order, ...order.map((_, index) => [index, index])), 'the label')
        const options = { label: 'the label' }
        expect(parseCsv(write(labels), options).classNames).toEqual(
          parseCsv(write(labels.toReversed()), options).classNames,
        )
      }),
    )
  })

  test('of a run keep their order, and a shard may hold one class only', () => {
    const dataset = parseCsv('a,y\n1,spam\n', { label: 'y', classNames: ['spam', 'ham'] })
    expect(dataset.classNames).toEqual(['spam', 'ham'])
    expect([...dataset.labels]).toEqual([0])
  })
})

describe('feature names of a run', () => {
  test('put the columns of the file in the order of the run', () => {
    const dataset = parseCsv('c,y,a,b\n3,p,1,2\n6,q,4,5\n', { label: 'y', featureNames: ['a', 'b', 'c'] })
    expect(dataset.featureNames).toEqual(['a', 'b', 'c'])
    expect([...dataset.features]).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('give the same data set for any order of the columns', () => {
    fc.assert(
      fc.property(rawDataset(), fc.integer(), (dataset, turn) => {
        const label = 'the label'
        const { featureNames, classNames } = dataset
        const lines = writeCsv(dataset, label)
        const turned = parseCsv(lines, { label, classNames })
        const shift = Math.abs(turn) % featureNames.length
        const order = [...featureNames.slice(shift), ...featureNames.slice(0, shift)]
        const reread = parseCsv(writeCsv(parseCsv(lines, { label, classNames, featureNames: order }), label), {
          label,
          classNames,
          featureNames,
        })
        expect(reread).toEqual(turned)
      }),
    )
  })
})

describe('writeCsv', () => {
  test('is read back to the same values', () => {
    fc.assert(
      fc.property(rawDataset(), (dataset) => {
        const text = writeCsv(dataset, 'the label')
        const { classNames } = dataset
        expect(parseCsv(text, { label: 'the label', classNames, name: dataset.name })).toEqual(dataset)
      }),
      { examples: [[table(['p', 'q'], [-0, 0], [5e-324, 1], [1.7976931348623157e308, 1])]] },
    )
  })

  test('names the label column and writes classes by name', () => {
    expect(writeCsv(table(['no', 'a "yes"'], [1, 2.5, 1], [0, -0, 0]), 'spam')).toBe(
      'x0,x1,spam\n1,2.5,"a ""yes"""\n0,-0,no\n',
    )
  })

  test('refuses a label column that a feature has taken', () => {
    expect(() => writeCsv(table(['p', 'q'], [1, 0]), 'x0')).toThrow(
      expect.objectContaining({ code: 'LABEL_NAME_TAKEN' }),
    )
  })
})
