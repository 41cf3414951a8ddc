import { createHash } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigurationError, EnvironmentError } from '@hearsay/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  describeDataset,
  fitScaling,
  parseCsv,
  parseManifest,
  type RawDataset,
  type RawSplitDataset,
  splitByTestRows,
} from '../src/index.ts'
import { builtinDatasets, loadBuiltinDataset, loadCsvFile } from '../src/node.ts'

const DATASETS = fileURLToPath(new URL('../../../datasets/', import.meta.url))
const SPAMBASE_CSV = join(DATASETS, 'spambase/spambase.csv')

describe('Spambase', () => {
  let whole: RawDataset
  let split: RawSplitDataset

  beforeAll(async () => {
    whole = await loadCsvFile(SPAMBASE_CSV, { label: 'class' })
    split = await loadBuiltinDataset('spambase')
  })

  test('has 4601 rows, 57 features and 1813 spam', () => {
    expect(describeDataset(whole)).toEqual({
      name: 'spambase',
      rows: 4601,
      features: 57,
      classes: [
        { name: 'nonspam', rows: 2788 },
        { name: 'spam', rows: 1813 },
      ],
    })
  })

  test('holds the UCI repository’s file, byte for byte', async () => {
    const [, ...lines] = (await readFile(SPAMBASE_CSV, 'utf8')).trimEnd().split('\n')
    const original = lines.map((line) => `${line.replace(/,spam$/, ',1').replace(/,nonspam$/, ',0')}\r\n`).join('')
    expect(original).toHaveLength(702_942)
    expect(createHash('sha256').update(original).digest('hex')).toBe(
      'b1ef93de71f97714d3d7d4f58fc9f718da7bbc8ac8a150eff2778616a8097b12',
    )
  })

  // spambase.DOCUMENTATION of the UCI repository, "Attribute Statistics"; its deviation divides by n − 1.
  test.each([
    ['word_freq_make', 0.10455, 0.30536],
    ['word_freq_3d', 0.065425, 1.3952],
    ['word_freq_table', 0.0054445, 0.076274],
    ['char_freq_;', 0.038575, 0.24347],
    ['char_freq_#', 0.044238, 0.42934],
    ['capital_run_length_average', 5.1915, 31.729],
    ['capital_run_length_longest', 52.173, 194.89],
    ['capital_run_length_total', 283.29, 606.35],
  ])('has the published mean and deviation of %s', (name, mean, deviation) => {
    const { offset, factor } = fitScaling(whole, 'standardise')
    const feature = whole.featureNames.indexOf(name)
    expect(Number(offset[feature].toPrecision(5))).toBe(mean)
    expect(Number((Math.sqrt(4601 / 4600) / factor[feature]).toPrecision(5))).toBe(deviation)
  })

  test('is split 4140/461 for ever', () => {
    expect(describeDataset(split.train)).toMatchObject({ rows: 4140, classes: [{ rows: 2509 }, { rows: 1631 }] })
    expect(describeDataset(split.test)).toMatchObject({ rows: 461, classes: [{ rows: 279 }, { rows: 182 }] })
    expect(createHash('sha256').update(split.test.features).digest('hex').slice(0, 16)).toBe('3c7ed90e0fa91d4a')
  })

  test('is split by the rule that its manifest states', () => {
    const everyTenth = Array.from({ length: 461 }, (_, i) => 10 * i)
    expect(splitByTestRows(whole, everyTenth)).toEqual(split)
  })
})

