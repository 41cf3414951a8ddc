import { type Message, UsageError } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import { modelShape } from '@hearsay/learning'
import { messageOf } from '@hearsay/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  FederatedGuard,
  type FederatedGuardOptions,
  FederatedKind,
  UPDATE_ROWS_MAX,
  updateRows,
  updateSeed,
  updateValue,
} from '../src/index.ts'
import { runOf } from './support.ts'

const kernels = createKernels({ backend: 'javascript' })
const shape = modelShape(3, 2, true)
const OPTIONS: FederatedGuardOptions = {
  ...{ kernels, shape, roundMs: 100, rowsMax: 50 },
  normMax: (age) => 10 + age,
  updateNormMax: 20,
}
const guard = new FederatedGuard(OPTIONS)

const model = (floats: number[], age = 0, round = 1): Message =>
  messageOf(kernels.memory, { kind: FederatedKind.model, value: age, stamp: round, floats })
const update = (floats: number[], value = 5, round = 1): Message =>
  messageOf(kernels.memory, { kind: FederatedKind.update, value, stamp: round, floats })
const bare = (kind: number, content = {}): Message => messageOf(kernels.memory, { kind, ...content })

const [nan, infinite] = [Number.NaN, Number.POSITIVE_INFINITY]

describe('FederatedGuard', () => {
  test('admits what honest peers send', () => {
    expect(guard.inspect(model([1, -2, 3, 0]), 0)).toBeUndefined()
    expect(guard.inspect(update([1, -2, 3, 0]), 0)).toBeUndefined()
    expect(guard.inspect(update([20, 0, 0, 0], 50, 7), 500)).toBeUndefined()
    expect(guard.inspect(bare(FederatedKind.checkIn), 0)).toBeUndefined()
    expect(guard.inspect(bare(FederatedKind.leave), 0)).toBeUndefined()
  })

  const refusals: [refusal: string, message: () => Message][] = [
    ['kind', () => bare(4)],
    ['kind', () => bare(-1)],
    ['dimension', () => bare(FederatedKind.checkIn, { integers: [1] })],
    ['value', () => bare(FederatedKind.checkIn, { value: 1 })],
    ['value', () => bare(FederatedKind.leave, { stamp: 1 })],
    ['dimension', () => model([1, 2, 3])],
    ['dimension', () => update([1, 2, 3, 4, 5])],
    ['dimension', () => update([])],
    ['age-invalid', () => model([1, 2, 3, 4], 0, 0)],
    ['age-invalid', () => model([1, 2, 3, 4], 0, 1.5)],
    ['age-implausible', () => model([1, 2, 3, 4], 0, 3)],
    ['age-implausible', () => update([1, 2, 3, 4], 5, Number.MAX_SAFE_INTEGER)],
    ['age-invalid', () => model([1, 2, 3, 4], -1)],
    ['age-invalid', () => model([1, 2, 3, 4], nan)],
    ['age-implausible', () => model([1, 2, 3, 4], 101)],
    ['value', () => update([1, 2, 3, 4], 0)],
    ['value', () => update([1, 2, 3, 4], 51)],
    ['value', () => update([1, 2, 3, 4], 5.5)],
    ['value', () => update([1, 2, 3, 4], nan)],
    ['value', () => update([1, 2, 3, 4], infinite)],
    ['not-finite', () => update([1, nan, 3, 4])],
    ['not-finite', () => model([infinite, 2, 3, 4])],
    ['norm', () => model([10.1, 0, 0, 0])],
    ['norm', () => update([20.1, 0, 0, 0])],
  ]
  test.each(refusals)('refuses %s', (refusal, message) => {
    expect(guard.inspect(message(), 0)).toBe(refusal)
  })

  test('holds for any content whatsoever, and changes none of it', () => {
    const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
    const kind = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer())
    const header = fc.record({ kind, value: fc.double(), stamp: fc.double(), nowMs: fc.double() })
    const packed = new FederatedGuard({ ...OPTIONS, weights: 'int8', exchange: { kind: 'subsampled', share: 0.5 } })
    fc.assert(
      fc.property(header, fc.array(word, { maxLength: 6 }), ({ nowMs, ...fields }, integers) => {
        const message = messageOf(kernels.memory, { ...fields, integers })
        for (const each of [guard, packed]) {
          const refusal = each.inspect(message, nowMs)
          expect(each.inspect(message, nowMs)).toBe(refusal)
        }
        const words = [...kernels.memory.int32.slice(message.offset, message.offset + message.length)]
        expect(words).toEqual(integers)
      }),
    )
  })

  test('admits the seeds of subsets where updates are subsampled', () => {
    const sampled = new FederatedGuard({ ...OPTIONS, exchange: { kind: 'subsampled', share: 0.5 } })
    expect(sampled.inspect(update([1, 2], updateValue(5, 0xdeadbeef)), 0)).toBeUndefined()
    expect(sampled.inspect(update([1, 2], 5 + 2 ** -40), 0)).toBe('value')
    expect(guard.inspect(update([1, 2, 3, 4], updateValue(5, 1)), 0)).toBe('value')
  })

  test('refuses nothing in an honest run, encoded or not', () => {
    for (const weights of ['float32', 'float16', 'int8'] as const) {
      const format = { weights, modelWeights: weights, exchange: { kind: 'subsampled', share: 0.8 } } as const
      const honest = runOf(format)
      const options = { ...OPTIONS, ...format, kernels: honest.kernels, shape: honest.shards.shape, rowsMax: 5 }
      const run = runOf({
        ...format,
        simulation: {
          protocols: [{ protocol: honest.learning, guard: new FederatedGuard(options) }],
          kernels: honest.kernels,
        },
      })
      run.simulation.run(5000)
      expect(run.simulation.counters.refused).toBe(0)
      expect(honest.learning.counters.used).toBeGreaterThan(150)
    }
  })

  const invalid: Partial<FederatedGuardOptions>[] = [
    { roundMs: 0 },
    { rowsMax: 0 },
    { rowsMax: 2 ** 21 },
    { updateNormMax: 0 },
    { updateNormMax: nan },
  ]
  test.each(invalid)('is refused with %o', (options) => {
    expect(() => new FederatedGuard({ ...OPTIONS, ...options })).toThrow(UsageError)
  })
})

test('rows and seeds share a number without loss', () => {
  const rows = fc.integer({ min: 1, max: UPDATE_ROWS_MAX })
  const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 })
  fc.assert(
    fc.property(rows, seed, (count, drawn) => {
      const value = updateValue(count, drawn)
      expect([updateRows(value), updateSeed(value)]).toEqual([count, drawn])
    }),
  )
})
