import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Loss, type PassPlan } from '../src/index.ts'
import * as reference from './reference.ts'
import { BACKENDS, problems, Workspace } from './workspace.ts'

const LOSSES = [
  { name: 'hinge', loss: Loss.hinge, gradient: reference.hinge },
  { name: 'log', loss: Loss.log, gradient: reference.log },
  { name: 'squared', loss: Loss.squared, gradient: reference.squared },
] as const

describe.each(BACKENDS)('pass on %s', (backend) => {
  const workspace = new Workspace(backend)
  const { kernels } = workspace

  function run(plan: PassPlan, loss: Loss, model: number[], age: number, rows: number[][], labels: number[]): number[] {
    workspace.clear()
    const at = workspace.vector(model)
    kernels.pass(plan, loss, at, age, workspace.rows(rows, labels, plan.stride), 1)
    return workspace.read(at, plan.stride)
  }

  test.each(LOSSES)('descends the $name loss as the formula says', ({ loss, gradient }) => {
    fc.assert(
      fc.property(problems(3, 1), ({ plan, rows, labels, model, age }) => {
        const expected = [...model]
        const scores = reference.pass(plan, gradient, expected, age, rows, labels)
        // At the hinge itself a rounding decides which side a row is on.
        fc.pre(loss !== Loss.hinge || scores.every((score) => Math.abs(Math.abs(score) - 1) > 1e-4))
        const result = run(plan, loss, model, age, rows, labels)
        result.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(1e-5))
        if (rows.length > 0) expect(result.slice(rows[0].length).every((word) => word === 0)).toBe(true)
        expect(run(plan, loss, model, age, rows, labels)).toEqual(result)
      }),
      { numRuns: 200 },
    )
  })

  test('is Pegasos for η₀ = 1/λ (Shalev-Shwartz et al. 2011, fig. 1)', () => {
    const plan = { stride: 4, bias: -1, lambda: 0.5, eta: 2, decay: true, batch: 1 }
    const rows = [
      [1, 2],
      [3, -1],
      [0.5, 0.5],
    ]
    // t = 1: η = 2, ⟨w, x⟩ = −86, a violation: w = 0·w + 2·(1, 2) = (2, 4).
    // t = 2: η = 1, y = −1, ⟨w, x⟩ = 2, a violation: w = ½(2, 4) − (3, −1) = (−2, 3).
    // t = 3: η = ⅔, y = +1, ⟨w, x⟩ = ½ < 1, a violation: w = ⅔(−2, 3) + ⅔(½, ½) = (−1, 2⅓).
    const model = run(plan, Loss.hinge, [-100, 7, 0, 0], 0, rows, [1, 0, 1])
    expect(model[0]).toBeCloseTo(-1, 6)
    expect(model[1]).toBeCloseTo(7 / 3, 6)
    expect(model.slice(2)).toEqual([0, 0])
  })

  test('only shrinks w where no row violates the margin', () => {
    const plan = { stride: 4, bias: -1, lambda: 0.5, eta: 2, decay: true, batch: 1 }
    expect(run(plan, Loss.hinge, [4, 0, 0, 0], 3, [[1, 0]], [1])).toEqual([3, 0, 0, 0])
  })

  test('does not scale the bias', () => {
    const plan = { stride: 4, bias: 1, lambda: 0.25, eta: 2, decay: false, batch: 1 }
    expect(run(plan, Loss.hinge, [4, 3, 0, 0], 0, [[1, 1]], [1])).toEqual([2, 3, 0, 0])
    expect(run(plan, Loss.hinge, [4, 3, 0, 0], 0, [[1, 1]], [0])).toEqual([0, 1, 0, 0])
    const batches = { ...plan, batch: 2 }
    expect(
      run(
        batches,
        Loss.hinge,
        [4, 3, 0, 0],
        0,
        [
          [1, 1],
          [1, 1],
        ],
        [0, 0],
      ),
    ).toEqual([-4, -1, 0, 0])
  })

  test('takes all gradients of a batch at the same w, and counts its rows (Hegedűs et al. 2021)', () => {
    const plan = { stride: 4, bias: -1, lambda: 0, eta: 12, decay: true, batch: 2 }
    const rows = [
      [1, 0],
      [1, 0],
      [0, 1],
    ]
    // t = 2: η = 6, both scores are 0: w = 6·(1 + 1, 0). t = 3: η = 4, the score is 0: w = (12, 4).
    expect(run(plan, Loss.squared, [0, 0, 0, 0], 0, rows, [1, 1, 1])).toEqual([12, 4, 0, 0])
  })

  test('regularises once for each row of a batch (mini-batch Pegasos, Shalev-Shwartz et al. 2011)', () => {
    const plan = { stride: 4, bias: 1, lambda: 0.25, eta: 4, decay: true, batch: 2 }
    // η₀λ = 1: the first batch forgets all that was there, bias aside, and the third row a third of the rest.
    // t = 2: η = 2, both margins are 4 ≥ 1. t = 3: η = 4/3, the margin is 2 ≥ 1.
    const rows = [
      [1, 1],
      [1, 1],
      [1, 1],
    ]
    expect(run(plan, Loss.hinge, [2, 2, 0, 0], 0, rows, [1, 1, 1])).toEqual([0, 2, 0, 0])
    // t = 8: η = ½: what was learnt from six rows keeps a share of 6/8.
    expect(run(plan, Loss.hinge, [8, 2, 0, 0], 6, rows.slice(0, 2), [1, 1])).toEqual([6, 2, 0, 0])
  })

  test('stays finite for scores of any size', () => {
    const plan = { stride: 4, bias: -1, lambda: 0, eta: 1, decay: false, batch: 1 }
    expect(run(plan, Loss.log, [3e38, 0, 0, 0], 0, [[3e38, 0]], [1])).toEqual([Math.fround(3e38), 0, 0, 0])
    expect(run(plan, Loss.log, [3e38, 0, 0, 0], 0, [[-16, 0]], [0])).toEqual([Math.fround(3e38), 0, 0, 0])
    expect(run(plan, Loss.log, [64, 0, 0, 0], 0, [[64, 0]], [0])).toEqual([0, 0, 0, 0])
  })

  test('of no rows changes nothing', () => {
    const plan = { stride: 4, bias: -1, lambda: 0.5, eta: 2, decay: true, batch: 1 }
    expect(run(plan, Loss.hinge, [1, 2, 3, 4], 0, [], [])).toEqual([1, 2, 3, 4])
  })

  test('splits at any batch boundary', () => {
    fc.assert(
      fc.property(problems(2, 1), fc.nat(9), ({ plan, rows, labels, model, age }, cut) => {
        const whole = run(plan, Loss.log, model, age, rows, labels)
        const first = Math.min(rows.length, cut * plan.batch)
        const half = run(plan, Loss.log, model, age, rows.slice(0, first), labels.slice(0, first))
        const split = run(plan, Loss.log, half, age + first, rows.slice(first), labels.slice(first))
        split.forEach((value, i) => expect(Math.abs(value - whole[i])).toBeLessThan(1e-6))
      }),
    )
  })

  test.each([
    ['stride', 6],
    ['bias', 8],
    ['bias', -2],
    ['lambda', -1],
    ['eta', 0],
    ['eta', Number.NaN],
    ['batch', 0],
    ['batch', 4097],
    ['batch', 1.5],
  ])('refuses a plan with %s = %d', (name, value) => {
    const plan = { stride: 8, bias: 2, lambda: 0, eta: 1, decay: true, batch: 1, [name]: value }
    const range = { rows: 0, labels: 0, count: 0 }
    const refusal = expect.objectContaining({ name: 'UsageError', code: 'PASS_PLAN_INVALID' })
    expect(() => kernels.pass(plan, Loss.hinge, 0, 0, range, 1)).toThrow(refusal)
    expect(() => kernels.mergePass(plan, Loss.hinge, 0, 0, 1, 0, 1, true, 0, range, 1)).toThrow(refusal)
    expect(() => kernels.softmaxPass(plan, 2, 0, 0, range)).toThrow(refusal)
  })
})
