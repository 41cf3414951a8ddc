import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exponential, WasmMemory } from '../src/index.ts'
import { instantiateKernels } from '../src/wasm/kernels-module.ts'

const wasm = instantiateKernels(new WasmMemory(16).wasm)

describe.each([
  ['javascript', exponential],
  ['wasm-simd', (x: number) => wasm.exponential(x)],
] as const)('exponential on %s', (_, exp) => {
  test('is within 10⁻¹⁴ of eˣ, relatively', () => {
    fc.assert(
      fc.property(fc.double({ min: -706.9, max: 709.7, noNaN: true }), (x) => {
        expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(1e-14)
      }),
      { numRuns: 2000 },
    )
  })

  test('saturates', () => {
    expect([-1e308, Number.NEGATIVE_INFINITY, -708].map(exp)).toEqual([0, 0, 0])
    expect([710, 1e308, Number.POSITIVE_INFINITY].map(exp)).toEqual(Array(3).fill(Number.POSITIVE_INFINITY))
    expect(exp(709.78)).toBeLessThan(Number.POSITIVE_INFINITY)
    expect(exp(0)).toBe(1)
    expect(exp(Number.NaN)).toBeNaN()
  })
})

test('both twins give the same bits', () => {
  fc.assert(
    fc.property(fc.double({ min: -800, max: 800 }), (x) => {
      expect(wasm.exponential(x)).toBe(exponential(x))
    }),
    { numRuns: 2000 },
  )
})
