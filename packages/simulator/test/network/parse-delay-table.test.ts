import { ConfigurationError } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { parseDelayTable } from '../../src/network/parse-delay-table.ts'

describe('a table of delays', () => {
  test('of quantiles', () => {
    const text = '# measured in May\nquantile,ms\n0,10\n0.5, 20.5\r\n\n1,1e3\n'
    expect(parseDelayTable(text, 'rtt.csv')).toEqual({
      kind: 'quantiles',
      quantiles: [0, 0.5, 1],
      ms: [10, 20.5, 1000],
    })
  })

  test('of values, with a byte order mark and no newline at the end', () => {
    expect(parseDelayTable('\uFEFFms, weight\n7,1\n3,2', 'rtt.csv')).toEqual({
      kind: 'values',
      ms: [7, 3],
      weights: [1, 2],
    })
  })

  test.each([
    ['', 'rtt.csv: no header'],
    ['# nothing\n', 'rtt.csv: no header'],
    ['delay,share\n1,2\n', 'rtt.csv:1: the header is quantile,ms or ms,weight, not "delay,share"'],
    ['ms,weight\n1,2,3\n', 'rtt.csv:2: 2 cells'],
    ['ms,weight\n1,2\n\n1,x\n', 'rtt.csv:4: weight is a number, not "x"'],
    ['ms,weight\n,2\n', 'rtt.csv:2: ms is a number, not ""'],
    ['ms,weight\n1e999,2\n', 'rtt.csv:2: ms is a number'],
    ['ms,weight\n0x10,2\n', 'rtt.csv:2: ms is a number'],
    ['ms,weight\n-1,2\n', 'rtt.csv:2: both ms and weight are ≥ 0'],
    ['ms,weight\n1,0\n', 'rtt.csv: weights are finite numbers'],
    ['ms,weight\n', 'rtt.csv: a table of delays'],
    ['quantile,ms\n0,5\n0.5,4\n1,9\n', 'rtt.csv:3: quantiles ascend'],
    ['quantile,ms\n0,5\n0,6\n1,9\n', 'rtt.csv:3: quantiles ascend'],
    ['quantile,ms\n0,5\n0.9,6\n', 'rtt.csv: quantiles ascend from 0 to 1'],
  ])('%j is refused', (text, message) => {
    expect(() => parseDelayTable(text, 'rtt.csv')).toThrow(ConfigurationError)
    expect(() => parseDelayTable(text, 'rtt.csv')).toThrow(message)
  })
})
