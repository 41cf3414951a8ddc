import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BACKENDS, problems, Workspace } from './workspace.ts'

describe.each(BACKENDS)('scores and errors on %s', (backend) => {
  const workspace = new Workspace(backend)
  const { kernels } = workspace

  test('scores are the dot products with the rows, one word each', () => {
    fc.assert(
      fc.property(problems(2, 1), ({ plan, rows, labels, model }) => {
        workspace.clear()
        const at = workspace.vector(model)
        const range = workspace.rows(rows, labels, plan.stride)
        const target = workspace.vector([...rows.map(() => 0), 7])
        kernels.scores(target, at, plan.stride, range)
        const expected = rows.map((_, i) => kernels.dot(at, range.rows + i * plan.stride, plan.stride))
        expect(workspace.read(target, rows.length + 1)).toEqual([...expected, 7])
      }),
    )
  })

  test('countErrors counts the rows whose score is on the wrong side', () => {
    fc.assert(
      fc.property(problems(3, 1), fc.nat(2), ({ plan, rows, labels, model }, positive) => {
        workspace.clear()
        const at = workspace.vector(model)
        const range = workspace.rows(rows, labels, plan.stride)
        const wrong = labels.filter(
          (label, i) => kernels.dot(at, range.rows + i * plan.stride, plan.stride) > 0 !== (label === positive),
        )
        expect(kernels.countErrors(at, plan.stride, range, positive)).toBe(wrong.length)
      }),
    )
  })

  test('a score of 0 predicts any class but the positive one', () => {
    workspace.clear()
    const range = workspace.rows([[1], [1]], [0, 1], 4)
    expect(kernels.countErrors(workspace.vector([0]), 4, range, 1)).toBe(1)
  })
})
