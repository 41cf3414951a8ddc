import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { OwnRows, parsePeerFiles } from '../src/peer/peer-rows.ts'
import { Interruption } from '../src/interruption.ts'
import { hearsay, jsonLines, type Outcome } from './harness.ts'

let folder: string
let cache: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearsay-cache-'))
  cache = ['--cache', join(folder, 'cache')]
})

afterEach(() => rm(folder, { recursive: true }))

/** Forty rows of two classes that a line tells apart. */
async function importMails(name = 'mails'): Promise<Outcome> {
  const path = join(folder, 'mails.svm')
  await writeFile(path, Array.from({ length: 40 }, (_, i) => `${i % 2} 1:${i} 2:${(i % 2) * 5}`).join('\n'))
  return await hearsay(['datasets', 'import', path, '--name', name, '--json', ...cache])
}

describe('hearsay datasets import', () => {
  it('makes a file of any format a data set for every command', async () => {
    const { code, stdout } = await importMails()
    expect(code).toBe(0)
    expect(jsonLines(stdout)).toMatchObject([
      { name: 'mails', state: 'imported', trainingRows: 36, testRows: 4, features: 2 },
    ])
    const shown = await hearsay(['datasets', 'show', 'mails', ...cache, '--json'])
    expect(jsonLines(shown.stdout)).toMatchObject([{ rows: 40, classes: { 0: 20, 1: 20 }, origin: 'imported' }])
    const simulated = await hearsay([
      'simulate',
      '--dataset',
      'mails',
      ...cache,
      '--peers',
      '6',
      '--cycles',
      '20',
      '--json',
    ])
    expect(jsonLines(simulated.stdout).at(-1)).toMatchObject({ type: 'summary', error: { mean: 0 } })
    const out = join(folder, 'shards')
    const split = await hearsay([
      'datasets',
      'split',
      '--dataset',
      'mails',
      ...cache,
      '--peers',
      '2',
      '--shards',
      'classes:1',
      '--out',
      out,
    ])
    expect(split.code).toBe(0)
    expect((await readdir(out)).sort()).toEqual(['peer-001.csv', 'peer-002.csv', 'test.csv'])
    const listed = await hearsay(['datasets', ...cache])
    expect(listed.stdout).toMatch(/\nmails +40 +36 +4 +2 +2 +imported\n/)
  })

  it('is listed in the place of one of its name that could be fetched', async () => {
    await importMails('har')
    const listed = jsonLines((await hearsay(['datasets', '--json', ...cache])).stdout)
    expect(listed.filter(({ name }) => name === 'har')).toMatchObject([{ state: 'imported', rows: 40 }])
  })

  it('gives a peer all rows of a data set, in the order of columns of a run that it joins', async () => {
    await importMails()
    const rows = new OwnRows(parsePeerFiles({ dataset: 'mails', cache: cache[1] }), 1)
    expect(await rows.read()).toMatchObject({ rows: { rows: 36 }, heldOut: { rows: 4 } })
    expect(rows.testRows).toBe(4)
    const joined = await rows.forRun()
    expect(joined.features).toBe(2)
    expect(() => parsePeerFiles({ dataset: 'mails', label: 'x' })).toThrow('leave out the flags of a file')
  })

  it.each([
    [['FILE', '--name', 'a/b'], '"a/b" is no name for a data set'],
    [['FILE', '--name', 'digits'], 'digits comes with hearsay'],
    [['FILE', '--name', 'x', '--format', 'csv'], 'name the column that holds the class'],
    [['FILE', '--name', 'x', '--format', 'npy'], 'npy has no labels: give their file too'],
    [
      ['FILE', '--name', 'x', '--labels', 'FILE'],
      'svmlight has no use for a file of labels: it is for idx, npy, table',
    ],
    [['FILE', '--name', 'x', '--label', 'y'], 'svmlight has no use for the name of a label'],
    [['FILE', '--name', 'x', '--no-header'], 'svmlight has no use for a word on its header'],
    [
      ['FILE', '--name', 'x', '--format', 'csv', '--label', '0', '--hash', '9'],
      'csv has no use for a number of buckets',
    ],
    [['FILE', '--name', 'x', '--format', 'doc'], '--format: give csv, tsv, arff, svmlight, idx, npy, npz or table'],
    [['FILE', '--name', 'x', '--test', 'FILE', '--test-fraction', '0.1'], 'either --test FILE or --test-fraction'],
    [['FILE', '--name', 'x', '--test-labels', 'FILE'], '--test-labels goes with --test FILE'],
    [['FILE'], "'--name <name>' not specified"],
  ])('refuses %j', async (words, says) => {
    const path = join(folder, 'rows.svm')
    await writeFile(path, '0 1:1\n1 1:2\n')
    const argv = words.map((word) => (word === 'FILE' ? path : word))
    const { code, stderr } = await hearsay(['datasets', 'import', ...argv, ...cache])
    expect(stderr).toContain(says)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(code).toBe(2)
  })
})

