import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Archive, UsageError } from '@hearsay/core'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { fingerprint } from '../src/simulate/checkpoint/fingerprint.ts'
import { writeCheckpoint } from '../src/simulate/checkpoint/write-checkpoint.ts'
import type { SimulateSummary } from '../src/simulate/events.ts'
import { Interruption } from '../src/interruption.ts'
import { hearsay, jsonLines, RecordingStream } from './harness.ts'
import { smallData } from './small-data.ts'

const root = mkdtempSync(join(tmpdir(), 'hearsay-checkpoint-'))
let folder = ''
let count = 0
beforeEach(() => {
  folder = mkdtempSync(join(root, `${count++}-`))
})
afterAll(() => rmSync(root, { recursive: true }))

const SMALL = ['simulate', ...smallData(root), '--peers', '30', '--report-at', 'all', '--evaluate', '0.3', '--json']

/** What a run tells, without what depends on the time that it took. */
interface Told {
  readonly cycles: readonly Record<string, unknown>[]
  readonly summary: Omit<SimulateSummary, 'seconds' | 'updatesPerSecond'>
}

async function run(...flags: string[]): Promise<Told> {
  const { code, stdout, stderr } = await hearsay([...SMALL, ...flags])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return told(stdout)
}

async function resume(...flags: string[]): Promise<Told> {
  const { code, stdout, stderr } = await hearsay(['simulate', '--json', ...flags])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return told(stdout)
}

function told(stdout: string): Told {
  const lines = jsonLines(stdout)
  const { seconds: _, updatesPerSecond: __, ...summary } = lines.at(-1) as unknown as SimulateSummary
  return { cycles: lines.filter((line) => line['type'] === 'cycle'), summary }
}

