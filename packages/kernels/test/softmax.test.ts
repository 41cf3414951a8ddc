import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PassPlan } from '../src/index.ts'
import * as reference from './reference.ts'
import { BACKENDS, exactly, problems, Workspace } from './workspace.ts'

const CLASSES = 4

describe.each(BACKENDS)('softmaxPass on %s', (backend) => {
  const workspace = new Workspace(backend)
  const { kernels } = workspace

  function run(plan: PassPlan, classes: number, model: number[], age: number, rows: number[][], labels: number[]) {
    workspace.clear()
    const at = workspace.vector(model)
    kernels.softmaxPass(plan, classes, at, age, workspace.rows(rows, labels, plan.stride))
    return workspace.read(at, model.length)
  }

  test('descends −log softmax as the formula says', () => {
    fc.assert(
      fc.property(problems(CLASSES, CLASSES), ({ plan, rows, labels, model, age }) => {
        const expected = [...model]
        reference.pass(plan, reference.softmax, expected, age, rows, labels)
        const result = run(plan, CLASSES, model, age, rows, labels)
        result.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(1e-5))
        expect(run(plan, CLASSES, model, age, rows, labels)).toEqual(result)
      }),
      { numRuns: 200 },
    )
  })

  test('steps along the gradient that finite differences give', () => {
    const plan = { stride: 4, bias: -1, lambda: 0, eta: 2 ** -10, decay: false, batch: 1 }
    const values = fc.integer({ min: -64, max: 64 }).map((i) => i / 64)
    fc.assert(
      fc.property(exactly(values, 4), exactly(values, 12), fc.nat(2), (x, model, label) => {
        const lossAt = (w: readonly number[]) => {
          const scores = [0, 1, 2].map((k) => reference.dot(x, w.slice(4 * k, 4 * k + 4)))
          return Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[label]
        }
        const result = run(plan, 3, model, 0, [x], [label])
        result.forEach((value, j) => {
          const h = 1e-5
          const moved = (by: number) => lossAt(model.map((w, i) => (i === j ? w + by : w)))
          const slope = (moved(h) - moved(-h)) / (2 * h)
          expect((model[j] - value) / plan.eta).toBeCloseTo(slope, 3)
        })
      }),
      { numRuns: 50 },
    )
  })

  test('stays finite for scores of any size', () => {
    const plan = { stride: 4, bias: -1, lambda: 0, eta: 1, decay: false, batch: 1 }
    const result = run(plan, 2, [1e30, 0, 0, 0, -1e30, 0, 0, 0], 0, [[1e3, 0]], [0])
    expect(result).toEqual([Math.fround(1e30), 0, 0, 0, Math.fround(-1e30), 0, 0, 0])
  })

  test('is the same for a batch of any size', () => {
    // 4096 rows × 3 classes are more exponentials than are kept at once.
    const plan = { stride: 4, bias: 1, lambda: 0.5, eta: 2 ** -14, decay: false, batch: 4096 }
    const rows = Array.from({ length: 4096 }, (_, i) => [Math.sin(i), 1])
    const labels = rows.map((_, i) => i % 3)
    const model = [0.5, -0.25, 0, 0, -0.5, 0.125, 0, 0, 0.75, 0.5, 0, 0]
    const expected = [...model]
    reference.pass(plan, reference.softmax, expected, 0, rows, labels)
    run(plan, 3, model, 0, rows, labels).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 5))
  })
})
