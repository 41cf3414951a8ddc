import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Loss } from '../src/index.ts'
import { BACKENDS, type Problem, problems, Workspace } from './workspace.ts'

const losses = fc.constantFrom(Loss.hinge, Loss.log, Loss.squared)

/** Which of target, received and last are the same vector. */
const aliases = fc.constantFrom([0, 1, 2], [0, 0, 1], [0, 1, 0], [0, 1, 1], [0, 0, 0])

describe.each(BACKENDS)('mergePass on %s', (backend) => {
  const workspace = new Workspace(backend)
  const { kernels } = workspace

  function place(problem: Problem, roles: readonly number[]) {
    workspace.clear()
    const places = [0, 1, 2].map((i) => workspace.vector(problem.model.map((value) => value * (i + 1))))
    const range = workspace.rows(problem.rows, problem.labels, problem.plan.stride)
    const [target, received, last] = roles.map((role) => places[role])
    const read = () => places.map((at) => workspace.read(at, problem.plan.stride))
    return { target, received, last, range, read }
  }

  test('gives the bits of merge, copy and pass, also for vectors that are identical', () => {
    const weights = fc.tuple(fc.nat(), fc.nat())
    fc.assert(
      fc.property(problems(2, 1), losses, aliases, weights, fc.boolean(), (problem, loss, roles, [a, b], replace) => {
        const { plan, age } = problem
        const apart = place(problem, roles)
        kernels.merge(apart.target, apart.received, a, apart.last, b, plan.stride)
        if (replace) kernels.copy(apart.received, apart.last, plan.stride)
        kernels.pass(plan, loss, apart.target, age, apart.range, 1)
        const expected = apart.read()
        const fused = place(problem, roles)
        kernels.mergePass(plan, loss, fused.target, fused.received, a, fused.last, b, replace, age, fused.range, 1)
        expect(fused.read()).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })
})
