import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Interruption } from '../src/interruption.ts'
import { hearsay, jsonLines } from './harness.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearsay-datasets-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

/** A file with ten rows of two classes, and one feature that tells the rows apart. */
async function writeMails(): Promise<string> {
  const path = join(folder, 'mails.csv')
  const rows = Array.from({ length: 10 }, (_, i) => `${i},${i % 2 === 0 ? 'ham' : 'spam'}`)
  await writeFile(path, `id,kind\n${rows.join('\n')}\n`)
  return path
}

async function bodyOf(path: string): Promise<string[]> {
  const [header, ...rows] = (await readFile(path, 'utf8')).trimEnd().split('\n')
  expect(header).toBe('id,kind')
  return rows
}

describe('hearsay datasets', () => {
  it('lists what comes with hearsay', async () => {
    const { code, stdout } = await hearsay(['datasets', '--cache', folder])
    expect(stdout).toMatch(/^name .*\ndigits +1,797 .*\n[^]*spambase +4,601 +4,140 +461 +57 +2 +included +CC-BY-4\.0\n/)
    expect(stdout).toMatch(/\nhar +10,299 .* to fetch +CC-BY-4\.0\n/)
    expect(code).toBe(0)
  })

  it('lists it as lines of JSON', async () => {
    const { stdout } = await hearsay(['datasets', '--json', '--cache', folder])
    const lines = jsonLines(stdout)
    expect(lines.every(({ type }) => type === 'dataset')).toBe(true)
    expect(lines.find(({ name }) => name === 'spambase')).toMatchObject({
      ...{ rows: 4601, testRows: 461, state: 'included', classes: { nonspam: 2788, spam: 1813 } },
    })
    expect(lines.find(({ name }) => name === 'mnist')).toMatchObject({ state: 'to fetch', classCount: 10 })
  })
})

describe('hearsay datasets show', () => {
  it('tells size, balance, source, licence and that the checksum holds', async () => {
    const { stdout } = await hearsay(['datasets', 'show', 'spambase'])
    expect(stdout).toMatch(
      /rows +4,601\nfeatures +57\nclasses +nonspam: 2,788 \(60\.6 %\)\n +spam: 1,813 \(39\.4 %\)\n/,
    )
    expect(stdout).toMatch(/source +Hopkins[^]*licence +CC-BY-4\.0[^]*checksum +verified: sha256 [0-9a-f]{64}\n$/)
  })

  it('tells it as JSON', async () => {
    const { stdout } = await hearsay(['datasets', 'show', 'spambase', '--json'])
    expect(jsonLines(stdout)).toMatchObject([
      {
        type: 'dataset',
        rows: 4601,
        classes: { nonspam: 2788, spam: 1813 },
        trainingRows: 4140,
        checksumVerified: true,
      },
    ])
  })

  it('describes a file', async () => {
    const { stdout } = await hearsay(['datasets', 'show', '--data', await writeMails(), '--label', 'kind', '--json'])
    expect(jsonLines(stdout)).toEqual([
      { type: 'dataset', name: 'mails', rows: 10, features: 1, classes: { ham: 5, spam: 5 } },
    ])
  })

  it('names file, line and column of what it cannot read', async () => {
    const path = join(folder, 'bad.csv')
    await writeFile(path, 'a,kind\n1,x\nmany,y\n')
    const { code, stderr } = await hearsay(['datasets', 'show', '--data', path, '--label', 'kind'])
    expect(stderr).toMatch(/^hearsay: .*bad\.csv:3, column "a": "many" is not a number.*\n$/)
    expect(code).toBe(2)
  })
})

