import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { RawSplitDataset } from '../src/index.ts'
import { loadDataset, storeDataset, type StoredFacts } from '../src/node.ts'

/** Whether a move to this name fails, as on a disk that has gone away. */
const faults = vi.hoisted(() => ({ name: '' }))

vi.mock(import('node:fs/promises'), async (importOriginal) => {
  const original = await importOriginal()
  const rename: typeof original.rename = async (from, to) => {
    if (basename(String(to)) === faults.name && !String(from).endsWith('-old')) throw new Error('EIO')
    await original.rename(from, to)
  }
  return { ...original, rename }
})

let cache: string

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'hearsay-store-'))
})

afterEach(async () => {
  faults.name = ''
  await rm(cache, { recursive: true })
})

const facts: StoredFacts = { name: 'tiny', title: 'Tiny', origin: 'imported', files: [], split: 'none' }

function rows(value: number): RawSplitDataset {
  const part = { name: 'tiny', featureNames: ['x'], classNames: ['a', 'b'], labels: Int32Array.of(1), rows: 1 }
  return { train: { ...part, features: Float64Array.of(value) }, test: { ...part, features: Float64Array.of(-value) } }
}

test('a data set that cannot be replaced stays', async () => {
  await storeDataset(rows(1), facts, { cache })
  faults.name = 'tiny'
  const replaced = storeDataset(rows(2), facts, { cache, replace: true })
  await expect(replaced).rejects.toThrow(expect.objectContaining({ code: 'CACHE_NOT_WRITTEN' }))
  expect([...(await loadDataset('tiny', { cache })).train.features]).toEqual([1])
  expect(await readdir(join(cache, 'datasets'))).toEqual(['tiny'])
})

test('a data set that cannot be written leaves nothing', async () => {
  faults.name = 'tiny'
  const stored = storeDataset(rows(1), facts, { cache })
  await expect(stored).rejects.toThrow(expect.objectContaining({ code: 'CACHE_NOT_WRITTEN' }))
  expect(await readdir(join(cache, 'datasets'))).toEqual([])
})
