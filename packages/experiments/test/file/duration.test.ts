import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDuration, toCycles, toMilliseconds } from '../../src/file/units/duration.ts'

const UNITS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const
const unit = fc.constantFrom(...(Object.keys(UNITS) as (keyof typeof UNITS)[]))

describe('a duration', () => {
  it('is a number and a unit', () => {
    expect(parseDuration('172.8 s')).toEqual({ ms: 172_800 })
    expect(parseDuration('48 h')).toEqual({ ms: 172_800_000 })
    expect(parseDuration('1.5e3ms')).toEqual({ ms: 1500 })
    expect(parseDuration('2.5E-1 min')).toEqual({ ms: 15_000 })
    expect(parseDuration('1 cycle')).toEqual({ cycles: 1 })
    expect(parseDuration('0.9 cycles')).toEqual({ cycles: 0.9 })
  })

  it.each([
    '',
    '5',
    's',
    '-1 s',
    '+1 s',
    '1  s',
    ' 1 s',
    '1 s ',
    '1 sec',
    '1 S',
    '1 hours',
    '.5 s',
    '1. s',
    '1e s',
    '0x1 s',
    '1,5 s',
  ])('is not %j', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })

  it('is the float64 next to what is written, whole milliseconds exactly', () => {
    fc.assert(
      fc.property(fc.nat(999_999), fc.nat(999), unit, (whole, thousandths, name) => {
        const text = `${whole}.${String(thousandths).padStart(3, '0')} ${name}`
        const exact = (BigInt(whole) * 1000n + BigInt(thousandths)) * BigInt(UNITS[name])
        const ms = exact % 1000n === 0n ? Number(exact / 1000n) : Number(`${exact}e-3`)
        expect(parseDuration(text)).toEqual({ ms })
      }),
    )
  })

  it('means the same in cycles and in milliseconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (cycles, cycleMs) => {
        expect(toMilliseconds({ cycles }, cycleMs)).toBe(cycles * cycleMs)
        expect(toCycles({ ms: cycles * cycleMs }, cycleMs)).toBe(cycles)
        expect(toCycles({ cycles }, cycleMs)).toBe(cycles)
        expect(toMilliseconds({ ms: cycles }, cycleMs)).toBe(cycles)
      }),
    )
  })
})