describe('a run that goes on from a checkpoint', () => {
  it.each([
    '',
    '--overlay newscast --view-size 8 --jitter 0.1 --delay uniform:0.5,3',
    '--overlay uniform --votes 5 --merge-with last --guard',
    '--flow randomized --tokens 2,5 --exchange partitioned:4',
    '--flow simple --exchange subsampled:0.3 --weights int8',
    '--churn lognormal:1,1,0.8 --lose-state 0.3 --overlay newscast --loss 0.3 --votes 3',
    '--churn exponential:3,0.5 --crash 3..7:0.5 --join 20,2 --transfer-cycles 1.5 --whole-transfers --measure online',
    '--churn smartphone --period 600000 --latency 0.5,0.2 --reorder 0.3,4 --duplicate 0.3,2',
    '--bandwidth 200,300 --delay constant:0.1 --nat 0.5,2 --overlay newscast',
    '--loss burst:0.3,3 --partition 3..8:0.5 --delay lognormal:1,0.8 --backend javascript',
    '--model softmax --bias --batch 3 --create UM --merge age-weighted --rows-per-peer 7',
  ])('ends as if it had never stopped: %s', async (text) => {
    const flags = text.split(' ').filter((word) => word !== '')
    const file = join(folder, 'run.ckpt')
    const whole = await run(...flags, '--cycles', '10')
    const first = await run(...flags, '--cycles', '5', '--checkpoint', file)
    const second = await resume('--resume', file, '--cycles', '10')
    expect(second.summary).toEqual(whole.summary)
    expect([...first.cycles, ...second.cycles]).toEqual(whole.cycles)
  })

  it('is not disturbed by being saved, as often as one likes', async () => {
    const flags = ['--cycles', '8', '--overlay', 'newscast', '--loss', '0.2', '--churn', 'exponential:4,0.7']
    const file = join(folder, 'run.ckpt')
    const plain = await run(...flags)
    expect(await run(...flags, '--checkpoint', file, '--checkpoint-every', '1')).toEqual(plain)
    expect(readdirSync(folder)).toEqual(['run.ckpt'])
  })

  it('is saved at its end, once, whatever was saved before', async () => {
    const file = join(folder, 'run.ckpt')
    for (const [every, cycles] of [
      ['3', [3, 6, 8]],
      ['4', [4, 8]],
      ['9', [8]],
    ] as const) {
      const flags = ['--cycles', '8', '--checkpoint', file, '--checkpoint-every', every]
      const lines = jsonLines((await hearsay([...SMALL, ...flags])).stdout)
      expect(lines.filter(({ type }) => type === 'checkpoint').map(({ cycle }) => cycle)).toEqual(cycles)
    }
  })

  it('says how fast it is, and not how fast it was', async () => {
    const file = join(folder, 'run.ckpt')
    const { summary } = await run('--cycles', '5', '--checkpoint', file)
    const { stdout } = await hearsay(['simulate', '--json', '--resume', file, '--cycles', '8'])
    const end = jsonLines(stdout).at(-1) as unknown as SimulateSummary
    expect(end.updatesPerSecond * end.seconds).toBeCloseTo(end.updates - summary.updates, 6)
  })

  it('can be saved and resumed again and again', async () => {
    const file = join(folder, 'run.ckpt')
    const whole = await run('--cycles', '9', '--seed', '3')
    await run('--cycles', '3', '--seed', '3', '--checkpoint', file)
    await resume('--resume', file, '--cycles', '6', '--checkpoint', file)
    const { summary } = await resume('--resume', file, '--cycles', '9')
    expect(summary).toEqual(whole.summary)
  })

  it('goes on after Ctrl-C', async () => {
    const file = join(folder, 'run.ckpt')
    const control = new AbortController()
    const stdout = new RecordingStream()
    const write = stdout.write.bind(stdout)
    stdout.write = ((line: string) => {
      if (line.includes('"cycle":4')) control.abort(new Interruption('interrupted by SIGINT', 130))
      return write(line)
    }) as typeof stdout.write
    const argv = [...SMALL, '--cycles', '9', '--checkpoint', file]
    const { code } = await hearsay(argv, { stdout, signal: control.signal })
    expect(code).toBe(130)
    const types = jsonLines(stdout.text).map((line) => line['type'])
    expect(types.slice(-2)).toEqual(['checkpoint', 'summary'])
    const { cycles, summary } = await resume('--resume', file)
    expect(cycles.map(({ cycle }) => cycle)).toEqual([5, 6, 7, 8, 9])
    expect(summary).toEqual((await run('--cycles', '9')).summary)
  })

  it('says in the text where it was saved', async () => {
    const file = join(folder, 'run.ckpt')
    const flags = SMALL.filter((word) => word !== '--json')
    const { stdout } = await hearsay([...flags, '--cycles', '2', '--checkpoint', file])
    expect(stdout).toContain(`\nsaved     ${file} at cycle 2, to go on with --resume\n`)
  })
})

