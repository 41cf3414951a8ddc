import { readdirSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { access, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { platform } from 'node:process'
import { gzipSync } from 'node:zlib'
import { EnvironmentError } from '@hearsay/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type PublishedDataset, PUBLISHED_DATASETS } from '../src/index.ts'
import { download } from '../src/node/fetch/download.ts'
import { cachedNames, fetchDataset, type FetchProgress, loadDataset } from '../src/node.ts'
import { FileServer } from './file-server.ts'
import { idxFile, zipFile } from './zip-file.ts'

let folder: string
let server: FileServer
let base: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearsay-fetch-'))
  server = new FileServer()
  base = await server.start()
})

afterEach(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})

const code = (wanted: string): unknown => expect.objectContaining({ code: wanted })
const big = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 31) & 255)

describe('a download', () => {
  const get = (path = '/file', more: Partial<Parameters<typeof download>[0]> = {}): Promise<void> =>
    download({ url: base + path, target: join(folder, 'file'), ...more })
  /** The connection is cut once so much has arrived. */
  const getUntil = (bytes: number): Promise<void> =>
    get('/file', { onProgress: (received) => received >= bytes && server.cut() })
  const result = async (): Promise<Uint8Array> => new Uint8Array(await readFile(join(folder, 'file')))

  test('is put in its place when it is complete, and leaves nothing else', async () => {
    server.files.set('/file', { bytes: big })
    const told: (readonly [number, number | undefined])[] = []
    await get('/file', { onProgress: (...progress) => told.push(progress) })
    expect(await result()).toEqual(big)
    expect(await readdir(folder)).toEqual(['file'])
    expect(told[0]).toEqual([0, big.length])
    expect(told.at(-1)).toEqual([big.length, big.length])
  })

  test('goes on where the connection was cut', async () => {
    server.files.set('/file', { bytes: big, cutAfter: 120_000 })
    await expect(getUntil(120_000)).rejects.toThrow(/the connection ended after 120000 of 200000 bytes: run it again/)
    await expect(access(join(folder, 'file'))).rejects.toThrow('ENOENT')
    const { size } = await stat(join(folder, 'file.part'))
    expect(size).toBeGreaterThan(0)
    await get()
    expect(await result()).toEqual(big)
    expect(server.requests.map(({ range, status }) => [range, status])).toEqual([
      [undefined, 200],
      [`bytes=${size}-`, 206],
    ])
  })

  test.each([
    ['the server ignores ranges', { ignoresRange: true }],
    ['the server does not say which version it sends', { anonymous: true }],
    ['versions may differ that the server calls the same', { weak: true }],
  ])('begins again where %s', async (_, how) => {
    server.files.set('/file', { bytes: big, cutAfter: 120_000, ...how })
    await expect(getUntil(120_000)).rejects.toThrow(code('DOWNLOAD_INCOMPLETE'))
    await get()
    expect(await result()).toEqual(big)
    expect(server.requests.at(-1)?.status).toBe(200)
  })

  test.each([200_000, 1000])('begins again where there is a new version, of %i bytes', async (length) => {
    server.files.set('/file', { bytes: big, cutAfter: 120_000 })
    await expect(getUntil(120_000)).rejects.toThrow(EnvironmentError)
    const next = Uint8Array.from(big.subarray(0, length), (byte) => byte ^ 255)
    server.files.set('/file', { bytes: next })
    await get()
    expect(await result()).toEqual(next)
  })

  test('does not go on where the server goes on elsewhere', async () => {
    server.files.set('/file', { bytes: big, cutAfter: 120_000, skips: 1 })
    await expect(getUntil(120_000)).rejects.toThrow(code('DOWNLOAD_INCOMPLETE'))
    await expect(get()).rejects.toThrow(/goes on at byte \d+, not at \d+/)
    await expect(get()).rejects.toThrow(code('DOWNLOAD_REFUSED'))
  })

  test('begins again where nothing is left to send', async () => {
    server.files.set('/file', { bytes: big })
    await writeFile(join(folder, 'file.part'), big)
    await writeFile(join(folder, 'file.part.from'), `"${big.length}-${big[0]}"`)
    await get()
    expect(await result()).toEqual(big)
    expect(server.requests.map(({ status }) => status)).toEqual([416, 200])
  })

  test('follows a server that has moved', async () => {
    server.files.set('/old', { bytes: big, status: 302, location: '/file' })
    server.files.set('/file', { bytes: big, chunked: true })
    await get('/old')
    expect(await result()).toEqual(big)
  })

  test.each([['/old'], ['ftp://127.0.0.1/file'], ['http://[broken']])(
    'does not go from here to %s for ever',
    async (location) => {
      server.files.set('/old', { bytes: big, status: 302, location })
      await expect(get('/old')).rejects.toThrow(code('DOWNLOAD_REFUSED'))
    },
  )

  test.each([
    [404, 'the server answers 404 Not Found'],
    [503, 'the server answers 503'],
  ])('is refused with %i', async (status, says) => {
    server.files.set('/file', { bytes: big, status })
    await expect(get()).rejects.toThrow(says)
    await expect(get()).rejects.toThrow(code('DOWNLOAD_REFUSED'))
  })

  test('is given up where it is too large', async () => {
    server.files.set('/file', { bytes: big })
    await expect(get('/file', { bytesMax: 1000 })).rejects.toThrow(code('DOWNLOAD_TOO_LARGE'))
  })

  test('ends when it is to, and what arrived stays', async () => {
    server.files.set('/file', { bytes: big })
    const control = new AbortController()
    const stop = (): void => control.abort(new Error('enough'))
    await expect(get('/file', { signal: control.signal, onProgress: (n) => n > 0 && stop() })).rejects.toThrow('enough')
    expect((await stat(join(folder, 'file.part'))).size).toBeGreaterThan(0)
    await get()
    expect(await result()).toEqual(big)
  })

  test('does not blame the network for the disk', async () => {
    server.files.set('/file', { bytes: big })
    await mkdir(join(folder, 'file.part'))
    await expect(get()).rejects.toThrow(code('CACHE_NOT_WRITTEN'))
  })

  test.runIf(platform === 'linux')('says that the disk is full', async () => {
    server.files.set('/file', { bytes: big })
    await symlink('/dev/full', join(folder, 'file.part'))
    await expect(get()).rejects.toThrow(/file\.part cannot be written: ENOSPC/)
  })

  test('says that there is no network', async () => {
    const url = 'http://127.0.0.1:1/file'
    await expect(download({ url, target: join(folder, 'file') })).rejects.toThrow(/127\.0\.0\.1:1 cannot be reached/)
    await expect(download({ url, target: join(folder, 'file') })).rejects.toThrow(code('NETWORK_UNREACHABLE'))
  })
})

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')
const TRAIN = '1,2,a\n3,4,b\n5,6,a\n'
const TEST = '7,8,b\n'
const outer = zipFile({
  'readme.txt': 'hello',
  'inner.zip': zipFile({ 'set/train.data': TRAIN, 'set/test.data': TEST }),
})

