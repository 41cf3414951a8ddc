import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatShards, parseShards, type ShardOptions, shardOptions } from '../src/index.ts'

const options: fc.Arbitrary<ShardOptions> = fc.oneof(
  fc.constantFrom<ShardOptions>({ kind: 'iid' }, { kind: 'by-class' }, { kind: 'classes' }, { kind: 'dirichlet' }),
  fc.integer({ min: 1, max: 1000 }).map((classesPerPeer) => ({ kind: 'classes' as const, classesPerPeer })),
  fc.double({ min: 0.001, max: 1e6, noNaN: true }).map((alpha) => ({ kind: 'dirichlet' as const, alpha })),
  fc.double({ min: 0, max: 8, noNaN: true }).map((exponent) => ({ kind: 'by-size' as const, exponent: exponent + 0 })),
  fc.double({ min: 0, max: 1, noNaN: true }).map((skew) => ({ kind: 'by-features' as const, skew: skew + 0 })),
  fc.string({ minLength: 1 }).map((column) => ({ kind: 'by-column' as const, column })),
)

describe('shards as a text', () => {
  test('read back to the same options', () => {
    fc.assert(
      fc.property(options, (value) => {
        expect(parseShards(formatShards(value))).toEqual(value)
      }),
    )
  })

  test('may be a kind by itself', () => {
    expect(formatShards('by-size')).toBe('by-size')
    expect(shardOptions('iid')).toEqual({ kind: 'iid' })
    expect(shardOptions({ kind: 'dirichlet', alpha: 2 })).toEqual({ kind: 'dirichlet', alpha: 2 })
  })

  test.each([
    ['', 'give iid, by-class'],
    ['even', 'give iid, by-class'],
    ['iid:3', 'iid takes no parameter'],
    ['by-class:2', 'by-class takes no parameter'],
    ['dirichlet:', 'a number in 0.001 … 1000000'],
    ['dirichlet:0', 'a number in 0.001'],
    ['dirichlet:many', 'a number in 0.001'],
    ['dirichlet:0x1', 'a number in 0.001'],
    ['classes:1.5', 'an integer in 1'],
    ['classes:0', 'an integer in 1'],
    ['by-size:9', 'a number in 0 … 8'],
    ['by-features:1.01', 'a number in 0 … 1'],
    ['by-column', 'give by-column:NAME'],
    ['by-column:', 'give by-column:NAME'],
  ])('%j is refused', (text, says) => {
    expect(() => parseShards(text, '--shards')).toThrow(`--shards: `)
    expect(() => parseShards(text)).toThrow(says)
    expect(() => parseShards(text)).toThrow(expect.objectContaining({ code: 'SHARDS_FORM' }))
  })
})
