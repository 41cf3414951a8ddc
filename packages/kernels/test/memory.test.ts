import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BufferMemory, createKernels, Rows, WasmMemory } from '../src/index.ts'

const MEMORIES = [
  ['WasmMemory', WasmMemory],
  ['BufferMemory', BufferMemory],
] as const

describe.each(MEMORIES)('%s', (_, MemoryOf) => {
  test('hands out disjoint, aligned, zeroed blocks, never at offset 0', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5000), { maxLength: 30 }), (sizes) => {
        const memory = new MemoryOf(16)
        let end = 1
        for (const words of sizes) {
          const offset = memory.allocate(words)
          expect(offset % 4).toBe(0)
          expect(offset).toBeGreaterThanOrEqual(end)
          end = offset + words
          expect(memory.float32.length).toBeGreaterThanOrEqual(end)
          const block = memory.float32.subarray(offset, end)
          expect(block.every((word) => word === 0)).toBe(true)
          block.fill(1)
        }
      }),
    )
  })

  test('keeps its contents when it grows, and both views see the same words', () => {
    const memory = new MemoryOf(16)
    const first = memory.allocate(4)
    memory.float32.set([1, -2, 3.5, 0], first)
    const before = memory.float32
    memory.allocate(100_000)
    expect(memory.float32).not.toBe(before)
    expect(before.length).toBe(0)
    expect([...memory.float32.subarray(first, first + 4)]).toEqual([1, -2, 3.5, 0])
    memory.int32[first] = 0x40000000
    expect(memory.float32[first]).toBe(2)
  })

  test('grows by doubling', () => {
    const memory = new MemoryOf(16384)
    let growths = 0
    let words = memory.float32.length
    for (let i = 0; i < 1000; i++) {
      memory.allocate(4096)
      if (memory.float32.length !== words) growths++
      words = memory.float32.length
    }
    expect(growths).toBeLessThanOrEqual(9)
  })

  test('says when it is full, and stays usable', () => {
    const memory = new MemoryOf(16384, 16384)
    memory.allocate(16000)
    const full = expect.objectContaining({ name: 'EnvironmentError', code: 'MEMORY_FULL' })
    expect(() => memory.allocate(1000)).toThrow(full)
    expect(() => memory.allocate(2 ** 40)).toThrow(full)
    expect(memory.allocate(380)).toBe(16004)
    expect(() => memory.allocate(1)).toThrow(full)
  })

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses to allocate %d words', (words) => {
    const refusal = expect.objectContaining({ name: 'UsageError', code: 'MEMORY_WORDS_INVALID' })
    expect(() => new MemoryOf(16).allocate(words)).toThrow(refusal)
  })

  test.each([
    [3, 100],
    [16, 8],
    [16, 2 ** 30],
    [16.5, 100],
    [16, Number.NaN],
  ])('refuses a size of %d to %d words', (initial, maximum) => {
    const refusal = expect.objectContaining({ name: 'UsageError', code: 'MEMORY_SIZE_INVALID' })
    expect(() => new MemoryOf(initial, maximum)).toThrow(refusal)
  })
})

describe('Rows', () => {
  test('lays aligned rows side by side', () => {
    const { memory } = createKernels({ backend: 'javascript' })
    const rows = new Rows(memory, 3, 57)
    expect(rows.stride).toBe(60)
    expect([0, 1, 2].map((row) => rows.offset(row) - rows.offset(0))).toEqual([0, 60, 120])
    expect(memory.allocate(4)).toBe(rows.offset(2) + 60)
  })

  test.each([
    [-1, 4],
    [1, -4],
    [1.5, 4],
    [1, Number.NaN],
    [1, 2 ** 31],
  ])('refuses %d rows of %d words', (count, width) => {
    const { memory } = createKernels({ backend: 'javascript' })
    const refusal = expect.objectContaining({ name: 'UsageError', code: 'ROWS_INVALID' })
    expect(() => new Rows(memory, count, width)).toThrow(refusal)
  })
})
