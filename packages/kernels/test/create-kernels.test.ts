import { describe, expect, test } from 'vitest'
import { createKernels, isWasmSimdSupported } from '../src/index.ts'
import { BACKENDS } from './workspace.ts'

describe('createKernels', () => {
  test('takes WebAssembly SIMD where the engine has it', () => {
    expect(isWasmSimdSupported()).toBe(true)
    expect(createKernels().backend).toBe('wasm-simd')
  })

  test.each(BACKENDS)('gives the backend that was asked for: %s', (backend) => {
    expect(createKernels({ backend }).backend).toBe(backend)
  })

  test.each(BACKENDS)('kernels on %s follow their memory as it grows', (backend) => {
    const kernels = createKernels({ backend, initialWords: 65536 })
    const x = kernels.memory.allocate(4)
    kernels.memory.float32.set([1, 2, 3, 4], x)
    const y = kernels.memory.allocate(1_000_000) + 999_996
    kernels.copy(x, y, 4)
    kernels.axpy(1, x, y, 4)
    expect(kernels.dot(x, y, 4)).toBe(60)
  })

  test.each(BACKENDS)('kernels on %s do not share a memory', (backend) => {
    const [one, other] = [createKernels({ backend }), createKernels({ backend })]
    const x = one.memory.allocate(4)
    expect(other.memory.allocate(4)).toBe(x)
    one.memory.float32.fill(1, x, x + 4)
    expect(other.dot(x, x, 4)).toBe(0)
  })

  test.each(BACKENDS)('refuses sizes that make no sense on %s', (backend) => {
    const refusal = expect.objectContaining({ code: 'MEMORY_SIZE_INVALID' })
    expect(() => createKernels({ backend, initialWords: 2 ** 31 })).toThrow(refusal)
    expect(() => createKernels({ backend, initialWords: 100, maximumWords: 50 })).toThrow(refusal)
  })
})
