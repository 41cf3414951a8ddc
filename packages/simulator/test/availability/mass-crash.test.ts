import { UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type MassCrashOptions, massCrash } from '../../src/availability/mass-crash.ts'
import { onlineAt, onlineShares, stretchesOf } from './support-availability.ts'

const options: MassCrashOptions = { peers: 100, seed: 1, share: 0.5, atMs: 1000 }

describe('a mass crash', () => {
  test('takes down exactly the share, at its time, for good', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (share, seed) => {
        const shares = onlineShares(massCrash({ ...options, share, seed }), 100, [0, 999.9, 1000, 1e9])
        const left = (100 - Math.round(share * 100)) / 100
        expect(shares).toEqual([1, 1, left, left])
      }),
    )
  })

  test('hits other peers with another seed', () => {
    const [first, second] = [1, 2].map((seed) => onlineAt(massCrash({ ...options, seed }), 100, [2000]))
    expect(first).not.toEqual(second)
  })

  test('ends where an end is given', () => {
    const availability = massCrash({ ...options, share: 1, untilMs: 5000 })
    expect(onlineShares(availability, 100, [999, 1000, 4999, 5000, 1e9])).toEqual([1, 0, 0, 1, 1])
  })

  test('may be there from the start', () => {
    const availability = massCrash({ ...options, share: 0.25, atMs: 0, untilMs: 10 })
    expect(onlineShares(availability, 100, [0, 10])).toEqual([0.75, 1])
  })

  test('happens in whole milliseconds, like everything in a run', () => {
    const availability = massCrash({ ...options, share: 1, atMs: 10.4, untilMs: 11.2 })
    expect(stretchesOf(availability, 0, 100).map(({ fromMs }) => fromMs)).toEqual([0, 10, 11])
  })

  test.each<Partial<MassCrashOptions>>([
    { peers: 0 },
    { share: 2 },
    { seed: -1 },
    { atMs: -1 },
    { atMs: Number.NaN },
    { untilMs: 1000 },
  ])('%j is refused', (wrong) => {
    expect(() => massCrash({ ...options, ...wrong })).toThrow(UsageError)
  })
})
