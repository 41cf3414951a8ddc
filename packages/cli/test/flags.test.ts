import { ConfigurationError, randomStream } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { orList } from '../src/flags/choice-flag.ts'
import { parseDelay } from '../src/flags/delay-flag.ts'
import { parseNumber } from '../src/flags/number-flag.ts'
import { PeerSample } from '@hearsay/experiments'

describe('parseNumber', () => {
  it('reads back what JavaScript prints', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseNumber('--x', String(value), {})).toBe(Object.is(value, -0) ? 0 : value)
      }),
    )
  })

  it('refuses anything else with the flag and the text', () => {
    const text = fc.string().filter((candidate) => !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(candidate))
    fc.assert(
      fc.property(text, (candidate) => {
        const parse = (): number => parseNumber('--x', candidate, {})
        expect(parse).toThrow(ConfigurationError)
        expect(parse).toThrow(`--x: give a number, not ${JSON.stringify(candidate)}`)
      }),
    )
  })

  it('holds bounds', () => {
    expect(parseNumber('--x', '1e6', { integer: true, max: 1e6 })).toBe(1_000_000)
    expect(() => parseNumber('--x', '0', { min: 0, above: true })).toThrow('give a number > 0, not "0"')
    expect(() => parseNumber('--x', '3', { max: 2 })).toThrow('give a number ≤ 2')
    expect(() => parseNumber('--x', '1e999', {})).toThrow('not "1e999"')
  })
})

describe('parseDelay', () => {
  it.each([
    ['constant:1', { kind: 'constant', cycles: 1 }],
    ['uniform:0.9,1.1', { kind: 'uniform', min: 0.9, max: 1.1 }],
    ['normal:1,0.1', { kind: 'normal', mean: 1, sd: 0.1 }],
  ])('%s', (text, expected) => {
    expect(parseDelay('--delay', text)).toEqual(expected)
  })

  it.each(['', 'constant', 'constant:1,2', 'uniform:1', 'normal:1,2,3', 'exponential:', 'constant:1:2'])(
    'refuses %j',
    (text) => {
      expect(() => parseDelay('--delay', text)).toThrow(ConfigurationError)
    },
  )
})

describe('orList', () => {
  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a or b'],
    [['a', 'b', 'c'], 'a, b or c'],
  ])('%j', (words, expected) => {
    expect(orList(words)).toBe(expected)
  })
})

describe('PeerSample', () => {
  const arbitrary = fc.record({
    peers: fc.integer({ min: 1, max: 200 }),
    share: fc.double({ min: 0.001, max: 1, noNaN: true }),
    seed: fc.nat(),
  })

  it('draws different peers, as many as the share says and at least one', () => {
    fc.assert(
      fc.property(arbitrary, ({ peers, share, seed }) => {
        const sample = new PeerSample(peers, share, randomStream(seed))
        for (let draw = 0; draw < 3; draw++) {
          const drawn = [...sample.draw()]
          expect(drawn.length).toBe(Math.max(1, Math.round(peers * share)))
          expect(new Set(drawn).size).toBe(drawn.length)
          expect(drawn.every((peer) => peer >= 0 && peer < peers)).toBe(true)
        }
      }),
    )
  })

  it('draws every peer about equally often', () => {
    const sample = new PeerSample(20, 0.25, randomStream(7))
    const counts = new Int32Array(20)
    for (let draw = 0; draw < 4000; draw++) for (const peer of sample.draw()) counts[peer]++
    // Binomial with mean 1000 and standard deviation 27.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})