describe('hearsay datasets show --peers', () => {
  it('shows who would hold what', async () => {
    await importMails()
    const flags = ['--peers', '4', '--shards', 'classes:1', ...cache]
    const { code, stdout } = await hearsay(['datasets', 'show', 'mails', ...flags])
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /shards +classes:1: 36 training rows among 4 peers\n +rows per peer 9 to 9 .*classes per peer 1 to 1/,
    )
    expect(stdout.match(/^peer [1-4] +9 █+ +\|(?: █|█ )\|$/gm)).toHaveLength(4)
  })

  it('tells it as JSON: every row once', async () => {
    await importMails()
    const flags = ['--peers', '5', '--shards', 'dirichlet:0.2', '--json', ...cache]
    const [, ...lines] = jsonLines((await hearsay(['datasets', 'show', 'mails', ...flags])).stdout)
    const shards = lines.filter(({ type }) => type === 'shard')
    expect(shards.map(({ peer }) => peer)).toEqual([1, 2, 3, 4, 5])
    expect(shards.reduce((sum, { rows }) => sum + Number(rows), 0)).toBe(36)
    expect(lines.at(-1)).toMatchObject({ type: 'shards', shards: 'dirichlet:0.2', peers: 5, seed: 1 })
  })

  it('shows what split deals out with the same seed', async () => {
    await importMails()
    const flags = ['--peers', '3', '--shards', 'dirichlet:0.5', '--seed', '4', '--json', ...cache]
    const told = async (...words: string[]): Promise<unknown[]> => {
      const lines = jsonLines((await hearsay(['datasets', ...words, ...flags])).stdout)
      return lines.filter(({ type }) => type === 'shard').map(({ rows, classes }) => [rows, classes])
    }
    const shown = await told('show', 'mails')
    expect(shown).toHaveLength(3)
    expect(await told('split', '--dataset', 'mails', '--out', join(folder, 'shards'))).toEqual(shown)
  })

  it('draws it', async () => {
    await importMails()
    const plot = join(folder, 'who.svg')
    const { code, stderr } = await hearsay(['datasets', 'show', 'mails', '--peers', '3', '--plot', plot, ...cache])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const svg = await readFile(plot, 'utf8')
    expect(svg).toMatch(/^<svg[^]*mails: iid, 3 peers, seed 1[^]*<\/svg>\n$/)
  })

  it.each([
    [['--shards', 'iid'], '--shards shows who holds what: say among how many, with --peers'],
    [['--peers', '3', '--plot', 'who.pdf'], 'plots are SVG'],
    [['--peers', '3', '--shards', 'classes:9'], 'spambase has 2'],
    [['--peers', '3', '--shards', 'by-column:word'], 'no feature "word"'],
  ])('refuses %j', async (flags, says) => {
    const { code, stderr } = await hearsay(['datasets', 'show', 'spambase', ...flags])
    expect(stderr).toContain(says)
    expect(code).toBe(2)
  })
})

describe('hearsay datasets fetch', () => {
  let server: Server
  let base: string
  let onRequest: () => void = () => {}

  beforeAll(async () => {
    // A publisher who has nothing but half of one file.
    server = createServer((request, response) => {
      onRequest()
      if (request.url !== '/har.zip') response.writeHead(404).end()
      else response.writeHead(200, { 'content-length': '1000', etag: '"1"' }).write('x'.repeat(500))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })

  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  it('has nothing to do for a data set that is included', async () => {
    const { code, stdout } = await hearsay(['datasets', 'fetch', 'letter', ...cache])
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'letter comes with hearsay: there is nothing to fetch\n' })
  })

  it.each([
    [['iris'], 2, 'does not know where to get "iris", but these: fashion-mnist, har'],
    [['pendigits', '--mirror', 'here'], 2, '--mirror: give an address with http://'],
    [['pendigits', '--mirror', 'BASE//'], 3, 'BASE/pendigits.zip: the server answers 404 Not Found'],
    [['pendigits', '--mirror', 'http://127.0.0.1:1'], 3, '127.0.0.1:1 cannot be reached'],
  ])('ends %j with %i', async (words, expected, says) => {
    const argv = words.map((word) => word.replace('BASE', base))
    const { code, stderr } = await hearsay(['datasets', 'fetch', ...argv, ...cache])
    expect(stderr).toContain(says.replace('BASE', base))
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(code).toBe(expected)
  })

  it('ends when it is interrupted, and keeps no half of a data set', async () => {
    const control = new AbortController()
    onRequest = () => setImmediate(() => control.abort(new Interruption('interrupted by SIGINT', 130)))
    const { code, stderr } = await hearsay(['datasets', 'fetch', 'har', '--mirror', base, ...cache], {
      signal: control.signal,
    })
    expect(code).toBe(130)
    expect(stderr).toContain('interrupted by SIGINT')
    expect(await readdir(join(folder, 'cache', 'datasets')).catch(() => [])).toEqual([])
  })
})