function zipped(more: Partial<PublishedDataset['downloads'][number]> = {}): PublishedDataset {
  return {
    ...{ name: 'tiny', title: 'Tiny', description: 'Four rows.', features: 2, classes: 2 },
    source: { authors: [], year: 2026, citation: 'c', url: 'u', doi: 'd', licence: 'CC0-1.0', licenceUrl: 'l' },
    downloads: [{ file: 'tiny.zip', url: `${base}/tiny.zip`, ...more }],
    read: { format: 'csv', header: false, label: 2 },
    train: {
      features: {
        download: 'tiny.zip',
        member: 'train.data',
        checksum: { algorithm: 'sha256', value: sha256(TRAIN), from: 'verified' },
      },
      rows: 3,
    },
    test: { features: { download: 'tiny.zip', member: 'test.data' }, rows: 1 },
  }
}

describe('fetchDataset', () => {
  const cache = (): { cache: string } => ({ cache: join(folder, 'cache') })

  beforeEach(() => server.files.set('/tiny.zip', { bytes: outer }))

  test('downloads, verifies and keeps a data set', async () => {
    const progress: FetchProgress[] = []
    const manifest = await fetchDataset(zipped(), { ...cache(), onProgress: (p) => progress.push(p) })
    expect(manifest).toMatchObject({ origin: 'fetched', files: [{ name: 'tiny.zip', sha256: sha256(outer) }] })
    expect(progress.at(-1)).toEqual({ file: 'tiny.zip', received: outer.length, total: outer.length })
    const { train, test: held } = await loadDataset('tiny', cache())
    expect([...train.features]).toEqual([1, 2, 3, 4, 5, 6])
    expect(held).toMatchObject({ name: 'tiny', featureNames: ['x0', 'x1'], classNames: ['a', 'b'], rows: 1 })
    expect([...held.labels]).toEqual([1])
    expect(await readdir(join(folder, 'cache', 'downloads'))).toEqual([])
  })

  test('reads images and labels from four idx files', async () => {
    const files = {
      'a.gz': gzipSync(idxFile([2, 1, 2], [1, 2, 3, 4])),
      'b.gz': gzipSync(idxFile([2], [0, 1])),
      c: idxFile([1, 1, 2], [5, 6]),
      d: idxFile([1], [1]),
    }
    for (const [name, bytes] of Object.entries(files)) server.files.set(`/${name}`, { bytes })
    const dataset: PublishedDataset = {
      ...zipped(),
      downloads: Object.keys(files).map((file) => ({ file, url: `https://example.invalid/${file}` })),
      read: { format: 'idx', classNames: ['shirt', 'bag'] },
      train: { features: { download: 'a.gz' }, labels: { download: 'b.gz' }, rows: 2 },
      test: { features: { download: 'c' }, labels: { download: 'd' }, rows: 1 },
    }
    await fetchDataset(dataset, { ...cache(), mirror: base })
    const { train, test: held } = await loadDataset('tiny', cache())
    expect(train.featureNames).toEqual(['pixel_0_0', 'pixel_0_1'])
    expect([...held.labels].map((label) => held.classNames[label])).toEqual(['bag'])
  })

  test('refuses a file with another checksum, and does not keep it', async () => {
    const wrong = zipped({ checksum: { algorithm: 'md5', value: '00', from: 'publisher' } })
    await expect(fetchDataset(wrong, cache())).rejects.toThrow(
      /tiny\.zip: its MD5 is [0-9a-f]{32}, not the published 00/,
    )
    await expect(fetchDataset(wrong, cache())).rejects.toThrow(code('DOWNLOAD_CHECKSUM'))
    expect(server.requests).toHaveLength(2)
    expect(await cachedNames(cache())).toEqual([])
  })

  test('leaves no folder behind for a download of which nothing has come', async () => {
    await expect(fetchDataset({ ...zipped(), name: 'absent' }, { ...cache(), mirror: `${base}/none` })).rejects.toThrow(
      code('DOWNLOAD_REFUSED'),
    )
    expect(
      readdirSync(folder, { recursive: true })
        .map(String)
        .filter((name) => name.includes('absent')),
    ).toEqual([])
  })

  test('refuses a file in an archive with another checksum', async () => {
    server.files.set('/tiny.zip', { bytes: zipFile({ 'train.data': '1,2,a\n3,4,b\n5,7,a\n', 'test.data': TEST }) })
    await expect(fetchDataset(zipped(), cache())).rejects.toThrow(/tiny\.zip!train\.data: its SHA256 is/)
  })

  test('trusts the first download, and no other one after it', async () => {
    await fetchDataset(zipped(), cache())
    await fetchDataset(zipped(), { ...cache(), replace: true })
    server.files.set('/tiny.zip', { bytes: zipFile({ 'train.data': TRAIN, 'test.data': '9,9,b\n' }) })
    await expect(fetchDataset(zipped(), { ...cache(), replace: true })).rejects.toThrow(code('DOWNLOAD_CHANGED'))
    expect([...(await loadDataset('tiny', cache())).test.features]).toEqual([7, 8])
  })

  test('neither keeps nor trusts what is no data set, such as the page of a network that wants a login', async () => {
    server.files.set('/tiny.zip', { bytes: new TextEncoder().encode('<html>Log in</html>') })
    for (let i = 0; i < 2; i++) await expect(fetchDataset(zipped(), cache())).rejects.toThrow(code('ZIP_CORRUPT'))
    server.files.set('/tiny.zip', { bytes: outer })
    await fetchDataset(zipped(), cache())
    expect(server.requests).toHaveLength(3)
    expect(await cachedNames(cache())).toEqual(['tiny'])
  })

  test('keeps what it trusts of other addresses', async () => {
    server.files.set('/two/tiny.zip', { bytes: outer })
    const second = { ...zipped({ url: `${base}/two/tiny.zip` }), name: 'second' }
    for (const dataset of [zipped(), second]) await fetchDataset(dataset, cache())
    server.files.set('/tiny.zip', { bytes: zipFile({ 'train.data': TRAIN, 'test.data': '9,9,b\n' }) })
    await expect(fetchDataset(zipped(), { ...cache(), replace: true })).rejects.toThrow(code('DOWNLOAD_CHANGED'))
  })

  test.each(['{', '[1', '3'])('refuses what it trusts where that is %s', async (text) => {
    await mkdir(cache().cache, { recursive: true })
    await writeFile(join(cache().cache, 'checksums.json'), text)
    await expect(fetchDataset(zipped(), cache())).rejects.toThrow(code('CACHE_CORRUPT'))
  })

  test('does not fetch again what is there', async () => {
    await fetchDataset(zipped(), cache())
    await expect(fetchDataset(zipped(), cache())).rejects.toThrow(code('DATASET_EXISTS'))
    expect(server.requests).toHaveLength(1)
  })

  test('goes on after an interruption', async () => {
    server.files.set('/tiny.zip', { bytes: outer, cutAfter: 60 })
    const onProgress = ({ received }: FetchProgress): unknown => received >= 60 && server.cut()
    await expect(fetchDataset(zipped(), { ...cache(), onProgress })).rejects.toThrow(code('DOWNLOAD_INCOMPLETE'))
    await fetchDataset(zipped(), cache())
    expect(server.requests.at(-1)).toMatchObject({ status: 206 })
  })

  test.each<[string, (dataset: PublishedDataset) => PublishedDataset, string]>([
    ['rows', (set) => ({ ...set, train: { ...set.train, rows: 4 } }), 'DATASET_MISMATCH'],
    ['features', (set) => ({ ...set, features: 3 }), 'DATASET_MISMATCH'],
    [
      'members',
      (set) => ({ ...set, test: { ...set.test, features: { download: 'tiny.zip', member: 'x' } } }),
      'ZIP_MEMBER_MISSING',
    ],
  ])('refuses other %s than it knows of', async (_, change, wanted) => {
    await expect(fetchDataset(change(zipped()), cache())).rejects.toThrow(code(wanted))
    expect(await cachedNames(cache())).toEqual([])
  })
})

describe('the published data sets', () => {
  test.each(PUBLISHED_DATASETS)('$name names its licence, and files that it downloads', (dataset) => {
    expect(dataset.source.licence).not.toBe('')
    const files = new Set(dataset.downloads.map(({ file }) => file))
    for (const { features, labels } of [dataset.train, dataset.test]) {
      expect(files).toContain(features.download)
      if (labels !== undefined) expect(files).toContain(labels.download)
    }
    for (const { url, checksum } of dataset.downloads) {
      expect(URL.canParse(url)).toBe(true)
      // What may be altered on its way has a checksum.
      if (url.startsWith('http:')) expect(checksum).toBeDefined()
    }
  })
})
