import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as reference from './reference.ts'
import { BACKENDS, exactly, finite, vectors, Workspace } from './workspace.ts'

const weight = fc.oneof(
  fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER, Number.MAX_VALUE, Number.MIN_VALUE),
  fc.nat(),
  fc.double({ min: 0, max: 1e20, noNaN: true }),
)

describe.each(BACKENDS)('merge on %s', (backend) => {
  const workspace = new Workspace(backend)
  const { kernels } = workspace

  function merged(x: readonly number[], weightX: number, y: readonly number[], weightY: number): number[] {
    workspace.clear()
    const target = workspace.vector(x.map(() => 9))
    const at = workspace.vector(x)
    kernels.merge(target, at, weightX, workspace.vector(y), weightY, x.length)
    expect(workspace.padding(target, x.length).every((word) => word === 0)).toBe(true)
    expect(workspace.read(at, x.length)).toEqual(x)
    return workspace.read(target, x.length)
  }

  test('is the weighted mean', () => {
    fc.assert(
      fc.property(vectors(2, 300), fc.nat(), fc.nat(), ([x, y], weightX, weightY) => {
        const expected = reference.merge(x, weightX, y, weightY)
        merged(x, weightX, y, weightY).forEach((value, i) => {
          const scale = Math.max(Math.abs(x[i]), Math.abs(y[i]))
          expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(2 ** -22 * scale)
        })
      }),
    )
  })

  test('is the plain mean where both weights are 0', () => {
    expect(merged([1, 2, 3, 4, 5], 0, [3, 2, 1, 0, -1], 0)).toEqual([2, 2, 2, 2, 2])
  })

  test('takes one vector as it is where the other has weight 0', () => {
    expect(merged([1.125, 2.25], 0, [3, -4], 5)).toEqual([3, -4])
    expect(merged([3, -4], 5, [1.125, 2.25], 0)).toEqual([3, -4])
  })

  test('of finite vectors is finite, whatever the weights', () => {
    const huge = fc.oneof(finite, fc.constantFrom(3.4028234663852886e38, -3.4028234663852886e38))
    fc.assert(
      fc.property(exactly(huge, 5), exactly(huge, 5), weight, weight, (x, y, weightX, weightY) => {
        expect(merged(x, weightX, y, weightY).every(Number.isFinite)).toBe(true)
        expect(merged(x, weightX, x, weightY).every(Number.isFinite)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  test('does not depend on the order of its arguments', () => {
    fc.assert(
      fc.property(vectors(2, 20), weight, weight, ([x, y], weightX, weightY) => {
        expect(merged(x, weightX, y, weightY)).toEqual(merged(y, weightY, x, weightX))
      }),
    )
  })

  test('may write to one of the vectors that it merges', () => {
    workspace.clear()
    const x = workspace.vector([1, 2, 3, 4, 5])
    const y = workspace.vector([5, 4, 3, 2, 1])
    kernels.merge(x, x, 1, y, 3, 5)
    expect(workspace.read(x, 5)).toEqual([4, 3.5, 3, 2.5, 2])
    kernels.merge(y, x, 1, y, 1, 5)
    expect(workspace.read(y, 5)).toEqual([4.5, 3.75, 3, 2.25, 1.5])
  })
})
