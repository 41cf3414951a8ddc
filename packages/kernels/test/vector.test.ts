import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as reference from './reference.ts'
import { BACKENDS, finite, vectors, Workspace } from './workspace.ts'

const LENGTH_MAX = 300
/** Roundings of a sum of up to 300 float32 products, relative to the sum of their magnitudes. */
const SUM_ERROR = 300 * 2 ** -24

describe.each(BACKENDS)('vectors on %s', (backend) => {
  const workspace = new Workspace(backend)
  const { kernels } = workspace
  const { memory } = kernels

  test('dot is ⟨x, y⟩', () => {
    fc.assert(
      fc.property(vectors(2, LENGTH_MAX), ([x, y]) => {
        workspace.clear()
        const result = kernels.dot(workspace.vector(x), workspace.vector(y), x.length)
        const magnitude = reference.dot(x.map(Math.abs), y.map(Math.abs))
        expect(Math.abs(result - reference.dot(x, y))).toBeLessThanOrEqual(SUM_ERROR * magnitude)
        expect(Math.fround(result)).toBe(result)
      }),
    )
  })

  test.each([0, 1, 3, 4, 5, 15, 16, 17, 28, 57, 60, 784])('dot of %i ones is their number', (length) => {
    workspace.clear()
    const ones = workspace.vector(Array(length).fill(1))
    workspace.vector([5, 5, 5, 5])
    expect(kernels.dot(ones, ones, length)).toBe(length)
  })

  test('axpy is y + αx, and leaves x and the padding alone', () => {
    fc.assert(
      fc.property(vectors(2, LENGTH_MAX), finite, ([x, y], scale) => {
        const alpha = scale % 64
        workspace.clear()
        const [at, target] = [workspace.vector(x), workspace.vector(y)]
        const beyond = workspace.vector([7, 7, 7, 7])
        kernels.axpy(alpha, at, target, x.length)
        workspace.read(target, x.length).forEach((value, i) => {
          const error = 2 ** -22 * (Math.abs(alpha * x[i]) + Math.abs(y[i])) + 1e-44
          expect(Math.abs(value - (y[i] + alpha * x[i]))).toBeLessThanOrEqual(error)
        })
        expect(workspace.read(at, x.length)).toEqual(x)
        expect(workspace.padding(target, x.length).every((word) => word === 0)).toBe(true)
        expect(workspace.read(beyond, 4)).toEqual([7, 7, 7, 7])
      }),
    )
  })

  test('axpy of a vector to itself scales it', () => {
    workspace.clear()
    const x = workspace.vector([1, 2, 3, 4, 5])
    kernels.axpy(1, x, x, 5)
    expect(workspace.read(x, 8)).toEqual([2, 4, 6, 8, 10, 0, 0, 0])
  })

  test('scale is αx', () => {
    fc.assert(
      fc.property(vectors(1, LENGTH_MAX), ([x]) => {
        workspace.clear()
        const at = workspace.vector(x)
        const beyond = workspace.vector([7, 7, 7, 7])
        kernels.scale(-0.5, at, x.length)
        expect(workspace.read(at, x.length)).toEqual(x.map((value) => -0.5 * value))
        expect(workspace.padding(at, x.length).every((word) => word === 0)).toBe(true)
        expect(workspace.read(beyond, 4)).toEqual([7, 7, 7, 7])
      }),
    )
  })

  test('copy copies the words and their padding, and nothing more', () => {
    fc.assert(
      fc.property(vectors(1, LENGTH_MAX), ([x]) => {
        workspace.clear()
        const from = workspace.vector(x)
        const to = workspace.vector(x.map(() => 9))
        const beyond = workspace.vector([7, 7, 7, 7])
        kernels.copy(from, to, x.length)
        expect(workspace.read(to, x.length)).toEqual(x)
        expect(workspace.read(beyond, 4)).toEqual([7, 7, 7, 7])
      }),
    )
  })

  test('norm is ‖x‖ to float64 precision for any finite x', () => {
    fc.assert(
      fc.property(fc.array(finite, { maxLength: LENGTH_MAX }), (x) => {
        workspace.clear()
        const norm = kernels.norm(workspace.vector(x), x.length)
        const expected = Math.sqrt(reference.dot(x, x))
        expect(Math.abs(norm - expected)).toBeLessThanOrEqual(1e-13 * expected)
      }),
    )
  })

  test('the norm of the largest vectors is finite', () => {
    workspace.clear()
    const x = workspace.vector(Array(300).fill(3e38))
    expect(kernels.norm(x, 300) / (3e38 * Math.sqrt(300))).toBeCloseTo(1, 6)
  })

  test('the norm is not finite exactly if a component is not', () => {
    const bad = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 40 }), fc.nat(), bad, (x, position, value) => {
        workspace.clear()
        const at = workspace.vector(x)
        expect(Number.isFinite(kernels.norm(at, x.length))).toBe(true)
        memory.float32[at + (position % x.length)] = value
        expect(Number.isFinite(kernels.norm(at, x.length))).toBe(false)
      }),
    )
  })

  test('clip bounds the norm, keeps the direction and returns the norm before', () => {
    const values = fc.array(fc.float({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 60 })
    fc.assert(
      fc.property(values, fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (x, normMax) => {
        workspace.clear()
        const at = workspace.vector(x)
        const before = kernels.norm(at, x.length)
        expect(kernels.clip(at, x.length, normMax)).toBe(before)
        expect(kernels.norm(at, x.length)).toBeLessThanOrEqual(normMax)
        const factor = before > normMax ? normMax / before : 1
        workspace.read(at, x.length).forEach((value, i) => {
          expect(Math.abs(value - factor * x[i])).toBeLessThanOrEqual(1e-6 * Math.abs(factor * x[i]) + 1e-44)
        })
      }),
    )
  })

  test('clip leaves a vector that is short enough, or not finite, as it is', () => {
    workspace.clear()
    const short = workspace.vector([3, 4])
    expect(kernels.clip(short, 2, 5)).toBe(5)
    expect(workspace.read(short, 2)).toEqual([3, 4])
    const infinite = workspace.vector([1, Number.POSITIVE_INFINITY])
    expect(kernels.clip(infinite, 2, 5)).toBe(Number.POSITIVE_INFINITY)
    expect(workspace.read(infinite, 2)).toEqual([1, Number.POSITIVE_INFINITY])
  })
})
