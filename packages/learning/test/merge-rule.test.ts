import { type Archive, type ArchivedArray, UsageError } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  LinearLearner,
  type LinearLearnerOptions,
  mergeGapOf,
  type MergeRuleOptions,
  mergeRuleProblem,
  Shards,
  shapeOf,
} from '../src/index.ts'
import { BACKENDS, clusters } from './reference.ts'

const GAP = 10

/** A learner of one peer with three rows, and places for models of four weights. */
function setUp(options: Partial<LinearLearnerOptions>, backend: (typeof BACKENDS)[number] = 'javascript') {
  const kernels = createKernels({ backend })
  const { memory } = kernels
  const shape = shapeOf('pegasos', 4, 2, false)
  const data = clusters(3, 6, 4, 2, 0.5)
  const shards = new Shards(
    memory,
    shape,
    data,
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
    {},
  )
  const learner = new LinearLearner(kernels, shards, { model: 'pegasos', lambda: 0.1, ...options })
  const model = (weights: readonly number[]): number => {
    const offset = memory.allocate(weights.length)
    memory.float32.set(weights, offset)
    return offset
  }
  const read = (offset: number, length = 4): number[] => [...memory.float32.slice(offset, offset + length)]
  return { learner, model, read, memory }
}

describe.each(BACKENDS)('the limited merge (Danner, Hegedűs, Jelasity 2023) on %s', (backend) => {
  const { learner, model, read } = setUp({ merge: 'limited', mergeGap: GAP }, backend)
  const weighted = setUp({}, backend)

  test('is age-weighted where ages differ by no more than the gap', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: -GAP, max: GAP }), (age, difference) => {
        const ages = [age, Math.max(0, age + difference)]
        const [limited, plain] = [{ learner, model, read }, weighted].map((side) => {
          const target = side.model([0, 0, 0, 0])
          const next = side.learner.merge(target, side.model([1, 2, 3, 4]), ages[0], side.model([5, 4, 3, 2]), ages[1])
          return [next, ...side.read(target)]
        })
        expect(limited).toEqual(plain)
      }),
    )
  })

  test('is the older model as it is where they differ by more', () => {
    const [young, old] = [model([1, 2, 3, 4]), model([5, 4, 3, 2])]
    const target = model([9, 9, 9, 9])
    for (const [a, ageA, b, ageB] of [
      [young, 5, old, 5 + GAP + 1],
      [old, 5 + GAP + 1, young, 5],
      [young, 0, old, 100],
    ]) {
      expect(learner.merge(target, a, ageA, b, ageB)).toBe(Math.max(ageA, ageB))
      expect(read(target)).toEqual([5, 4, 3, 2])
    }
  })

  test('trains on what it keeps', () => {
    const trained = setUp({ merge: 'limited', mergeGap: GAP }, backend)
    const expected = trained.model([1, 2, 3, 4])
    expect(trained.learner.update(0, expected, 50)).toBe(53)
    const target = trained.model([0, 0, 0, 0])
    const age = trained.learner.create(
      0,
      target,
      trained.model([1, 2, 3, 4]),
      50,
      trained.model([9, 9, 9, 9]),
      3,
      false,
    )
    expect([age, ...trained.read(target)]).toEqual([53, ...trained.read(expected)])
  })

  test('lets a received model have no more than its largest share', () => {
    const capped = setUp({ merge: 'limited', mergeGap: GAP, mergeShareMax: 0.25 }, backend)
    const target = capped.model([0, 0, 0, 0])
    const merged = (ageReceived: number, ageOwn: number): number => {
      const [received, own] = [capped.model([4, 0, 0, 0]), capped.model([0, 0, 0, 0])]
      capped.learner.merge(target, received, ageReceived, own, ageOwn)
      return capped.read(target)[0]
    }
    expect([merged(100, 0), merged(0, 100), merged(1, 9)]).toEqual([1, 0, Math.fround(0.4)])
  })
})

describe('the options of a merge rule', () => {
  const wrong: [string, MergeRuleOptions][] = [
    ['limited without a gap', { merge: 'limited' }],
    ['a gap that is no number', { merge: 'limited', mergeGap: Number.NaN }],
    ['a gap below 0', { merge: 'limited', mergeGap: -1 }],
    ['a gap that nobody uses', { merge: 'mean', mergeGap: 5 }],
    ['a gap with the default rule', { mergeGap: 5 }],
    ['limited by ages that add up', { merge: 'limited', mergeGap: 5, ageRule: 'sum' }],
  ]
  test.each(wrong)('refuse %s', (_, options) => {
    expect(mergeRuleProblem(options)).toBeTypeOf('string')
    expect(() => mergeGapOf(options)).toThrow(UsageError)
    expect(() => setUp(options)).toThrow(expect.objectContaining({ code: 'MERGE_RULE' }))
  })

  test('give the gap, which is endless for rules that always average', () => {
    expect([mergeGapOf({ merge: 'limited', mergeGap: 0 }), mergeGapOf({}), mergeGapOf({ merge: 'mean' })]).toEqual([
      0,
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ])
  })
})

describe('parts of models', () => {
  test('are merged as the learner merges models, and only they', () => {
    const { learner, model, read } = setUp({})
    const [own, received] = [model([1, 2, 0, 0, 7]), model([5, 6, 0, 0])]
    expect(learner.mergePart?.(own, received, 30, own, 10, 2)).toBe(30)
    expect(read(own, 5)).toEqual([4, 5, 0, 0, 7])
  })

  test.each(['RW', 'UM'] as const)('are not for %s, which trains what it receives', (creation) => {
    expect(setUp({ creation }).learner.mergePart).toBeUndefined()
  })
})

describe('the turns of a learner', () => {
  /** The model of an update after others. */
  const trained = (before: (learner: LinearLearner, scratch: number) => void): number[] => {
    const { learner, model, read } = setUp({ rowsPerUpdate: 1 })
    before(learner, model([0, 0, 0, 0]))
    const at = model([0, 0, 0, 0])
    learner.update(0, at, 0)
    return read(at)
  }
  const first = trained(() => {})
  const second = trained((learner, scratch) => learner.update(0, scratch, 0))

  test('start again for a peer that is forgotten, and for no other', () => {
    expect(second).not.toEqual(first)
    const forgetting = (peer: number): number[] =>
      trained((learner, scratch) => {
        learner.update(0, scratch, 0)
        learner.forget(peer)
      })
    expect([forgetting(0), forgetting(1)]).toEqual([first, second])
  })

  test('are saved and restored', () => {
    const saved: ArchivedArray[] = []
    const number = (value: number): number => value
    const writer: Archive = { restoring: false, array: (values) => void saved.push(values.slice()), number }
    const reader: Archive = { restoring: true, array: (values) => values.set(saved.shift() ?? []), number }
    trained((learner, scratch) => {
      learner.update(0, scratch, 0)
      learner.persist(writer)
    })
    expect(saved).toHaveLength(1)
    expect(trained((learner) => learner.persist(reader))).toEqual(second)
  })
})