describe('a checkpoint', () => {
  let file = ''
  let bytes: Buffer

  beforeEach(async () => {
    file = join(folder, 'run.ckpt')
    await run('--cycles', '2', '--checkpoint', file)
    bytes = readFileSync(file)
  })

  async function refused(...flags: string[]): Promise<string> {
    const { code, stdout, stderr } = await hearsay(['simulate', '--resume', file, ...flags])
    expect(stdout).toBe('')
    expect(code).toBe(2)
    return stderr
  }

  it('is refused where it was cut off, anywhere', async () => {
    for (const share of [0, 0.0001, 0.01, 0.5, 0.999]) {
      writeFileSync(file, bytes.subarray(0, Math.floor(share * bytes.length)))
      expect(await refused()).toMatch(/run\.ckpt is (incomplete: its end is missing|no checkpoint of hearsay)/)
    }
    writeFileSync(file, bytes.subarray(0, -1))
    expect(await refused()).toContain('is incomplete')
  })

  it('is refused where a bit has changed, anywhere', async () => {
    for (const share of [0.001, 0.3, 0.7]) {
      const damaged = Buffer.from(bytes)
      damaged[Math.floor(share * bytes.length)] ^= 4
      writeFileSync(file, damaged)
      expect(await refused()).toContain('run.ckpt is damaged: its checksum is wrong')
    }
  })

  it('is refused where it is something else', async () => {
    writeFileSync(file, 'peer,online_ms,offline_ms\n')
    expect(await refused()).toContain('run.ckpt is no checkpoint of hearsay')
    rmSync(file)
    const { code, stderr } = await hearsay(['simulate', '--resume', file])
    expect(code).toBe(3)
    expect(stderr).toContain('run.ckpt cannot be read: there is no such file')
  })

  it('is refused with options that contradict it, by name', async () => {
    expect(await refused('--peers', '31')).toMatch(
      /--peers contradicts .*begun with: hearsay simulate --data .* --peers 30 /,
    )
    expect(await refused('--rows-per-peer', '3')).toContain('--rows-per-peer contradicts')
    expect(await refused('--churn', 'smartphone')).toContain('--churn contradicts')
    expect(await refused('--cycles', '1')).toContain('--cycles: ')
    const { code } = await hearsay(['simulate', '--resume', file, '--peers', '30', '--seed', '1', '--json'])
    expect(code).toBe(0)
  })

  it('is refused where the data has changed since', async () => {
    const data = join(folder, 'data.csv')
    const rows = Array.from({ length: 80 }, (_, i) => `${i % 7},${i % 3},${i % 2 === 0 ? 'a' : 'b'}`)
    writeFileSync(data, `x,y,kind\n${rows.join('\n')}\n`)
    const flags = ['--data', data, '--label', 'kind', '--checkpoint', file]
    await run('--cycles', '2', ...flags)
    expect((await resume('--resume', file, '--cycles', '3')).summary.cycles).toBe(3)
    writeFileSync(data, `x,y,kind\n${rows.reverse().join('\n')}\n`)
    expect(await refused()).toContain('a file that the run was begun with has changed since')
  })

  it('leaves the file that is there alone where it cannot be written', async () => {
    const missing = join(folder, 'none', 'run.ckpt')
    const { code, stderr } = await hearsay([...SMALL, '--cycles', '2', '--checkpoint', missing])
    expect(code).toBe(3)
    expect(stderr).toMatch(/^hearsay: --checkpoint: .* cannot be written: no such folder: /)
    expect((await hearsay([...SMALL, '--checkpoint', folder])).code).toBe(2)
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })
})

describe('writing a checkpoint', () => {
  it('that fails in the midst of it leaves the last one as it was, and nothing beside it', () => {
    const file = join(folder, 'run.ckpt')
    writeFileSync(file, 'the last one')
    const state = {
      persist(archive: Archive): void {
        archive.array(new Float64Array(100))
        throw new UsageError('PERSIST', 'cannot be saved')
      },
    }
    const header = { version: '0', byteOrder: 'little', arguments: [], cycle: 1, fingerprint: '' } as const
    expect(() => writeCheckpoint(file, { ...header, backend: 'javascript' }, state)).toThrow('cannot be saved')
    expect(readFileSync(file, 'utf8')).toBe('the last one')
    expect(readdirSync(folder)).toEqual(['run.ckpt'])
  })
})

describe('a fingerprint', () => {
  it('tells values apart, but not the order of properties', () => {
    expect(fingerprint({ a: 1, b: [1, 2], c: undefined })).toBe(fingerprint({ b: [1, 2], a: 1 }))
    const values = [
      1,
      '1',
      [1],
      [[1]],
      { a: 1 },
      { b: 1 },
      null,
      Float32Array.of(1),
      Int32Array.of(1),
      [1, 2],
      [2, 1],
      '',
    ]
    expect(new Set(values.map((value) => fingerprint(value))).size).toBe(values.length)
  })
})