describe('what comes from the UCI repository', () => {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
  const rowsOf = async (name: string): Promise<string[]> =>
    (await readFile(join(DATASETS, name, `${name}.csv`), 'utf8')).trimEnd().split('\n').slice(1)

  test('digits are its test file, byte for byte', async () => {
    const rows = await rowsOf('digits')
    expect(sha256(`${rows.join('\n')}\n`)).toBe('6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8')
  })

  test('letters are its file, byte for byte', async () => {
    const original = (await rowsOf('letter')).map((row) => row.replace(/^(.*),(.)$/, '$2,$1\n')).join('')
    expect(sha256(original)).toBe('2b89f3602cf768d3c8355267d2f13f2417809e101fc2b5ceee10db19a60de6e2')
  })

  test('satellite’s two parts are its files, byte for byte', async () => {
    const codes: Record<string, number> = {
      ...{ 'red soil': 1, 'cotton crop': 2, 'grey soil': 3, 'damp grey soil': 4 },
      ...{ 'vegetation stubble': 5, 'very damp grey soil': 7 },
    }
    const lines = (await rowsOf('satellite')).map((row) => {
      const cells = row.split(',')
      return `${[...cells.slice(0, -1), codes[cells[36]]].join(' ')}\n`
    })
    expect(sha256(lines.slice(0, 4435).join(''))).toBe(
      'e896dc88a960fa2404160fc4c3cb3dc53fcf4afd80ba920bf2d261bd42d12613',
    )
    expect(sha256(lines.slice(4435).join(''))).toBe('4b9167b8a92baafafed7c8809aef86d0683a5e685c19d98d119fa6974f0f2479')
  })

  test.each([
    ['digits', 1540, 257, 10, (row: number) => row % 7 === 0],
    ['letter', 16_000, 4000, 26, (row: number) => row >= 16_000],
    ['satellite', 4435, 2000, 6, (row: number) => row >= 4435],
  ])('%s is split %i/%i by the rule that its manifest states', async (name, train, held, classes, isTest) => {
    const whole = await loadCsvFile(join(DATASETS, name, `${name}.csv`), { label: 'class' })
    const split = await loadBuiltinDataset(name)
    expect([split.train.rows, split.test.rows, split.train.classNames.length]).toEqual([train, held, classes])
    const rows = Array.from({ length: whole.rows }, (_, row) => row).filter(isTest)
    expect(splitByTestRows(whole, rows).test.features).toEqual(split.test.features)
    for (const part of [split.train, split.test]) {
      expect(describeDataset(part).classes.every(({ rows: own }) => own > 0)).toBe(true)
    }
  })
})

describe('builtinDatasets', () => {
  test('lists manifests whose checksums and counts hold', async () => {
    const manifests = await builtinDatasets()
    expect(manifests.map(({ name }) => name)).toContain('spambase')
    for (const manifest of manifests) {
      const bytes = await readFile(join(DATASETS, manifest.name, manifest.file))
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(manifest.sha256)
      expect(Object.values(manifest.classes).reduce((sum, rows) => sum + rows, 0)).toBe(manifest.rows)
      expect(manifest.split.train + manifest.split.test).toBe(manifest.rows)
      expect(manifest.source.licence).not.toBe('')
    }
  })
})

