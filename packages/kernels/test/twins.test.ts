import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Loss } from '../src/index.ts'
import { type Backend, BACKENDS, finite, type Problem, problems, vectors, Workspace } from './workspace.ts'

describe('the twins', () => {
  const workspaces = { 'wasm-simd': new Workspace('wasm-simd'), javascript: new Workspace('javascript') }

  function both<T>(run: (workspace: Workspace) => T): T[] {
    return BACKENDS.map((backend: Backend) => run(workspaces[backend].clear()))
  }

  function expectNear(wasm: readonly number[], javascript: readonly number[], error: number): void {
    expect(wasm.length).toBe(javascript.length)
    wasm.forEach((value, i) => expect(Math.abs(value - javascript[i])).toBeLessThanOrEqual(error))
  }

  test('merge with the same factors', () => {
    fc.assert(
      fc.property(vectors(2, 40), fc.nat(), fc.nat(), ([x, y], weightX, weightY) => {
        const [wasm, javascript] = both((workspace) => {
          const target = workspace.vector(x)
          workspace.kernels.merge(target, target, weightX, workspace.vector(y), weightY, x.length)
          return workspace.read(target, x.length)
        })
        expectNear(wasm, javascript, 4 * 2 ** -23)
      }),
    )
  })

  test('agree on norms', () => {
    fc.assert(
      fc.property(fc.array(finite, { maxLength: 60 }), (x) => {
        const [wasm, javascript] = both((workspace) => workspace.kernels.norm(workspace.vector(x), x.length))
        expect(Math.abs(wasm - javascript)).toBeLessThanOrEqual(1e-14 * javascript)
      }),
    )
  })

  test.each([Loss.log, Loss.squared])('take the same passes with loss %i', (loss) => {
    fc.assert(
      fc.property(problems(2, 1), (problem) => {
        const [wasm, javascript] = both((workspace) => passOn(workspace, problem, loss))
        expectNear(wasm, javascript, 1e-5)
      }),
    )
  })

  function passOn(workspace: Workspace, { plan, rows, labels, model, age }: Problem, loss: Loss): number[] {
    const at = workspace.vector(model)
    workspace.kernels.pass(plan, loss, at, age, workspace.rows(rows, labels, plan.stride), 1)
    return workspace.read(at, plan.stride)
  }
})
