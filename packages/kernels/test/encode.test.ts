import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createKernels, type Kernels } from '../src/index.ts'
import { BACKENDS, finite } from './workspace.ts'

// The platform's own conversion, which the TypeScript library does not know yet.
const { f16round } = Math as unknown as { f16round(value: number): number }
const HALF_MAX = 65504
const LENGTH_MAX = 40

type Encoding = 'Float16' | 'Int8'

/** Three areas of a kernel's memory, filled with garbage before each use. */
class Bench {
  readonly kernels: Kernels
  readonly #source: number
  readonly #encoded: number
  readonly #decoded: number

  constructor(backend: (typeof BACKENDS)[number]) {
    this.kernels = createKernels({ backend })
    const area = (): number => this.kernels.memory.allocate(LENGTH_MAX + 8)
    this.#source = area()
    this.#encoded = area()
    this.#decoded = area()
  }

  /** The words of an encoded vector, up to the next multiple of four, and one more. */
  encode(encoding: Encoding, values: readonly number[], words: number): number[] {
    const { memory } = this.kernels
    memory.int32.fill(-1, this.#encoded, this.#encoded + LENGTH_MAX + 8)
    memory.float32.fill(0, this.#source, this.#source + LENGTH_MAX + 8)
    memory.float32.set(values, this.#source)
    this.kernels[`encode${encoding}`](this.#source, this.#encoded, values.length)
    return [...memory.int32.slice(this.#encoded, this.#encoded + aligned(words) + 1)]
  }

  /** The floats of an encoded vector, up to the next multiple of four, and the bits of one more. */
  decode(encoding: Encoding, words: readonly number[], length: number): { floats: number[]; bits: number[] } {
    const { memory } = this.kernels
    memory.int32.fill(-1, this.#decoded, this.#decoded + LENGTH_MAX + 8)
    memory.int32.set(words, this.#encoded)
    this.kernels[`decode${encoding}`](this.#encoded, this.#decoded, length)
    return {
      floats: [...memory.float32.slice(this.#decoded, this.#decoded + length)],
      bits: [...memory.int32.slice(this.#decoded, this.#decoded + aligned(length) + 1)],
    }
  }

  roundTrip(encoding: Encoding, values: readonly number[]): number[] {
    return this.decode(encoding, this.encode(encoding, values, wordsOf(encoding, values.length)), values.length).floats
  }
}

function aligned(words: number): number {
  return (words + 3) & ~3
}

function wordsOf(encoding: Encoding, length: number): number {
  return encoding === 'Float16' ? Math.ceil(length / 2) : 1 + Math.ceil(length / 4)
}

function floatsOfBits(bits: readonly number[]): number[] {
  return [...new Float32Array(Int32Array.from(bits).buffer)]
}

const benches = { 'wasm-simd': new Bench('wasm-simd'), javascript: new Bench('javascript') }

const ordinary = fc.float({ min: Math.fround(-100), max: Math.fround(100), noNaN: true })
const small = fc.integer({ min: -4096, max: 4096 }).map((i) => i * 2 ** -27)
const tie = fc.integer({ min: -65535, max: 65535 }).map((i) => i * 2 ** -12)
const weights = fc.array(fc.oneof(ordinary, small, tie, finite), { maxLength: LENGTH_MAX })
const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })

describe.each(BACKENDS)('encodings on %s', (backend) => {
  const bench = benches[backend]

  test('float16 is the nearest, ties to even, and never more than 65504', () => {
    fc.assert(
      fc.property(weights, (values) => {
        const expected = values.map((value) => Math.max(-HALF_MAX, Math.min(HALF_MAX, f16round(value))))
        expect(bench.roundTrip('Float16', values)).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    [65519.996, HALF_MAX],
    [65520, HALF_MAX],
    [-1e30, -HALF_MAX],
    [Number.POSITIVE_INFINITY, HALF_MAX],
    [Number.NaN, HALF_MAX],
    [2 ** -25, 0],
    [2 ** -25 * 1.0001, 2 ** -24],
    [3 * 2 ** -25, 2 ** -23],
    [2 ** -14 - 2 ** -26, 2 ** -14],
    [-0, -0],
    [1 + 2 ** -11, 1],
    [1 + 3 * 2 ** -11, 1 + 2 ** -9],
  ])('float16 of %d is %d', (value, expected) => {
    expect(bench.roundTrip('Float16', [value])).toEqual([expected])
  })

  test('float16 lies two to a word, the first in the lower half, and int8 four to a word behind its scale', () => {
    expect(bench.encode('Float16', [1, -2, 0.5], 2)).toEqual([0xc0003c00 | 0, 0x3800, 0, 0, -1])
    const [scale, ...words] = bench.encode('Int8', [127, -1, 0, 2, -127], 3)
    expect(floatsOfBits([scale])).toEqual([1])
    expect(words).toEqual([0x0200ff7f, 0x81, 0, -1])
  })

  test('every float16 comes back: all 2¹⁶ of them', () => {
    const view = new DataView(new ArrayBuffer(2)) as DataView & { getFloat16(at: number): number }
    for (let first = 0; first < 65536; first += 32) {
      const words = Array.from({ length: 16 }, (_, i) => (first + 2 * i) | ((first + 2 * i + 1) << 16))
      const expected = Array.from({ length: 32 }, (_, i) => (view.setUint16(0, first + i), view.getFloat16(0)))
      expect(bench.decode('Float16', words, 32).floats).toEqual(expected)
    }
  })

  test('int8 is off by half a step at most, of which there are 127 to the largest', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(ordinary, small, tie), { maxLength: LENGTH_MAX }), (values) => {
        const largest = Math.max(0, ...values.map(Math.abs))
        bench.roundTrip('Int8', values).forEach((value, i) => {
          expect(Math.abs(value - values[i])).toBeLessThanOrEqual((largest / 127) * 0.50001 + 2 ** -140)
        })
      }),
    )
  })

  test('int8 of finite weights is finite and no longer than they are, whatever their size', () => {
    const extreme = fc.constantFrom(3.4028234663852886e38, -3.4028234663852886e38, 2 ** -149, -(2 ** -140), 0)
    fc.assert(
      fc.property(fc.array(fc.oneof(extreme, finite), { maxLength: 9 }), (values) => {
        const largest = Math.max(0, ...values.map(Math.abs))
        for (const value of bench.roundTrip('Int8', values)) {
          expect(Math.abs(value)).toBeLessThanOrEqual(largest * 1.0001 + 2 ** -140)
        }
      }),
    )
  })

  test('int8 rounds ties to even', () => {
    expect(bench.roundTrip('Int8', [254, 1, 3, 5, -1, -3])).toEqual([254, 0, 4, 4, 0, -4])
  })

  test.each(['Float16', 'Int8'] as const)('what lies behind %s is zero up to the next multiple of four', (encoding) => {
    for (let length = 0; length <= 17; length++) {
      const words = wordsOf(encoding, length)
      const encoded = bench.encode(encoding, new Array<number>(length).fill(1), words)
      expect(encoded.slice(words)).toEqual([...new Array<number>(aligned(words) - words).fill(0), -1])
      // A stranger's last word may be full of what belongs to no weight.
      const { bits } = bench.decode(encoding, new Array<number>(words).fill(0x3f3f3f3f), length)
      expect(bits.slice(length)).toEqual([...new Array<number>(aligned(length) - length).fill(0), -1])
    }
  })
})

describe('the twins', () => {
  test.each(['Float16', 'Int8'] as const)('encode %s to the same bits', (encoding) => {
    fc.assert(
      fc.property(weights, (values) => {
        const words = wordsOf(encoding, values.length)
        const [wasm, javascript] = BACKENDS.map((backend) => benches[backend].encode(encoding, values, words))
        expect(wasm).toEqual(javascript)
      }),
      { numRuns: 500 },
    )
  })

  test.each(['Float16', 'Int8'] as const)('decode any %s to the same numbers', (encoding) => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), (words) => {
        const length = encoding === 'Float16' ? 2 * words.length - 1 : 4 * (words.length - 1)
        const [wasm, javascript] = BACKENDS.map((backend) => benches[backend].decode(encoding, words, length).floats)
        expect(wasm).toEqual(javascript)
      }),
      { numRuns: 500 },
    )
  })
})
