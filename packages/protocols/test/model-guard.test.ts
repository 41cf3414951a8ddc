import { type Message, UsageError } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import { modelShape, normBound, passPlan } from '@hearsay/learning'
import { messageOf } from '@hearsay/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MODEL, ModelGuard, type ModelGuardOptions } from '../src/index.ts'

const kernels = createKernels({ backend: 'javascript' })
const shape = modelShape(3, 2, false)
const OPTIONS: ModelGuardOptions = { kernels, shape, periodMs: 100, updatesPerMerge: 5, normMax: () => 10 }

const guard = new ModelGuard(OPTIONS)
const model = (floats: number[], age = 3, kind: number = MODEL): Message =>
  messageOf(kernels.memory, { kind, stamp: age, floats })

describe('ModelGuard', () => {
  test('admits a model that an honest peer could have sent', () => {
    expect(guard.inspect(model([1, -2, 3, 0]), 0)).toBeUndefined()
    expect(guard.inspect(model([0, 0, 0, 0], 0), 0)).toBeUndefined()
    expect(guard.inspect(model([10, 0, 0, 0]), 0)).toBeUndefined()
  })

  const [nan, infinite] = [Number.NaN, Number.POSITIVE_INFINITY]
  const refusals: [refusal: string, message: () => Message][] = [
    ['kind', () => model([1, 2, 3, 0], 3, MODEL + 1)],
    ['dimension', () => model([1, 2, 3])],
    ['dimension', () => model([1, 2, 3, 0, 0, 0, 0, 0])],
    ['dimension', () => model([])],
    ['age-invalid', () => model([1, 2, 3, 0], -1)],
    ['age-invalid', () => model([1, 2, 3, 0], 1.5)],
    ['age-invalid', () => model([1, 2, 3, 0], nan)],
    ['age-invalid', () => model([1, 2, 3, 0], infinite)],
    ['age-invalid', () => model([1, 2, 3, 0], 2 ** 53)],
    ['age-implausible', () => model([1, 2, 3, 0], 2 ** 53 - 1)],
    ['age-implausible', () => model([1, 2, 3, 0], 44)],
    ['not-finite', () => model([1, nan, 3, 0])],
    ['not-finite', () => model([infinite, 2, 3, 0])],
    ['not-finite', () => model([1, 2, -infinite, 0])],
    ['not-finite', () => model([infinite, -infinite, 3, 0])],
    ['not-finite', () => model([1, 2, 3, nan])],
    ['norm', () => model([10.01, 0, 0, 0])],
    ['norm', () => model([3.4e38, 3.4e38, 3.4e38, 0])],
  ]
  test.each(refusals)('refuses %s', (refusal, message) => {
    expect(guard.inspect(message(), 0)).toBe(refusal)
  })

  test('holds for any content whatsoever, and changes none of it', () => {
    const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
    const header = fc.record({ kind: fc.integer(), value: fc.double(), stamp: fc.double(), nowMs: fc.double() })
    fc.assert(
      fc.property(header, fc.array(word, { maxLength: 9 }), ({ nowMs, ...fields }, integers) => {
        const message = messageOf(kernels.memory, { ...fields, integers })
        const refusal = guard.inspect(message, nowMs)
        const words = [...kernels.memory.int32.slice(message.offset, message.offset + message.length)]
        expect(words).toEqual(integers)
        expect(guard.inspect(message, nowMs)).toBe(refusal)
      }),
    )
  })

  test('admits ages up to growth · U · (c + 2) after c cycles', () => {
    expect(guard.ageMax(0)).toBeCloseTo(4.32 * 5 * 2, 9)
    expect(guard.ageMax(1000)).toBeCloseTo(4.32 * 5 * 12, 9)
    expect(guard.ageMax(-1000)).toBe(guard.ageMax(0))
    expect(guard.ageMax(1e300)).toBe(Number.MAX_SAFE_INTEGER)
    const admitted = (age: number, nowMs: number): boolean =>
      guard.inspect(model([1, 0, 0, 0], age), nowMs) === undefined
    expect([admitted(259, 1000), admitted(260, 1000), admitted(260, 1100)]).toEqual([true, false, true])
    expect(admitted(0, Number.NaN)).toBe(false)
    const strict = new ModelGuard({ ...OPTIONS, growth: 1 })
    expect(strict.ageMax(1000)).toBe(60)
  })

  test('holds the norm against the bound that λ implies for the age that is claimed', () => {
    const biased = modelShape(3, 2, true)
    const plan = passPlan(biased, { model: 'pegasos', lambda: 0.5 })
    const normMax = (age: number): number => normBound('pegasos', plan, biased, 2, age)
    const bounded = new ModelGuard({ ...OPTIONS, shape: biased, normMax })
    const norm = normMax(10)
    expect(bounded.inspect(model([norm * 0.999, 0, 0, 0], 10), 0)).toBeUndefined()
    expect(bounded.inspect(model([norm * 1.001, 0, 0, 0], 10), 0)).toBe('norm')
    expect(bounded.inspect(model([norm * 1.001, 0, 0, 0], 40), 0)).toBeUndefined()
  })

  test('admits any finite norm where λ implies no bound', () => {
    const unbounded = new ModelGuard({ ...OPTIONS, normMax: () => Number.POSITIVE_INFINITY })
    expect(unbounded.inspect(model([3.4e38, 3.4e38, 3.4e38, 0]), 0)).toBeUndefined()
    expect(unbounded.inspect(model([Number.NaN, 0, 0, 0]), 0)).toBe('not-finite')
  })

  const invalid: Partial<ModelGuardOptions>[] = [
    { periodMs: 0 },
    { periodMs: Number.NaN },
    { updatesPerMerge: 0 },
    { updatesPerMerge: Number.NaN },
    { growth: 0 },
    { growth: Number.NaN },
  ]
  test.each(invalid)('is refused with %o', (options) => {
    expect(() => new ModelGuard({ ...OPTIONS, ...options })).toThrow(UsageError)
  })
})
