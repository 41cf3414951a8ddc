import { ConfigurationError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ATTACK_KINDS, type FaultPlan, parseFaultPlan, randomFaultPlan } from '../../src/index.ts'

const EVERYTHING: FaultPlan = {
  loss: 0.3,
  duplication: { share: 0.5, delayMs: 0 },
  replay: { share: 0.1, delayMs: 5000 },
  reordering: { share: 0, delayMs: 20.5 },
  cloggedLinks: [{ fromMs: 0, share: 1, delayMs: 300 }],
  partitions: [
    { fromMs: 10, untilMs: 20, share: 0.5 },
    { fromMs: 15, share: 0.1, direction: 'entering' },
  ],
  crashes: [{ fromMs: 5, untilMs: 6, share: 0.2, stateLoss: 1 }],
  pauses: [],
  clockSkew: { rate: 0.1, offsetMs: 100 },
  byzantine: { share: 0.2, attack: { kind: 'scale', factor: -10 } },
}

describe('reading', () => {
  test('a plan survives JSON', () => {
    expect(parseFaultPlan(JSON.parse(JSON.stringify(EVERYTHING)))).toEqual(EVERYTHING)
    expect(parseFaultPlan({})).toEqual({})
  })

  test('so does every random one', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 100, max: 1e7 }), (seed, durationMs) => {
        const plan = randomFaultPlan(seed, { durationMs, attacks: ATTACK_KINDS })
        expect(parseFaultPlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan)
      }),
    )
  })

  test.each<[string, unknown]>([
    ['a fault plan is an object', 3],
    ['a fault plan is an object', []],
    ['loss is a number in [0, 0.3], not 0.4', { loss: 0.4 }],
    ['loss is a number in [0, 0.3], not null', { loss: null }],
    ['losses is nothing that a fault plan has here', { losses: 0.1 }],
    ['duplication is an object', { duplication: 0.1 }],
    ['duplication.share is a number in [0, 0.5], not 0.6', { duplication: { share: 0.6, delayMs: 1 } }],
    ['replay.delayMs is a number ≥ 0, not undefined', { replay: { share: 0.5 } }],
    ['cloggedLinks is a list', { cloggedLinks: {} }],
    [
      'partitions[1].direction is one of both, leaving, entering, not "left"',
      {
        partitions: [EVERYTHING.partitions?.[0], { fromMs: 0, share: 0, direction: 'left' }],
      },
    ],
    ['crashes[0].untilMs is later than fromMs', { crashes: [{ fromMs: 5, untilMs: 5.2, share: 0.1 }] }],
    ['crashes[0].stateLoss is a number in [0, 1], not 2', { crashes: [{ fromMs: 5, share: 0.1, stateLoss: 2 }] }],
    ['pauses[0].until is nothing', { pauses: [{ fromMs: 5, share: 0.1, until: 6 }] }],
    ['clockSkew.rate is a number in [0, 0.5], not 0.51', { clockSkew: { rate: 0.51 } }],
    ['byzantine.attack.kind is one of', { byzantine: { share: 0.1, attack: { kind: 'bribe' } } }],
    ['byzantine.attack.z is nothing', { byzantine: { share: 0.1, attack: { kind: 'noise', z: 1 } } }],
    [
      'byzantine.attack.age is an integer, not 1.5',
      { byzantine: { share: 0.1, attack: { kind: 'age-lie', age: 1.5 } } },
    ],
  ])('%s', (message, value) => {
    const read = () => parseFaultPlan(value)
    expect(read).toThrow(ConfigurationError)
    expect(read).toThrow(expect.objectContaining({ code: 'FAULT_PLAN', message: expect.stringContaining(message) }))
  })
})

describe('drawing', () => {
  const limits = { durationMs: 3000, periodMs: 100, attacks: ATTACK_KINDS }

  test('the same seed draws the same plan, another one another', () => {
    expect(randomFaultPlan(7, limits)).toEqual(randomFaultPlan(7, limits))
    expect(randomFaultPlan(7, limits)).not.toEqual(randomFaultPlan(8, limits))
  })

  test('every kind of fault is drawn about every other time', () => {
    const plans = Array.from({ length: 400 }, (_, seed) => randomFaultPlan(seed, limits))
    for (const name of Object.keys(EVERYTHING)) {
      const share = plans.filter((plan) => name in plan).length / plans.length
      expect(share).toBeGreaterThan(0.35)
      expect(share).toBeLessThan(0.65)
    }
    const attacks = new Set(plans.map(({ byzantine }) => byzantine?.attack.kind))
    for (const kind of ATTACK_KINDS) expect(attacks).toContain(kind)
  })

  test('without attacks nobody is Byzantine', () => {
    for (let seed = 0; seed < 100; seed++)
      expect(randomFaultPlan(seed, { durationMs: 3000 })).not.toHaveProperty('byzantine')
  })

  test('limits out of range are refused', () => {
    const refusal = expect.objectContaining({ code: 'FAULT_LIMITS' })
    expect(() => randomFaultPlan(1, { durationMs: 0 })).toThrow(refusal)
    expect(() => randomFaultPlan(1, { durationMs: 1, periodMs: -1 })).toThrow(refusal)
    expect(() => randomFaultPlan(1, { durationMs: 1, clockRateMax: 0.6 })).toThrow(refusal)
  })
})
