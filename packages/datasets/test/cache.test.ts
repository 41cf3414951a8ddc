import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env } from 'node:process'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { guessFormat, writeNpy } from '../src/index.ts'
import { cachedManifest, cachedNames, cacheFolder, importDataset, loadDataset } from '../src/node.ts'
import { idxFile } from './zip-file.ts'

let folder: string
let cache: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearsay-cache-'))
  cache = join(folder, 'cache')
})

afterEach(() => rm(folder, { recursive: true }))

const code = (wanted: string): unknown => expect.objectContaining({ code: wanted })

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

const ROWS = Array.from({ length: 20 }, (_, i) => `${i}.25,${i % 2 === 0 ? 'ham' : 'spam'}`)
const CSV = `id,kind\n${ROWS.join('\n')}\n`

describe('the cache folder', () => {
  const before = env['XDG_CACHE_HOME']
  afterEach(() => {
    if (before === undefined) delete env['XDG_CACHE_HOME']
    else env['XDG_CACHE_HOME'] = before
  })

  test('is the one that was named, or one of the user', () => {
    env['XDG_CACHE_HOME'] = '/var/caches'
    expect(cacheFolder({ cache: 'here' })).toBe('here')
    expect(cacheFolder()).toBe(join('/var/caches', 'hearsay'))
    env['XDG_CACHE_HOME'] = 'relative'
    expect(cacheFolder()).toMatch(/\.cache[/\\]hearsay$/)
  })

  test('may be missing', async () => {
    expect(await cachedNames({ cache })).toEqual([])
  })
})

describe('importDataset', () => {
  test('keeps a file with a split that stays', async () => {
    const manifest = await importDataset({ file: await write('mails.csv', CSV), name: 'mails', label: 'kind', cache })
    expect(manifest).toMatchObject({ origin: 'imported', train: { rows: 18 }, test: { rows: 2 } })
    const split = await loadDataset('mails', { cache })
    expect(split.train).toMatchObject({ name: 'mails', featureNames: ['id'], classNames: ['ham', 'spam'] })
    const values = [...split.train.features, ...split.test.features].sort((a, b) => a - b)
    expect(values).toEqual(Array.from({ length: 20 }, (_, i) => i + 0.25))
    await importDataset({ file: join(folder, 'mails.csv'), name: 'again', label: 'kind', cache })
    expect((await loadDataset('again', { cache })).test.features).toEqual(split.test.features)
    expect(await cachedNames({ cache })).toEqual(['again', 'mails'])
  })

  test.each<[string, Record<string, string | Uint8Array>, object]>([
    ['tsv', { 'a.tsv': 'x\ty\n1\tp\n2\tq\n', 'b.tsv': 'y\tx\nq\t3\n' }, { label: 'y' }],
    ['csv', { 'a.csv': '1,p\n2,q\n', 'b.csv': '3,q\n' }, { label: 1, header: false }],
    [
      'arff',
      {
        'a.arff': '@relation r\n@attribute x real\n@attribute y {p,q}\n@data\n1,p\n2,q\n',
        'b.arff': '@relation r\n@attribute x real\n@attribute y {p,q}\n@data\n3,q\n',
      },
      {},
    ],
    ['svmlight', { 'a.svm': '0 1:1\n1 1:2\n', 'b.svm': '1 1:3\n' }, {}],
  ])('reads rows and test rows from %s', async (_, files, options) => {
    const [file, test] = await Promise.all(Object.entries(files).map(([name, content]) => write(name, content)))
    await importDataset({ file, test, name: 'set', cache, ...options })
    const split = await loadDataset('set', { cache })
    expect([...split.train.features]).toEqual([1, 2])
    expect([...split.test.features]).toEqual([3])
    expect([...split.test.labels]).toEqual([1])
  })

  test.each<[string, (values: number[]) => Uint8Array]>([
    ['idx', (values) => idxFile([values.length], values)],
    ['npy', (values) => writeNpy(Uint8Array.from(values), [values.length])],
    ['table', (values) => new TextEncoder().encode(values.join('\n'))],
  ])('reads rows and labels from %s', async (format, file) => {
    const paths = await Promise.all([[10, 20], [4, 7], [30], [7]].map((v, i) => write(`${i}`, file(v))))
    const [features, labels, test, testLabels] = paths
    const wanted = { file: features, labels, test, testLabels, format: format as 'idx' }
    await importDataset({ ...wanted, name: 'set', cache })
    const split = await loadDataset('set', { cache })
    expect(split.train.classNames).toEqual(['4', '7'])
    expect([...split.train.features]).toEqual([10, 20])
    expect([...split.test.labels]).toEqual([1])
  })

  test.each<[string, object, string]>([
    ['a name with a path', { name: '../x' }, 'DATASET_NAME'],
    ['a name that Windows would cut', { name: 'mails.' }, 'DATASET_NAME'],
    ['a name of a device', { name: 'nul.mails' }, 'DATASET_NAME'],
    ['a name that is too long', { name: 'm'.repeat(65) }, 'DATASET_NAME'],
    ['a name of a data set that is included', { name: 'digits' }, 'DATASET_EXISTS'],
    ['no label', { label: undefined }, 'LABEL_MISSING'],
    ['a file without labels', { format: 'npy', label: undefined }, 'LABEL_MISSING'],
    ['what the format has no use for', { format: 'npy' }, 'FORMAT_OPTION'],
    ['an unknown ending', { file: 'mails.doc' }, 'FILE_NOT_FOUND'],
    ['test rows with other columns', { test: 'other.csv' }, 'CSV_COLUMNS_DIFFER'],
  ])('refuses %s', async (_, options, wanted) => {
    await write('other.csv', 'idd,kind\n1,ham\n')
    const paths = Object.fromEntries(
      Object.entries({ file: 'mails.csv', ...options }).map(([key, value]) =>
        key === 'file' || key === 'test' ? [key, join(folder, value as string)] : [key, value],
      ),
    ) as { file: string }
    await write('mails.csv', CSV)
    await expect(importDataset({ name: 'mails', label: 'kind', cache, ...paths })).rejects.toThrow(code(wanted))
    expect(await cachedNames({ cache })).toEqual([])
  })

  test('replaces a data set only if it is to', async () => {
    const file = await write('mails.csv', CSV)
    await importDataset({ file, name: 'mails', label: 'kind', cache })
    await expect(importDataset({ file, name: 'mails', label: 'kind', cache })).rejects.toThrow(code('DATASET_EXISTS'))
    await write('mails.csv', CSV.replaceAll('.25', '.5'))
    await importDataset({ file, name: 'mails', label: 'kind', cache, replace: true })
    expect((await loadDataset('mails', { cache })).train.features[0] % 1).toBe(0.5)
    expect(await readdir(join(cache, 'datasets'))).toEqual(['mails'])
  })
})

