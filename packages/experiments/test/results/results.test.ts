import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { ConfigurationError, EnvironmentError, UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { parquetReadObjects } from 'hyparquet'
import { describe, expect, it } from 'vitest'
import { readResults, writeResults } from '../../src/results/index.ts'
import { CellStore } from '../../src/results/cell-store.ts'
import { canonicalJson } from '../../src/results/canonical-json.ts'
import { claimFolder } from '../../src/results/results-folder.ts'
import type { TrialSettings } from '../../src/trial/trial-settings.ts'
import { contents, temporaryFolder } from './folders.ts'
import { sampleManifest, sampleResult, sampleResults, trialResults } from './sample-results.ts'

const CELL = join('cells', 'aaaaaaaaaaaaaaaa')

describe('a folder of results', () => {
  it('gives back what was written, NaN and all', async () => {
    const folder = temporaryFolder()
    await fc.assert(
      fc.asyncProperty(trialResults, async (result) => {
        const { manifest, cells } = sampleResults()
        const results = { manifest, cells: [{ ...cells[0], result }] }
        await writeResults(folder, results)
        expect(await readResults(folder)).toEqual(results)
      }),
      { numRuns: 40 },
    )
  })

  it('has the same bytes for the same results', async () => {
    const [one, other] = [temporaryFolder(), temporaryFolder()]
    for (const folder of [one, other]) await writeResults(folder, sampleResults())
    expect(contents(one)).toEqual(contents(other))
    expect(Object.keys(contents(one))).toContain(join(CELL, 'series.parquet'))
  })

  it('has all measurements in one table, with an axis kept apart from the columns of results', async () => {
    const folder = temporaryFolder()
    await writeResults(folder, sampleResults())
    const { buffer, byteOffset, byteLength } = readFileSync(join(folder, 'results.parquet'))
    const file = (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength)
    const rows = await parquetReadObjects({ file })
    expect(rows).toHaveLength(4)
    expect(rows[3]).toMatchObject({ cell: 'bbbbbbbbbbbbbbbb', contestant: 'federated', seed: 1n, metric: 'error' })
    expect(rows[3]).toMatchObject({ axis_mean: 'none', mean: 0.1, cycle: 10n, sd: Number.NaN, bytes: 8n })
  })

  it('gives a cell that two contestants share to both', async () => {
    const folder = temporaryFolder()
    const { manifest, cells } = sampleResults()
    const shared = { ...manifest, cells: manifest.cells.map((cell) => ({ ...cell, id: 'aaaaaaaaaaaaaaaa' })) }
    await writeResults(folder, { manifest: shared, cells: [cells[0]] })
    expect((await readResults(folder)).cells.map(({ contestant }) => contestant)).toEqual(['gossip', 'federated'])
  })

  it('leaves out cells that have not been run', async () => {
    const folder = temporaryFolder()
    const { manifest, cells } = sampleResults()
    await writeResults(folder, { manifest, cells: cells.slice(1) })
    expect((await readResults(folder)).cells).toEqual(cells.slice(1))
  })

  it('says how cells have learned, where their settings were stored with them', async () => {
    const folder = temporaryFolder()
    const { manifest, cells } = sampleResults()
    await writeResults(folder, { manifest, cells: cells.slice(1) })
    const trial = { task: 'rumor', scenario: { method: { kind: 'fedavg' } } } as unknown as TrialSettings
    await new CellStore(folder).write(cells[0].id, cells[0].result, trial)
    expect((await readResults(folder)).cells.map(({ method }) => method)).toEqual(['fedavg', undefined])
  })

  it('is not written with values that its columns cannot hold, nor outside of the folder', async () => {
    const { manifest, cells } = sampleResults()
    const result = { ...sampleResult(0), series: [{ ...sampleResult(0).series[0], bytes: 0.5 }] }
    const folder = temporaryFolder()
    await expect(writeResults(folder, { manifest, cells: [{ ...cells[0], result }] })).rejects.toThrow(UsageError)
    const id = '../../../gone'
    const escaping = { manifest: { ...manifest, cells: [{ ...cells[0], id }] }, cells: [] }
    await expect(writeResults(folder, escaping)).rejects.toMatchObject({ code: 'CELL_ID' })
  })
})

describe('readResults refuses', () => {
  async function spoilt(spoil: (folder: string) => void): Promise<unknown> {
    const folder = temporaryFolder()
    await writeResults(folder, sampleResults())
    spoil(folder)
    return await readResults(folder).catch((error: unknown) => error)
  }

  const edit = (folder: string, file: string, change: (text: string) => string): void =>
    writeFileSync(join(folder, file), change(readFileSync(join(folder, file), 'utf8')))

  it.each([
    ['no folder', 'RESULTS_NOT_FOUND', 'manifest.json', (folder) => rmSync(folder, { recursive: true })],
    [
      'no JSON',
      'RESULTS_CORRUPT',
      'manifest.json is not JSON; delete that file only',
      (folder) => edit(folder, 'manifest.json', (text) => text.slice(9)),
    ],
    [
      'a later format',
      'RESULTS_FORMAT',
      'format 2',
      (folder) => edit(folder, 'manifest.json', (text) => text.replace('"format": 1', '"format": 2')),
    ],
    [
      'a wrong manifest',
      'RESULTS_CORRUPT',
      'cells.0.seed',
      (folder) => edit(folder, 'manifest.json', (text) => text.replace('"seed": 1', '"seed": -1')),
    ],
    [
      'a path for an id',
      'RESULTS_CORRUPT',
      'cells.0.id',
      (folder) => edit(folder, 'manifest.json', (text) => text.replace('aaaaaaaaaaaaaaaa', '../aaaaaaaaaaaaa')),
    ],
    [
      'a cell of a later format',
      'RESULTS_FORMAT',
      join(CELL, 'cell.json'),
      (folder) => edit(folder, join(CELL, 'cell.json'), (text) => text.replace('"format": 1', '"format": 7')),
    ],
    [
      'a cell of another name',
      'RESULTS_CORRUPT',
      'belongs to the cell b',
      (folder) => edit(folder, join(CELL, 'cell.json'), (text) => text.replace('"aaaaaaaaaaaaaaaa"', '"b"')),
    ],
    ['no table', 'RESULTS_CORRUPT', 'peers.parquet', (folder) => rmSync(join(folder, CELL, 'peers.parquet'))],
    [
      'a bit that has flipped',
      'RESULTS_CORRUPT',
      'series.parquet',
      (folder) => {
        const bytes = readFileSync(join(folder, CELL, 'series.parquet'))
        bytes[40] ^= 1
        writeFileSync(join(folder, CELL, 'series.parquet'), bytes)
      },
    ],
  ] satisfies [string, string, string, (folder: string) => void][])('%s', async (_, code, message, spoil) => {
    const error = await spoilt(spoil)
    expect(error).toBeInstanceOf(code === 'RESULTS_CORRUPT' ? EnvironmentError : ConfigurationError)
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) })
  })
})

