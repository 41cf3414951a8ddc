import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ExperimentFileError } from '../../src/file/index.ts'
import { BASE, parse } from './base.ts'

const PIECES = [
  '',
  '0',
  '-1',
  '1e9',
  'none',
  '{}',
  '[]',
  '~',
  'true',
  '5 cycles',
  '1 s',
  "'",
  '*a',
  '&a',
  '!!x',
  '? ',
  '__proto__',
  'toString',
  'contestant',
]
const TOKENS = [...BASE.matchAll(/[\w.-]+( (?:cycles?|s)\b)?/g)].map(({ index, 0: { length } }) => ({ index, length }))

/** The file with some of its words replaced. */
const anyFile = fc
  .array(fc.tuple(fc.constantFrom(...TOKENS), fc.constantFrom(...PIECES)), { minLength: 1, maxLength: 3 })
  .map((changes) => {
    const sorted = changes.toSorted(([a], [b]) => b.index - a.index)
    return sorted.reduce(
      (text, [{ index, length }, piece]) => text.slice(0, index) + piece + text.slice(index + length),
      BASE,
    )
  })

describe('any file', () => {
  it('is an experiment, or has an error at one of its places', () => {
    fc.assert(
      fc.property(anyFile, (text) => {
        try {
          expect(parse(text).cells.length).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(ExperimentFileError)
          const { line, column } = (error as ExperimentFileError).position
          const lines = text.split('\n')
          expect(line).toBeGreaterThanOrEqual(1)
          expect(line).toBeLessThanOrEqual(lines.length)
          expect(column).toBeLessThanOrEqual(lines[line - 1].length + 1)
        }
      }),
      { numRuns: 150 },
    )
  })
})