describe('hearsay datasets split', () => {
  it('gives every row to exactly one file, values as they were', async () => {
    const out = join(folder, 'deep', 'shards')
    const flags = ['--data', await writeMails(), '--label', 'kind', '--peers', '3', '--test-fraction', '0.2', '--json']
    const { code, stdout, stderr } = await hearsay(['datasets', 'split', ...flags, '--out', out])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const names = ['peer-001.csv', 'peer-002.csv', 'peer-003.csv', 'test.csv']
    expect((await readdir(out)).sort()).toEqual(names)
    const rows = await Promise.all(names.map((name) => bodyOf(join(out, name))))
    expect(rows.map((part) => part.length)).toEqual([3, 3, 2, 2])
    expect(rows.flat().sort()).toEqual(Array.from({ length: 10 }, (_, i) => `${i},${i % 2 === 0 ? 'ham' : 'spam'}`))
    const lines = jsonLines(stdout)
    expect(lines.map((line) => [line['type'], line['file'] ?? line['folder'], line['rows']])).toEqual([
      ['shard', 'peer-001.csv', 3],
      ['shard', 'peer-002.csv', 3],
      ['shard', 'peer-003.csv', 2],
      ['test', 'test.csv', 2],
      ['summary', out, undefined],
    ])
  })

  it('cuts the same shards for the same seed, and others for another', async () => {
    const path = await writeMails()
    let runs = 0
    const filesOf = async (seed: string): Promise<string[]> => {
      const out = join(folder, `shards-${runs++}`)
      const flags = ['--data', path, '--label', 'kind', '--peers', '2', '--seed', seed, '--test-fraction', '0.4']
      expect((await hearsay(['datasets', 'split', ...flags, '--out', out])).code).toBe(0)
      return Promise.all(['peer-001.csv', 'test.csv'].map((name) => readFile(join(out, name), 'utf8')))
    }
    const first = await filesOf('1')
    expect(await filesOf('1')).toEqual(first)
    const [shard, test] = await filesOf('2')
    expect(shard).not.toBe(first[0])
    expect(test).not.toBe(first[1])
  })

  it('holds out the fixed test rows of a data set that comes with hearsay', async () => {
    const out = join(folder, 'shards')
    const flags = ['--dataset', 'spambase', '--peers', '2', '--shards', 'by-class', '--out', out]
    const { stdout } = await hearsay(['datasets', 'split', ...flags])
    expect(stdout).toMatch(
      /: peer-001\.csv … peer-002\.csv, 4,140 rows of spambase in all, .* 461 rows held out in test\.csv/,
    )
    const classes = new Set(
      (await readFile(join(out, 'peer-002.csv'), 'utf8'))
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((row) => row.split(',').at(-1)),
    )
    expect([...classes]).toEqual(['spam'])
  })

  it('takes another name for the class column when it was named by its index', async () => {
    const path = join(folder, 'plain.csv')
    await writeFile(path, 'class,kind\n1,x\n2,y\n')
    const out = join(folder, 'shards')
    await hearsay(['datasets', 'split', '--data', path, '--label', '1', '--peers', '1', '--out', out])
    expect(await readFile(join(out, 'peer-001.csv'), 'utf8')).toMatch(/^class,class_2\n/)
  })

  describe('into a folder with something in it', () => {
    let out: string
    let split: (...flags: string[]) => Promise<{ code: number; stderr: string }>

    beforeEach(async () => {
      out = join(folder, 'shards')
      const source = ['--data', await writeMails(), '--label', 'kind']
      split = (...flags) => hearsay(['datasets', 'split', ...source, '--out', out, ...flags])
      await mkdir(out)
      await writeFile(join(out, 'peer-009.csv'), 'earlier')
      await writeFile(join(out, 'notes.txt'), 'mine')
    })

    it('refuses', async () => {
      const { code, stderr } = await split('--peers', '2')
      expect(stderr).toMatch(/^hearsay: .*has something in it: .*--force\n$/)
      expect(code).toBe(2)
      expect((await readdir(out)).sort()).toEqual(['notes.txt', 'peer-009.csv'])
    })

    it('replaces an earlier split with --force, and leaves other files', async () => {
      expect((await split('--peers', '2', '--force')).code).toBe(0)
      expect((await readdir(out)).sort()).toEqual(['notes.txt', 'peer-001.csv', 'peer-002.csv'])
      expect(await readFile(join(out, 'notes.txt'), 'utf8')).toBe('mine')
    })

    it('changes nothing when the data cannot be split', async () => {
      const { code } = await split('--peers', '11', '--force')
      expect(code).toBe(2)
      expect((await readdir(out)).sort()).toEqual(['notes.txt', 'peer-009.csv'])
    })
  })

  it('leaves nothing behind when it is interrupted', async () => {
    const control = new AbortController()
    control.abort(new Interruption('interrupted by SIGINT', 130))
    const out = join(folder, 'deep', 'shards')
    const flags = ['--data', await writeMails(), '--label', 'kind', '--peers', '2', '--out', out]
    const { code } = await hearsay(['datasets', 'split', ...flags], { signal: control.signal })
    expect(code).toBe(130)
    await expect(stat(join(folder, 'deep'))).rejects.toThrow('ENOENT')
  })

  it('says that a file stands where the folder should', async () => {
    const path = await writeMails()
    const flags = ['--data', path, '--label', 'kind', '--peers', '2', '--out', path]
    const { code, stderr } = await hearsay(['datasets', 'split', ...flags])
    expect(stderr).toMatch(/^hearsay: .*mails\.csv cannot be written: .*\n$/)
    expect(code).toBe(3)
  })
})