describe('a data set in the cache', () => {
  beforeEach(async () => {
    await importDataset({ file: await write('mails.csv', CSV), name: 'mails', label: 'kind', cache })
  })

  test('is refused where a file was altered', async () => {
    const path = join(cache, 'datasets', 'mails', 'train.features.npy')
    const bytes = await readFile(path)
    bytes[bytes.length - 1] ^= 1
    await writeFile(path, bytes)
    await expect(loadDataset('mails', { cache })).rejects.toThrow(code('DATASET_CHECKSUM'))
  })

  test.each(['{', '{}', '[]', 'null', '{"version": 2}'])('is refused with the manifest %s', async (text) => {
    await writeFile(join(cache, 'datasets', 'mails', 'manifest.json'), text)
    await expect(cachedManifest('mails', { cache })).rejects.toThrow(code('MANIFEST_INVALID'))
  })

  test('is suggested for a name that is almost its own', async () => {
    await expect(loadDataset('mail', { cache })).rejects.toThrow('did you mean "mails"?')
    await expect(loadDataset('har', { cache })).rejects.toThrow('hearsay datasets fetch har')
  })
})

test.each([
  ['a.csv', 'csv'],
  ['a.DATA.gz', 'csv'],
  ['train-images-idx3-ubyte.gz', 'idx'],
  ['x.libsvm', 'svmlight'],
  ['x.npz', 'npz'],
])('%s is %s', (name, format) => {
  expect(guessFormat(name)).toBe(format)
  expect(() => guessFormat('notes.txt')).toThrow(code('FORMAT_UNKNOWN'))
})