describe('a folder of data sets', () => {
  const csv = 'x,y\n1,p\n2,q\n3,p\n'
  const splitText = '{"test": [1]}'
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
  const manifest = {
    name: 'tiny',
    title: 'Tiny',
    description: 'Three rows.',
    source: {
      authors: ['A. N. Other'],
      year: 2026,
      citation: 'c',
      url: 'u',
      doi: 'd',
      licence: 'CC0-1.0',
      licenceUrl: 'l',
      obtained: 'o',
    },
    file: 'tiny.csv',
    sha256: sha256(csv),
    label: 'y',
    rows: 3,
    features: 1,
    classes: { p: 2, q: 1 },
    split: { file: 'split.json', sha256: sha256(splitText), train: 2, test: 1, rule: 'by hand' },
  }
  let directory: string

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hearsay-datasets-'))
    await cp(join(DATASETS, 'spambase'), join(directory, 'tiny'), { recursive: true })
  })
  afterAll(() => rm(directory, { recursive: true }))

  async function write(files: Record<string, string>): Promise<void> {
    const all = { 'tiny.csv': csv, 'split.json': splitText, 'manifest.json': JSON.stringify(manifest), ...files }
    for (const [file, content] of Object.entries(all)) await writeFile(join(directory, 'tiny', file), content)
  }
  const load = (): Promise<RawSplitDataset> => loadBuiltinDataset('tiny', { directory })

  test('is loaded from anywhere', async () => {
    await write({})
    const { train, test } = await load()
    expect([...train.features]).toEqual([1, 3])
    expect([...test.labels]).toEqual([1])
  })

  test.each([
    ['the data', { 'tiny.csv': csv.replace('2', '7') }],
    ['the split', { 'split.json': '{"test": [2]}' }],
  ])('is refused where %s was altered', async (_, files) => {
    await write(files)
    await expect(load()).rejects.toThrow(EnvironmentError)
    await expect(load()).rejects.toThrow(expect.objectContaining({ code: 'DATASET_CHECKSUM' }))
  })

  test.each<[string, object, RegExp]>([
    ['rows', { rows: 4 }, /3 rows, not 4/],
    ['features', { features: 2 }, /1 features, not 2/],
    ['classes', { classes: { p: 1, q: 2 } }, /2 rows of p, not 1/],
    ['the split', { split: { ...manifest.split, train: 1 } }, /names 1 test rows/],
  ])('is refused where the manifest’s %s differ from the data', async (_, change, says) => {
    await write({ 'manifest.json': JSON.stringify({ ...manifest, ...change }) })
    await expect(load()).rejects.toThrow(expect.objectContaining({ code: 'DATASET_MISMATCH' }))
    await expect(load()).rejects.toThrow(says)
  })

  test.each(['[]', '{"test": [0, 0]}', '{"test": [3]}', '{"test": [0.5]}', '{"test": "1"}'])(
    'is refused where the split is %s',
    async (text) => {
      const split = { ...manifest.split, sha256: sha256(text) }
      await write({ 'split.json': text, 'manifest.json': JSON.stringify({ ...manifest, split }) })
      await expect(load()).rejects.toThrow(/no list of different rows/)
    },
  )

  test.each<[string, string, RegExp]>([
    ['is not JSON', '{', /is not JSON/],
    ['has another name', JSON.stringify({ ...manifest, name: 'other' }), /not the folder's/],
    ['is a list', '[]', /the whole must be an object/],
    ['lacks the label', JSON.stringify({ ...manifest, label: undefined }), /label must be a text/],
    ['has a fraction of a row', JSON.stringify({ ...manifest, rows: 0.5 }), /rows must be an integer/],
    ['lacks the source', JSON.stringify({ ...manifest, source: null }), /source must be an object/],
    ['has nameless authors', JSON.stringify({ ...manifest, source: { ...manifest.source, authors: [1] } }), /authors/],
    ['lacks a class count', JSON.stringify({ ...manifest, classes: { p: '2' } }), /classes\.p must be/],
  ])('is refused where the manifest %s', async (_, text, says) => {
    await write({ 'manifest.json': text })
    await expect(load()).rejects.toThrow(ConfigurationError)
    await expect(load()).rejects.toThrow(says)
  })

  test('is refused where it has no such data set, with a suggestion', async () => {
    await expect(loadBuiltinDataset('spamabse')).rejects.toThrow(/did you mean "spambase"\?/)
    await expect(loadBuiltinDataset('../core')).rejects.toThrow(expect.objectContaining({ code: 'DATASET_UNKNOWN' }))
  })

  test('is refused where it is not there', async () => {
    const nowhere = { directory: join(directory, 'nowhere') }
    await expect(builtinDatasets(nowhere)).rejects.toThrow(expect.objectContaining({ code: 'DATASETS_NOT_FOUND' }))
  })

  test('is read as manifests by parseManifest', () => {
    expect(parseManifest(manifest)).toEqual(manifest)
  })
})

describe('loadCsvFile', () => {
  test('names the data set after the file, and errors by its path', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'hearsay-datasets-'))
    const path = join(directory, 'mails.2026.csv')
    await writeFile(path, 'a,y\n1,p\n2,q\n')
    expect(await loadCsvFile(path, { label: 'y' })).toEqual(
      parseCsv('a,y\n1,p\n2,q\n', { label: 'y', name: 'mails.2026' }),
    )
    await expect(loadCsvFile(path, { label: 'z' })).rejects.toThrow(expect.objectContaining({ source: path, line: 1 }))
    await rm(directory, { recursive: true })
  })

  test.each([
    ['a file that is not there', join(DATASETS, 'none.csv'), 'FILE_NOT_FOUND', /no such file/],
    ['a folder', DATASETS, 'FILE_UNREADABLE', /it is a folder/],
  ])('refuses %s', async (_, path, code, says) => {
    await expect(loadCsvFile(path, { label: 'y' })).rejects.toThrow(EnvironmentError)
    await expect(loadCsvFile(path, { label: 'y' })).rejects.toThrow(expect.objectContaining({ code }))
    await expect(loadCsvFile(path, { label: 'y' })).rejects.toThrow(says)
  })
})
