import type { Archive, ArchivedArray } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import { describe, expect, test } from 'vitest'
import { LinearLearner, type LinearLearnerOptions, shapeOf, Shards } from '../src/index.ts'
import { clusters } from './reference.ts'

const ASSIGNMENT = [[0, 1, 2], [3], [4, 5, 6, 7, 8], []]

function learnerOf(options: Partial<LinearLearnerOptions>) {
  const kernels = createKernels()
  const shape = shapeOf(options.model ?? 'pegasos', 6, 3, true)
  const shards = new Shards(kernels.memory, shape, clusters(1, 12, 6, 3, 0.5), ASSIGNMENT)
  const steps = new Float64Array(ASSIGNMENT.length)
  const learner = new LinearLearner(kernels, shards, { model: 'pegasos', lambda: 0.01, ...options }, steps)
  const [target, received, partner] = [0, 1, 2].map(() => kernels.memory.allocate(shape.words))
  return { learner, steps, target, received, partner }
}

describe('steps that a learner counts', () => {
  test.each<[Partial<LinearLearnerOptions>, number]>([
    [{}, 1],
    [{ creation: 'RW' }, 1],
    [{ creation: 'UM' }, 2],
    [{ model: 'softmax' }, 1],
    [{ model: 'softmax', creation: 'UM' }, 2],
    // An age that has saturated does not grow any more: rows are counted, not ages.
    [{ ageRule: 'sum' }, 1],
  ])('with %o are the rows of the shard at each receipt, times %d', (options, times) => {
    const { learner, steps, target, received, partner } = learnerOf(options)
    for (const peer of [0, 2, 2, 3]) learner.create(peer, target, received, Number.MAX_SAFE_INTEGER, partner, 4, true)
    expect([...steps]).toEqual([3 * times, 0, 10 * times, 0])
  })

  test('are those of each turn where an update trains on a part of the shard', () => {
    const { learner, steps, target } = learnerOf({ rowsPerUpdate: 2 })
    const counted = [1, 2, 3, 4].map(() => {
      learner.update(2, target, 0)
      return steps[2]
    })
    expect(counted).toEqual([2, 4, 5, 7])
  })

  test('are saved and restored', () => {
    const { learner, target } = learnerOf({})
    learner.update(2, target, 0)
    const saved: ArchivedArray[] = []
    const writer: Archive = {
      restoring: false,
      array: (values) => saved.push(values.slice()),
      number: (value) => value,
    }
    learner.persist(writer)
    const other = learnerOf({})
    const reader: Archive = { ...writer, restoring: true, array: (values) => values.set(saved.shift() ?? []) }
    other.learner.persist(reader)
    expect([...other.steps]).toEqual([0, 0, 5, 0])
  })
})
