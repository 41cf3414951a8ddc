import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BlockPool, BufferMemory } from '../src/index.ts'

describe('BlockPool', () => {
  test('never hands out a word twice', () => {
    const operations = fc.array(fc.record({ acquire: fc.boolean(), words: fc.nat(600), which: fc.nat() }))
    fc.assert(
      fc.property(operations, (steps) => {
        const memory = new BufferMemory(16)
        const pool = new BlockPool(memory)
        const held: { offset: number; words: number; mark: number }[] = []
        steps.forEach(({ acquire, words, which }, mark) => {
          if (acquire || held.length === 0) {
            const offset = pool.acquire(words)
            memory.int32.fill(mark, offset, offset + words)
            held.push({ offset, words, mark })
          } else {
            const [block] = held.splice(which % held.length, 1)
            pool.release(block.offset, block.words)
          }
        })
        for (const { offset, words, mark } of held) {
          expect(offset % 4).toBe(0)
          expect(memory.int32.subarray(offset, offset + words).every((word) => word === mark)).toBe(true)
        }
        expect(pool.inUse).toBe(held.filter(({ words }) => words > 0).length)
      }),
    )
  })

  test('reuses what was released and needs no more memory in steady state', () => {
    const memory = new BufferMemory(16)
    const pool = new BlockPool(memory)
    const offsets = [57, 57, 60, 4097].map((words) => pool.acquire(words))
    const end = memory.allocate(0)
    for (let round = 0; round < 10; round++) {
      ;[57, 57, 60, 4097].forEach((words, i) => pool.release(offsets[i], words))
      ;[57, 57, 60, 4097].forEach((words, i) => (offsets[i] = pool.acquire(words)))
    }
    expect(memory.allocate(0)).toBe(end)
    expect(new Set(offsets).size).toBe(4)
  })

  test('wastes at most a quarter of a block', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (words) => {
        const memory = new BufferMemory(16)
        const offset = new BlockPool(memory).acquire(words)
        const size = memory.allocate(0) - offset
        expect(size).toBeGreaterThanOrEqual(words)
        expect(size).toBeLessThanOrEqual(words <= 32 ? words + 3 : 1.25 * words)
      }),
    )
  })

  test('has no block of no words', () => {
    const pool = new BlockPool(new BufferMemory(16))
    expect(pool.acquire(0)).toBe(0)
    pool.release(0, 0)
    expect(pool.inUse).toBe(0)
  })

  test('refuses what is not a count of words, and more than there is', () => {
    const pool = new BlockPool(new BufferMemory(16, 1000))
    for (const words of [-1, 1.5, Number.NaN]) {
      expect(() => pool.acquire(words)).toThrow(expect.objectContaining({ code: 'MEMORY_WORDS_INVALID' }))
    }
    for (const words of [2000, 2 ** 33]) {
      expect(() => pool.acquire(words)).toThrow(expect.objectContaining({ code: 'MEMORY_FULL' }))
    }
    expect(pool.inUse).toBe(0)
  })
})
