import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { partition, selectRows, writeCsv } from '@hearsay/datasets'
import { loadBuiltinDataset } from '@hearsay/datasets/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HearsayProcess, type Line } from './hearsay-process.ts'

// `hearsay peer`: processes that share nothing but an address, each with its own file.

let folder: string
const file = (name: string): string => path.join(folder, name)
const isStart = ({ type }: Line): boolean => type === 'start'

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hearsay-peers-'))
  const { train, test: heldOut } = await loadBuiltinDataset('spambase')
  const some = selectRows(train, partition(train, 8, { kind: 'iid', seed: 1 })[0])
  for (const [index, rows] of partition(some, 2, { kind: 'by-class', seed: 1 }).entries()) {
    await writeFile(file(`${index}.csv`), writeCsv(selectRows(some, rows)))
  }
  await writeFile(file('test.csv'), writeCsv(heldOut))
})

afterAll(() => rm(folder, { recursive: true }))

function peer(name: string, ...more: readonly string[]): HearsayProcess {
  return new HearsayProcess('peer', '--data', file(name), '--label', 'class', '--test', file('test.csv'), ...more)
}

function launch(...more: readonly string[]): HearsayProcess {
  return peer('0.csv', '--classes', 'nonspam,spam', '--period', '100', '--seed', '1', ...more)
}

async function addressOf(process: HearsayProcess): Promise<string> {
  const { addresses } = (await process.line(isStart)) as unknown as { readonly addresses: readonly string[] }
  return addresses[0]
}

describe('two peers with a file of one class each', () => {
  test('learn together what neither can alone', async () => {
    const a = launch('--cycles', '100000', '--key', file('a.key'))
    const b = peer('1.csv', '--bootstrap', await addressOf(a), '--launcher', String((await a.line(isStart))['peer']))
    const hasLearned = ({ type, modelsIn, peersHeard }: Line): boolean =>
      type === 'progress' && Number(modelsIn) > 20 && peersHeard === 1
    await Promise.all([a.line(hasLearned), b.line(hasLearned)])
    for (const one of [a, b]) one.signalGroup('SIGINT')
    expect([await a.ended, await b.ended]).toEqual([130, 130])
    expect(a.lines[0]).toMatchObject({ role: 'launcher', classes: ['nonspam', 'spam'], cycles: 100_000, testRows: 461 })
    expect(b.lines[0]).toMatchObject({ role: 'joiner', classes: ['nonspam', 'spam'], run: a.lines[0]['run'] })
    for (const { lines, stderr } of [a, b]) {
      const summary = lines.at(-1) as Line
      expect(summary).toMatchObject({ type: 'summary', interrupted: true, refused: 0, peersHeard: 1 })
      expect(lines.some(({ type, connections }) => type === 'progress' && connections === 1)).toBe(true)
      // A model of one class says that class for every row.
      expect(Number(summary['isolatedError'])).toBeGreaterThan(0.35)
      expect(Number(summary['error'])).toBeLessThan(Number(summary['isolatedError']))
      expect(stderr).toBe('')
    }
    expect(await readFile(file('a.key'), 'utf8')).toMatch(/^[A-Za-z0-9+/]+=*\n$/)
  })

  test('part in good order at Ctrl-C, and keep their names by their keys', async () => {
    const a = launch('--cycles', '100000', '--key', file('b.key'))
    const b = peer('1.csv', '--bootstrap', await addressOf(a))
    await b.line(({ type, modelsIn }) => type === 'progress' && Number(modelsIn) > 0)
    a.signalGroup('SIGINT')
    expect(await a.ended).toBe(130)
    expect(a.lines.at(-1)).toMatchObject({ type: 'summary', interrupted: true })
    await b.line(({ type, connections, viewSize }) => type === 'progress' && connections === 0 && viewSize === 0)
    b.signalGroup('SIGTERM')
    expect(await b.ended).toBe(143)
    const again = launch('--cycles', '40', '--key', file('b.key'))
    expect((await again.line(isStart))['peer']).toBe(a.lines[0]['peer'])
    expect(await again.ended).toBe(0)
    expect(again.lines.at(-1)).toMatchObject({ type: 'summary', cycle: 40, interrupted: false })
  })
})

describe('a peer that cannot take part', () => {
  test('says so when nobody answers in time', async () => {
    const name = '12D3KooWNs2yHdFaKHSWoenbj1WUu6K562BNumHhDjgeUibd9Mcp'
    const lonely = peer('0.csv', '--bootstrap', `/ip4/127.0.0.1/tcp/1/p2p/${name}`, '--join-timeout', '0.2')
    expect(await lonely.ended).toBe(3)
    expect(lonely.lines).toEqual([])
    expect(lonely.stderr).toMatch(/^hearsay: no run was heard of in 0\.2 s: .*\n$/)
  })

  test('says so when its file does not fit the run', async () => {
    const a = launch('--cycles', '100000')
    const text = await readFile(file('1.csv'), 'utf8')
    const end = text.indexOf('\n')
    await writeFile(file('columns.csv'), text.slice(0, end).replace('word_freq_make', 'other') + text.slice(end))
    await writeFile(file('classes.csv'), text.replaceAll(/,spam$/gm, ',junk'))
    const bootstrap = ['--bootstrap', await addressOf(a)]
    const [columns, classes] = [peer('columns.csv', ...bootstrap), peer('classes.csv', ...bootstrap)]
    expect([await columns.ended, await classes.ended]).toEqual([2, 2])
    expect(columns.stderr).toMatch(/columns\.csv:1: the columns are not those of the run; 1 missing: "word_freq_make"/)
    expect(classes.stderr).toMatch(/classes\.csv:2, column "class": unknown class "junk"/)
    a.signalGroup('SIGINT')
    expect(await a.ended).toBe(130)
  })
})
