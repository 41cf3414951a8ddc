import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { RunManifest } from '@hearsay/peer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OwnRows, parsePeerFiles } from '../src/peer/peer-rows.ts'
import type { PeerProgress } from '../src/peer/events.ts'
import { PeerText } from '../src/peer/peer-text.ts'
import { hearsay, RecordingStream, steppingClock } from './harness.ts'

const ADDRESS = '/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWNs2yHdFaKHSWoenbj1WUu6K562BNumHhDjgeUibd9Mcp'

let folder: string
let data: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hearsay-peer-'))
  data = path.join(folder, 'one.csv')
  await writeFile(data, 'b,a,kind\n1,2,spam\n3,4,spam\n5,6,spam\n7,8,spam\n')
})

afterAll(() => rm(folder, { recursive: true }))

describe('hearsay peer', () => {
  it.each([
    [[], 'give the peer’s own file: --data FILE --label COLUMN'],
    [['--data', 'DATA'], 'give the peer’s own file: --data FILE --label COLUMN'],
    [['--data', 'DATA', '--label', 'kind', '--test', 'DATA', '--test-fraction', '0.1'], 'either --test FILE or'],
    [['--data', 'DATA', '--label', 'kind', '--launcher', 'x'], '--launcher goes with --bootstrap'],
    [['--data', 'DATA', '--label', 'kind'], 'every row has the label "spam"'],
    [
      ['--data', 'DATA', '--label', 'kin', '--bootstrap', ADDRESS],
      'no column "kin" for the label (did you mean "kind"?)',
    ],
    [
      ['--data', 'DATA', '--label', 'kind', '--bootstrap', ADDRESS, '--lambda', '1', '--no-bias', '--classes', 'a,b'],
      'with --bootstrap, the run decides: leave out --lambda, --bias or --no-bias, --classes',
    ],
    [['--data', 'DATA', '--label', 'kind', '--bootstrap', '/ip4/1.2.3.4/tcp/1'], 'does not say which peer is there'],
    [['--data', 'DATA', '--label', 'kind', '--classes', 'ham,spam', '--listen', 'here'], "'here' is no multiaddr"],
    [['--data', 'DATA', '--label', 'kind', '--join-timeout', '0'], '--join-timeout: give a number > 0'],
  ])('refuses %j', async (flags, message) => {
    const { code, stdout, stderr } = await hearsay(['peer', ...flags.map((flag) => (flag === 'DATA' ? data : flag))])
    expect(stderr).toContain(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('leaves a key file alone that holds no key', async () => {
    const { code, stderr } = await hearsay([
      'peer',
      '--data',
      data,
      '--label',
      'kind',
      '--classes',
      'ham,spam',
      '--key',
      data,
    ])
    expect(stderr).toContain('one.csv holds no key')
    expect(code).toBe(2)
  })
})

describe('the rows of a peer', () => {
  const rowsOf = (more: Partial<Parameters<typeof parsePeerFiles>[0]>): OwnRows =>
    new OwnRows(parsePeerFiles({ data, label: 'kind', ...more }), 1)

  it('take the columns and classes of the run, in its order', async () => {
    const own = rowsOf({ test: data })
    const source = await own.forRun()
    expect(source.features).toBe(2)
    const model = { featureNames: ['a', 'b'], classNames: ['ham', 'spam'] }
    const { rows, heldOut } = await source.load({ model } as unknown as RunManifest)
    expect(rows).toMatchObject({ featureNames: ['a', 'b'], classNames: ['ham', 'spam'], rows: 4 })
    expect([...rows.features]).toEqual([2, 1, 4, 3, 6, 5, 8, 7])
    expect([...rows.labels]).toEqual([1, 1, 1, 1])
    expect([heldOut?.rows, own.testRows]).toEqual([4, 4])
  })

  it('are held out in part unless there is a file for that', async () => {
    const own = rowsOf({ testFraction: 0.5 })
    const { rows, heldOut } = await own.read(['ham', 'spam'])
    expect([rows.rows, heldOut?.rows, own.testRows]).toEqual([2, 2, 2])
    expect([...rows.features, ...(heldOut?.features ?? [])].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })
})

describe('the text of a peer', () => {
  it('tells others how to join, and how it ended', () => {
    const stdout = new RecordingStream()
    const { signal } = new AbortController()
    const text = new PeerText({ stdout, stderr: stdout, signal, now: steppingClock(1) }, 'hearsay peer --label spam')
    const state = {
      ...{ cycle: 3, cycles: 9, age: 20, error: null, modelsIn: 1, modelsOut: 2, bytesIn: 3, bytesOut: 4 },
      ...{ steps: 5, refused: 0, connections: 1, viewSize: 1, peersHeard: 1 },
    }
    text.tell({
      ...{ type: 'start', role: 'launcher', peer: 'P', addresses: [ADDRESS], network: 'default', run: 'run-1' },
      ...{
        launcher: 'P',
        method: 'gossip',
        model: 'pegasos',
        lambda: 0.01,
        features: 2,
        classes: ['a', 'b'],
        periodMs: 9,
        cycles: 9,
      },
      ...{ rows: 4, testRows: 0 },
    })
    text.tell({ type: 'progress', ...state })
    text.tell({ type: 'summary', ...state, interrupted: true, isolatedError: null, seconds: 1 })
    expect(stdout.text).toContain(`\n  hearsay peer --label spam --bootstrap ${ADDRESS}\n`)
    expect(stdout.text).toMatch(/^ +3 +20 +– +1 +2 +1 +1 +1 +0$/m)
    expect(stdout.text).toContain('error    not measured: no rows held out')
    expect(stdout.text).toContain('cycle 3 of 9, left early')
  })

  it('says once that the server is gone, and that it is back', () => {
    const stdout = new RecordingStream()
    const { signal } = new AbortController()
    const text = new PeerText({ stdout, stderr: stdout, signal, now: steppingClock(1) }, 'hearsay peer')
    const state: PeerProgress = {
      ...{ type: 'progress', cycle: 3, cycles: 9, age: 20, error: 0.1, modelsIn: 1, modelsOut: 2, steps: 5 },
      ...{ bytesIn: 3, bytesOut: 4, refused: 0, connections: 1, viewSize: 1, peersHeard: 1, round: 12 },
    }
    for (const serverLost of [false, true, true, false, false]) {
      text.tell({ ...state, ...(serverLost ? { serverLost } : {}) })
    }
    const lines = stdout.text.split('\n')
    expect(lines.filter((line) => line.startsWith('the server'))).toEqual([
      'the server cannot be reached: the model of round 12 is kept',
      'the server is back',
    ])
  })
})