describe('claimFolder', () => {
  it('leaves a manifest that says the same, whoever wrote it', async () => {
    const folder = temporaryFolder()
    const manifest = sampleManifest()
    await claimFolder(folder, manifest)
    const before = contents(folder)
    await claimFolder(folder, { ...manifest, machine: { ...manifest.machine, cores: 99 }, command: 'other' })
    expect(contents(folder)).toEqual(before)
  })

  it('keeps cells when the experiment has changed, and drops the table of all', async () => {
    const folder = temporaryFolder()
    const { manifest, cells } = sampleResults()
    await writeResults(folder, { manifest, cells })
    const renamed = manifest.cells.map((cell) => ({ ...cell, contestant: 'x' }))
    await claimFolder(folder, { ...manifest, cells: renamed.slice(1) })
    expect((await readResults(folder)).cells).toEqual([{ ...cells[1], contestant: 'x' }])
    expect(existsSync(join(folder, CELL))).toBe(true)
    expect(existsSync(join(folder, 'results.parquet'))).toBe(false)
  })

  it('refuses a folder of something else', async () => {
    const folder = temporaryFolder()
    await claimFolder(folder, sampleManifest('other'))
    await expect(claimFolder(folder, sampleManifest())).rejects.toMatchObject({ code: 'RESULTS_OTHER' })
    const full = sampleManifest('other')
    const reduced = { ...full, experiment: { ...full.experiment, reduced: true } }
    await expect(claimFolder(folder, reduced)).rejects.toThrow('in its reduced form')
    const home = temporaryFolder()
    writeFileSync(join(home, 'letter.txt'), 'Dear …')
    await expect(claimFolder(home, full)).rejects.toMatchObject({ code: 'RESULTS_FOLDER' })
    expect(readdirSync(home)).toEqual(['letter.txt'])
    await expect(claimFolder(join(home, 'letter.txt'), full)).rejects.toMatchObject({ code: 'RESULTS_FOLDER' })
  })

  it('says that it may not write', async ({ skip }) => {
    const folder = temporaryFolder()
    chmodSync(folder, 0o500)
    if (process.getuid?.() === 0) skip('root may write everywhere')
    await expect(claimFolder(join(folder, 'new'), sampleManifest())).rejects.toThrow('you may not write there')
  })

  it('removes what processes that are gone have left, and nothing else', async () => {
    const folder = temporaryFolder()
    await claimFolder(folder, sampleManifest())
    const { pid } = spawnSync(process.execPath, ['--version'])
    const here = hostname().replaceAll(/[^\w.-]/g, '_')
    const [gone, alive, elsewhere, old] = [
      `.partial-${pid}-0a-${here}`,
      `.partial-${process.ppid}-0b-${here}`,
      `.partial-${pid}-0c-elsewhere`,
      `.partial-${pid}-0d-elsewhere`,
    ]
    for (const name of [gone, alive, elsewhere, old]) mkdirSync(join(folder, 'cells', name))
    utimesSync(join(folder, 'cells', old), 1, 1)
    writeFileSync(join(folder, gone), 'half of a manifest')
    await claimFolder(folder, sampleManifest())
    expect(readdirSync(join(folder, 'cells')).toSorted()).toEqual([alive, elsewhere].toSorted())
    expect(readdirSync(folder)).not.toContain(gone)
  })
})

describe('canonicalJson', () => {
  it('is the same for equal values, and different for others', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const text = canonicalJson(one)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(one)))
        if (JSON.stringify(one) === JSON.stringify(other)) expect(canonicalJson(other)).toBe(text)
      }),
    )
    expect(canonicalJson({ b: [1, null], a: undefined, c: 'x' })).toBe('{"b":[1,null],"c":"x"}')
    expect(canonicalJson({ b: 1, a: 2 })).toBe(canonicalJson({ a: 2, b: 1 }))
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 1])('refuses %s', (value) => {
    expect(() => canonicalJson({ value })).toThrow(UsageError)
  })
})
