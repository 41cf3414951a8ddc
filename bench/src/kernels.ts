import { createKernels, type Kernels, Loss, type PassPlan } from '@hearsay/kernels'
import { alignWords, randomStream } from '@hearsay/core'
import { type Benchmark, interleave, median, medianRatio } from './measure.ts'

const BACKENDS = ['wasm-simd', 'javascript'] as const
const ROUNDS = 9
/** The shape of the step that dominates a simulation of Spambase: 57 features, four rows a peer. */
const FEATURES = 57
const ROWS = 4

/** Vectors whose components are of the order of 1, none of them subnormal, which would measure the processor's traps. */
function allocateVector(kernels: Kernels, length: number, seed: number): number {
  const offset = kernels.memory.allocate(alignWords(length))
  const random = randomStream(seed)
  for (let i = 0; i < length; i++) kernels.memory.float32[offset + i] = 0.5 + random.float64()
  return offset
}

function dotAxpy(kernels: Kernels, length: number): (iterations: number) => void {
  const x = allocateVector(kernels, length, 1)
  const y = allocateVector(kernels, length, 2)
  return (iterations) => {
    for (let i = 0; i < iterations; i++) {
      // The sign alternates, so that y stays where it is however often this runs.
      const alpha = kernels.dot(x, y, length) > 0 === ((i & 1) === 0) ? 1e-3 : -1e-3
      kernels.axpy(alpha, x, y, length)
    }
  }
}

function mergePass(kernels: Kernels): (iterations: number) => void {
  const stride = alignWords(FEATURES)
  const rows = kernels.memory.allocate(stride * ROWS)
  const random = randomStream(3)
  const labels = kernels.memory.allocate(ROWS)
  for (let row = 0; row < ROWS; row++) {
    for (let i = 0; i < FEATURES; i++) kernels.memory.float32[rows + row * stride + i] = random.normal() || 1
    kernels.memory.int32[labels + row] = row & 1
  }
  const [target, received, last] = [4, 5, 6].map((seed) => allocateVector(kernels, FEATURES, seed))
  const plan: PassPlan = { stride, bias: -1, lambda: 1e-4, eta: 1e4, decay: true, batch: 1 }
  const range = { rows, labels, count: ROWS }
  return (iterations) => {
    for (let i = 0; i < iterations; i++) {
      kernels.mergePass(plan, Loss.hinge, target, received, 1, last, 1, false, 1000 + i, range, 1)
    }
  }
}

/** The kernels, WebAssembly SIMD beside the JavaScript twin in the same rounds. */
export const kernelsBenchmark: Benchmark = {
  name: 'kernels',
  description: 'vector kernels: nanoseconds, and how many times faster WebAssembly SIMD is than the JavaScript twin',
  async run(report) {
    const kernels = BACKENDS.map((backend) => createKernels({ backend }))
    const cases = [
      { name: 'dotAxpy.57', make: (k: Kernels) => dotAxpy(k, 57), iterations: 300_000 },
      { name: 'dotAxpy.784', make: (k: Kernels) => dotAxpy(k, 784), iterations: 40_000 },
      { name: 'mergePass.57x4', make: mergePass, iterations: 100_000 },
    ]
    for (const { name, make, iterations } of cases) {
      const [simd, twin] = interleave(kernels.map(make), { rounds: ROUNDS, iterations })
      report({ name: `kernels.${name}.simd`, value: median(simd), unit: 'ns' })
      report({ name: `kernels.${name}.javascript`, value: median(twin), unit: 'ns' })
      report({ name: `kernels.${name}.ratio`, value: medianRatio(twin, simd), unit: 'x' })
    }
  },
}
