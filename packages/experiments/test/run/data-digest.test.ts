import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatasetManifest } from '@hearsay/datasets'
import { builtinDatasets } from '@hearsay/datasets/node'
import { describe, expect, it, vi } from 'vitest'
import { dataDigest } from '../../src/run/data-digest.ts'
import { temporaryFolder } from '../results/folders.ts'

vi.mock(import('@hearsay/datasets/node'), async (original) => {
  const actual = await original()
  return { ...actual, builtinDatasets: vi.fn<typeof actual.builtinDatasets>(actual.builtinDatasets) }
})

const SPAMBASE = { kind: 'named', name: 'spambase' } as const

describe('dataDigest', () => {
  it('changes with the bytes of a file', async () => {
    const path = join(temporaryFolder(), 'a.csv')
    const source = { kind: 'file', path, label: 'y', delimiter: 'comma', testFraction: undefined } as const
    writeFileSync(path, 'x,y\n1,a\n')
    const before = await dataDigest(source)
    expect(await dataDigest(source)).toBe(before)
    writeFileSync(path, 'x,y\n2,a\n')
    expect(await dataDigest(source)).not.toBe(before)
    await expect(dataDigest({ ...source, path: `${path}.gone` })).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })

  it('changes with rows, split, label and the order of classes of data that come with Hearsay, not with words', async () => {
    const spambase = (await builtinDatasets()).find(({ name }) => name === SPAMBASE.name)
    if (spambase === undefined) throw new Error('Spambase does not come with Hearsay')
    const digestOf = (changes: Partial<DatasetManifest>): Promise<string> => {
      vi.mocked(builtinDatasets).mockResolvedValueOnce([{ ...spambase, ...changes }])
      return dataDigest(SPAMBASE)
    }
    const digest = await dataDigest(SPAMBASE)
    expect(await digestOf({ title: 'E-mails', description: 'Others' })).toBe(digest)
    const others = await Promise.all(
      [
        { sha256: 'other rows' },
        { split: { ...spambase.split, sha256: 'other held-out rows' } },
        { label: 'another column' },
        { classes: Object.fromEntries(Object.entries(spambase.classes).toReversed()) },
      ].map(digestOf),
    )
    expect(new Set([digest, ...others]).size).toBe(5)
  })

  it('changes with the rows and names of data in a cache, not with what they were made of', async () => {
    const [train, test] = [
      { rows: 9, features: 'a', labels: 'b' },
      { rows: 1, features: 'c', labels: 'd' },
    ]
    const manifest = {
      ...{ version: 1, name: 'mine', title: 'Mine', origin: 'imported', files: [], split: 'at random', train, test },
      ...{ features: ['x', 'y'], classes: ['no', 'yes'] },
    }
    const digestOf = (changes: object): Promise<string> => {
      const cache = temporaryFolder()
      const folder = join(cache, 'datasets', 'mine')
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, ...changes }))
      return dataDigest({ kind: 'named', name: 'mine', cache })
    }
    const digest = await digestOf({})
    expect(await digestOf({ title: 'Ours', split: 'by hand' })).toBe(digest)
    const others = await Promise.all(
      [
        { train: { ...train, labels: 'other labels' } },
        { test: { ...test, features: 'other features' } },
        { features: ['y', 'x'] },
        { classes: ['yes', 'no'] },
      ].map(digestOf),
    )
    expect(new Set([digest, ...others]).size).toBe(5)
  })
})
