import { alignWords } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import { AGE_MAX, type Creation, type MergeRuleOptions } from '@hearsay/learning'
import { MemoryArchive } from '@hearsay/testkit/conformance'
import { beforeEach, describe, expect, test } from 'vitest'
import type { DeferrableLearner } from '../src/index.ts'
import { wordsAt } from './support.ts'

/** What a learner is made with. Two peers have eight rows each. */
export interface LearnerWishes extends MergeRuleOptions {
  readonly creation?: Creation
  readonly rowsPerUpdate?: number
}

export interface LearnerFixture {
  readonly learner: DeferrableLearner
  readonly kernels: Kernels
  /** Passes over the rows of an update. */
  readonly epochs: number
  /** The loss of a model on the rows of all peers. */
  loss(model: number): number
}

const ROWS = 8

/** What every learner promises, linear or not, on whatever backend. */
export function describeLearner(
  name: string,
  absent: string | undefined,
  factory: (wishes: LearnerWishes) => Promise<LearnerFixture>,
): void {
  describe(`${name}, a learner`, () => {
    beforeEach((context) => {
      if (absent !== undefined) context.skip(absent)
    })

    const setUp = async (wishes: LearnerWishes = {}) => {
      const fixture = await factory(wishes)
      const { learner, kernels } = fixture
      const models = Array.from({ length: 4 }, () => kernels.memory.allocate(learner.shape.words))
      const words = (model: number): number[] => wordsAt(kernels, model, learner.shape.words)
      return { ...fixture, models, words }
    }
    type SetUp = Awaited<ReturnType<typeof setUp>>
    /** Two different models that peers have trained, at models 0 and 1, with their ages. */
    const trained = ({ learner, models: [a, b] }: SetUp): [number, number] => {
      const age = learner.update(0, a, 0)
      return [age, learner.update(1, b, learner.update(1, b, 0))]
    }

    test('counts the age in rows', async () => {
      const { learner, models, epochs } = await setUp()
      expect(learner.update(0, models[0], 0)).toBe(ROWS * epochs)
      expect(learner.update(1, models[0], 1000)).toBe(1000 + ROWS * epochs)
      expect(learner.update(1, models[0], AGE_MAX - 1)).toBe(AGE_MAX)
    })

    test('descends', async () => {
      const { learner, models, loss } = await setUp()
      let age = learner.update(0, models[0], 0)
      const before = loss(models[0])
      for (let i = 0; i < 15; i++) age = learner.update(i % 2, models[0], age)
      expect(loss(models[0])).toBeLessThan(0.8 * before)
    })

    test('gives the same bits each time', async () => {
      const run = async () => {
        const fixture = await setUp()
        trained(fixture)
        return fixture.words(fixture.models[0])
      }
      expect(await run()).toEqual(await run())
    })

    test('leaves the padding zero', async () => {
      const fixture = await setUp()
      const { learner, models, words } = fixture
      const [ageA, ageB] = trained(fixture)
      learner.create(0, models[2], models[0], ageA, models[1], ageB, false)
      const { dimension, stride } = learner.shape
      expect(learner.shape.words).toBe(alignWords(learner.shape.words))
      for (const model of models.slice(0, 3)) {
        const padding = words(model).filter((_, word) => word % stride >= dimension)
        expect(padding).toEqual(padding.map(() => 0))
      }
    })

    const average = (a: readonly number[], weightA: number, b: readonly number[], weightB: number): number[] =>
      a.map((value, i) => (weightA * value + weightB * b[i]) / (weightA + weightB))
    const rules: { wishes: LearnerWishes; weights: (a: number, b: number) => [number, number]; sum?: boolean }[] = [
      { wishes: {}, weights: (a, b) => [a, b] },
      { wishes: { merge: 'mean' }, weights: () => [1, 1] },
      { wishes: { merge: 'limited', mergeGap: 1 }, weights: (a, b) => (a > b ? [1, 0] : [0, 1]) },
      { wishes: { merge: 'limited', mergeGap: 1e6 }, weights: (a, b) => [a, b] },
      { wishes: { ageRule: 'sum' }, weights: (a, b) => [a, b], sum: true },
    ]
    for (const { wishes, weights, sum = false } of rules) {
      test(`merges with ${JSON.stringify(wishes)}`, async () => {
        const fixture = await setUp(wishes)
        const { learner, models, words } = fixture
        const [ageA, ageB] = trained(fixture)
        const before = models.slice(0, 2).map(words)
        expect(learner.merge(models[2], models[0], ageA, models[1], ageB)).toBe(
          sum ? ageA + ageB : Math.max(ageA, ageB),
        )
        const [weightA, weightB] = weights(ageA, ageB)
        const expected = average(before[0], weightA, before[1], weightB)
        for (const [i, word] of words(models[2]).entries()) expect(word).toBeCloseTo(expected[i], 5)
        expect(models.slice(0, 2).map(words)).toEqual(before)
      })
    }

    test('makes models as the creation says', async () => {
      for (const creation of ['RW', 'MU', 'UM'] as const) {
        const fixture = await setUp({ creation })
        const { learner, models, words } = fixture
        const [ageA, ageB] = trained(fixture)
        const [received, partner, target, expected] = models
        let expectedAge = 0
        if (creation === 'MU') {
          expectedAge = learner.update(0, expected, learner.merge(expected, received, ageA, partner, ageB))
        } else {
          fixture.kernels.copy(received, expected, learner.shape.words)
          expectedAge = learner.update(0, expected, ageA)
        }
        if (creation === 'UM') {
          fixture.kernels.copy(partner, target, learner.shape.words)
          expectedAge = learner.merge(expected, expected, expectedAge, target, learner.update(0, target, ageB))
        }
        const before = [words(received), words(partner)]
        expect(learner.create(0, target, received, ageA, partner, ageB, false)).toBe(expectedAge)
        expect(words(target)).toEqual(words(expected))
        expect([words(received), words(partner)]).toEqual(before)
        expect(learner.create(0, target, received, ageA, partner, ageB, true)).toBe(expectedAge)
        expect([words(target), words(partner)]).toEqual([words(expected), before[0]])
        learner.create(0, received, partner, ageA, received, ageA, false)
        expect(words(partner)).toEqual(before[0])
      }
    })

    test('deals large shards out in turns, which are saved and forgotten', async () => {
      const straight = await setUp({ rowsPerUpdate: 3 })
      const ages = [0]
      for (let turn = 0; turn < 4; turn++) ages.push(straight.learner.update(0, straight.models[0], ages[turn]))
      expect(ages.map((age) => age / straight.epochs)).toEqual([0, 3, 6, 8, 11])

      const first = await setUp({ rowsPerUpdate: 3 })
      first.learner.update(0, first.models[0], first.learner.update(0, first.models[0], 0))
      const archive = new MemoryArchive()
      first.learner.persist?.(archive)
      const restored = await setUp({ rowsPerUpdate: 3 })
      restored.learner.persist?.(archive.reader())
      restored.kernels.memory.float32.set(first.words(first.models[0]), restored.models[0])
      restored.learner.update(0, restored.models[0], restored.learner.update(0, restored.models[0], ages[2]))
      expect(restored.words(restored.models[0])).toEqual(straight.words(straight.models[0]))

      first.learner.forget?.(0)
      const fresh = await setUp({ rowsPerUpdate: 3 })
      first.learner.update(0, first.models[1], 0)
      fresh.learner.update(0, fresh.models[1], 0)
      expect(first.words(first.models[1])).toEqual(fresh.words(fresh.models[1]))
    })
  })
}
