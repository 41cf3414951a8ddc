import { type Archive, type ArchivedArray, ConfigurationError, EnvironmentError, UsageError } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { BlockPool, BufferMemory, persistMemory, WasmMemory } from '../src/index.ts'

/** An archive in memory, for one array and one number after the other. */
class Saved implements Archive {
  restoring = false
  readonly #entries: (number | ArchivedArray)[] = []

  number(value: number): number {
    if (this.restoring) return Number(this.#entries.shift())
    this.#entries.push(value)
    return value
  }

  array(values: ArchivedArray): void {
    if (this.restoring) values.set(this.#entries.shift() as ArchivedArray)
    else this.#entries.push(values.slice())
  }
}

describe.each([
  ['BufferMemory', (words: number, most?: number) => new BufferMemory(words, most)],
  ['WasmMemory', (words: number, most?: number) => new WasmMemory(words, most)],
])('persistMemory of a %s', (_, create) => {
  test('restores words and goes on to hand out what lies behind them', () => {
    const saved = create(64)
    const first = saved.allocate(40)
    saved.float32.fill(0.5, first, first + 40)
    const later = saved.allocate(100_000)
    saved.int32[later + 99_999] = 42
    const archive = new Saved()
    persistMemory(saved, archive)

    archive.restoring = true
    const restored = create(64)
    expect(restored.allocate(40)).toBe(first)
    persistMemory(restored, archive)
    expect(restored.float32[first + 39]).toBe(0.5)
    expect(restored.int32[later + 99_999]).toBe(42)
    expect(restored.allocate(4)).toBe(saved.allocate(4))
  })

  test('restores a pool of blocks with it', () => {
    const memories = [create(64), create(64)]
    const [pool, other] = memories.map((memory) => new BlockPool(memory))
    pool.release(pool.acquire(60), 60)
    const kept = pool.acquire(100)
    const archive = new Saved()
    persistMemory(memories[0], archive)
    pool.persist(archive)
    archive.restoring = true
    persistMemory(memories[1], archive)
    other.persist(archive)
    expect(other.inUse).toBe(1)
    expect(other.acquire(60)).toBe(pool.acquire(60))
    expect(other.acquire(10_000)).toBe(pool.acquire(10_000))
    other.release(kept, 100)
    expect(other.acquire(100)).toBe(kept)
  })

  test('refuses what cannot be the memory of this run', () => {
    const archive = new Saved()
    persistMemory(create(64), archive)
    archive.restoring = true
    const fuller = create(64)
    fuller.allocate(16)
    expect(() => persistMemory(fuller, archive)).toThrow(ConfigurationError)
  })

  test('refuses more than it has room for', () => {
    const large = create(64)
    large.allocate(200_000)
    const archive = new Saved()
    persistMemory(large, archive)
    archive.restoring = true
    expect(() => persistMemory(create(16_384, 16_384), archive)).toThrow(/cannot become|no room/)
  })
})

test('persistMemory refuses a memory of another kind', () => {
  const foreign = { float32: new Float32Array(4), int32: new Int32Array(4), allocate: () => 0 }
  expect(() => persistMemory(foreign, new Saved())).toThrow(UsageError)
  expect(() => persistMemory(foreign, new Saved())).not.toThrow(EnvironmentError)
})
