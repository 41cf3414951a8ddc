import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Memory } from '@hearsay/core'
import type { SimulatedEvent } from '@hearsay/simulator'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { Interruption } from '../src/interruption.ts'
import { formatTraceEnd, formatTraceHeader } from '../src/trace/trace-format.ts'
import { TraceLines } from '../src/trace/trace-lines.ts'
import { hearsay, jsonLines, RecordingStream } from './harness.ts'
import { smallData } from './small-data.ts'

const folder = mkdtempSync(join(tmpdir(), 'hearsay-trace-'))
afterAll(() => rmSync(folder, { recursive: true }))
let count = 0

function path(ending = '.trace'): string {
  return join(folder, `${count++}${ending}`)
}

const SMALL = ['simulate', ...smallData(folder), '--peers', '20', '--cycles', '6', '--overlay', 'newscast', '--json']

async function trace(...flags: string[]): Promise<string> {
  const file = path()
  const { code } = await hearsay([...SMALL, ...flags, '--trace', file])
  expect(code).toBe(0)
  return file
}

/** Writes a trace of the given events. */
function written(events: readonly string[], { ending = '', fromMs = 0, isComplete = true } = {}): string {
  const file = path(`.trace${ending}`)
  const header = formatTraceHeader({ version: '0', seed: 1, fromMs, arguments: [] })
  const end = formatTraceEnd({ events: events.length, cycles: 9, interrupted: false, traceHash: '' })
  const text = [header, ...events.map((event) => `${event}\n`), isComplete ? end : ''].join('')
  writeFileSync(file, ending === '.gz' ? gzipSync(text) : text)
  return file
}

function event(time: number, peer: number, value = 0): string {
  return [time, peer, 'message', 'learning', 0, 1, value, 0, '-'].join('\t')
}

async function diff(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return hearsay(['trace', 'diff', ...argv])
}

describe('--trace', () => {
  it('writes a line for each event, between a header and an end', async () => {
    const file = await trace('--churn', 'exponential:2,0.7', '--guard', '--seed', '4')
    const lines = readFileSync(file, 'utf8').split('\n')
    expect(lines[0]).toMatch(
      /^# hearsay trace 1 \{"version":"\d.*","seed":4,"fromMs":0,"arguments":\["--data".*"--peers","20"/,
    )
    expect(lines[1].split('\t')).toEqual([
      ...['time', 'peer', 'what', 'protocol', 'kind', 'from', 'value', 'stamp', 'payload'],
    ])
    const events = lines.slice(2, -2).map((line) => line.split('\t'))
    const kinds = new Set(events.map(([, , what, protocol]) => `${what} ${protocol}`))
    for (const kind of ['timer newscast', 'timer learning', 'message learning', 'online -', 'offline -']) {
      expect(kinds).toContain(kind)
    }
    for (const cells of events) expect(cells).toHaveLength(9)
    expect(lines.at(-2)).toBe(
      `# end ${JSON.stringify({ events: events.length, cycles: 6, interrupted: false, traceHash: await hashOf(file) })}`,
    )
    expect(lines.at(-1)).toBe('')
  })

  it('is in the order of time and peer, and each message arrives at a peer that is online', async () => {
    const text = readFileSync(await trace('--churn', 'exponential:1,0.5', '--period', '20'), 'utf8')
    const events = text
      .split('\n')
      .slice(2, -2)
      .map((line) => line.split('\t'))
    const keys = events.map(([time, peer]) => Number(time) * 1000 + Number(peer))
    expect(keys.every((key, i) => i === 0 || keys[i - 1] <= key)).toBe(true)
    // Who comes online first of all has begun offline.
    const changes = events.filter(([, , what]) => what === 'online' || what === 'offline')
    const first = new Map(changes.toReversed().map(([, peer, what]) => [peer, what]))
    const offline = new Set([...first].filter(([, what]) => what === 'online').map(([peer]) => peer))
    for (const [, peer, what] of events) {
      if (what === 'offline') offline.add(peer)
      else if (what === 'online') offline.delete(peer)
      else expect(offline.has(peer)).toBe(what === 'missed')
    }
  })

  it('changes nothing, and is the same for the same run', async () => {
    const [one, other] = [await trace(), await trace()]
    expect(readFileSync(one)).toEqual(readFileSync(other))
    const { stdout } = await hearsay(SMALL)
    expect(jsonLines(stdout).at(-1)).toMatchObject({ traceHash: await hashOf(one) })
  })

  it('is compressed where its name says so', async () => {
    const plain = await trace()
    const file = path('.trace.gz')
    await hearsay([...SMALL, '--trace', file])
    expect(gunzipSync(readFileSync(file)).toString()).toBe(readFileSync(plain, 'utf8'))
  })

  it('is a complete prefix after Ctrl-C', async () => {
    const control = new AbortController()
    const stdout = new RecordingStream()
    const write = stdout.write.bind(stdout)
    stdout.write = ((line: string) => {
      if (line.includes('"cycle":3')) control.abort(new Interruption('interrupted by SIGINT', 130))
      return write(line)
    }) as typeof stdout.write
    const file = path('.trace.gz')
    await hearsay([...SMALL, '--report-at', 'all', '--trace', file], { stdout, signal: control.signal })
    const whole = readFileSync(await trace('--report-at', 'all'), 'utf8')
    const lines = gunzipSync(readFileSync(file)).toString().split('\n')
    expect(lines.at(-2)).toContain('"cycles":3,"interrupted":true')
    expect(whole.startsWith(lines.slice(0, -2).join('\n'))).toBe(true)
  })

  it('is refused where it cannot be written, before the run', async () => {
    const { code, stdout, stderr } = await hearsay([...SMALL, '--trace', join(folder, 'none', 'x')])
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(/^hearsay: --trace: .* cannot be written: /)
  })
})

/** What the last line of a trace says. */
async function hashOf(file: string): Promise<string> {
  const [, hash] = /"traceHash":"([0-9a-f]{32})"/.exec(readFileSync(file, 'utf8').slice(-200)) ?? []
  return hash
}

describe('TraceLines', () => {
  const memory: Memory = { int32: Int32Array.of(1, 2, 3, 4), float32: new Float32Array(4), allocate: () => 0 }

  it('does not depend on how the events of different peers interleave', () => {
    const order = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(order, fc.infiniteStream(fc.nat()), (peers, draws) => {
        // Each peer's events are numbered by their kind; another interleaving keeps that order.
        const next = new Map<number, number>()
        const events = peers.map((peer) => {
          const kind = next.get(peer) ?? 0
          next.set(peer, kind + 1)
          return { peer, kind }
        })
        const queues = [...next.keys()].map((peer) => events.filter((one) => one.peer === peer))
        const other: typeof events = []
        while (other.length < events.length) {
          const left = queues.filter((queue) => queue.length > 0)
          const queue = left[draws.next().value % left.length]
          other.push(...queue.splice(0, 1))
        }
        expect(linesOf(other)).toBe(linesOf(events))
      }),
    )
  })

  it('hashes payloads: every word, and their number', () => {
    const texts = [
      [0, 1],
      [0, 2],
      [1, 1],
      [0, 3],
      [0, 4],
    ].map(([offset, length]) => linesOf([{ peer: 1, kind: 1 }], { offset, length }))
    expect(new Set(texts).size).toBe(texts.length)
  })

  function linesOf(events: readonly { peer: number; kind: number }[], payload = { offset: 0, length: 0 }): string {
    let text = ''
    const lines = new TraceLines(memory, ['protocol'], (piece) => (text += piece))
    const rest = { time: 5, what: 'message', protocol: 0, from: 3 } satisfies Partial<SimulatedEvent>
    for (const { peer, kind } of events) {
      lines.onEvent({ ...rest, peer, kind, message: { kind, value: 0.5, stamp: 2, ...payload } })
    }
    lines.flush()
    return text
  }
})

describe('hearsay trace diff', () => {
  it('finds equal runs equal, compressed or not, and says how their options differ', async () => {
    const one = await trace()
    const other = path('.gz')
    writeFileSync(other, gzipSync(readFileSync(one, 'utf8').replace('"seed":1', '"seed":7')))
    const { code, stdout } = await diff(one, other)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^equal: \d+ events\nseed {5}A: 1, B: 7\n$/)
  })

  it('names the first event in which two runs differ', async () => {
    const [one, other] = [await trace(), await trace('--partition', '2..3:0.2')]
    const { code, stdout } = await diff(one, other, '--json')
    expect(code).toBe(1)
    const [found] = jsonLines(stdout)
    const [a, b] = [one, other].map((file) => readFileSync(file, 'utf8').split('\n').slice(2))
    const first = a.findIndex((line, i) => line !== b[i])
    expect(found).toMatchObject({ type: 'different', equal: first, before: a.slice(first - 3, first) })
    expect(Number(found['time'])).toBeGreaterThanOrEqual(2000)
  })

  it.each([
    [
      'another value',
      [event(1, 1), event(2, 5, 1)],
      [event(1, 1), event(2, 5, 2)],
      'after 1 equal events: at 2 ms, peer 5\n',
    ],
    [
      'an earlier time',
      [event(1, 1), event(3, 5)],
      [event(1, 1), event(2, 9)],
      'after 1 equal events: at 2 ms, peer 9, in B only',
    ],
    [
      'a lower peer',
      [event(1, 1), event(1, 5)],
      [event(1, 1), event(1, 9)],
      'after 1 equal events: at 1 ms, peer 5, in A only',
    ],
    ['an event more', [event(1, 1)], [event(1, 1), event(4, 2)], 'after 1 equal events: at 4 ms, peer 2, in B only'],
    ['an event less', [event(1, 1)], [], 'after 0 equal events: at 1 ms, peer 1, in A only'],
  ])('tells %s', async (_, a, b, verdict) => {
    const { code, stdout } = await diff(written(a), written(b, { ending: '.gz' }))
    expect(code).toBe(1)
    expect(stdout).toContain(`different ${verdict}`)
  })

  it('agrees with a comparison in memory, whatever the size of pieces and context', async () => {
    const events = Array.from({ length: 30_000 }, (_, i) => event(i >> 2, i & 3))
    for (const at of [0, 1, 9999, 29_999]) {
      const changed = events.with(at, event(at >> 2, at & 3, 1))
      const { code, stdout } = await diff(written(events), written(changed), '--json', '--context', '2')
      expect(code).toBe(1)
      expect(jsonLines(stdout)[0]).toMatchObject({
        ...{ equal: at, time: at >> 2, peer: at & 3, a: events[at], b: changed[at] },
        ...{ before: events.slice(Math.max(0, at - 2), at), nextB: changed.slice(at, at + 3) },
      })
    }
  })

  it('compares from where the later one begins', async () => {
    const whole = written([event(1, 1), event(2, 1), event(7, 3), event(8, 3)])
    const rest = written([event(7, 3), event(8, 3)], { fromMs: 5 })
    expect((await diff(whole, rest)).code).toBe(0)
    expect((await diff(rest, whole)).stdout).toContain('equal: 2 events')
  })

  it('reports a file that breaks off, unless the runs differ before', async () => {
    const whole = await trace()
    const text = readFileSync(whole)
    const cut = path()
    writeFileSync(cut, text.subarray(0, text.length / 2))
    const cutPacked = path('.gz')
    const packed = gzipSync(text)
    writeFileSync(cutPacked, packed.subarray(0, packed.length / 2))
    for (const file of [cut, cutPacked]) {
      for (const pair of [
        [file, whole],
        [whole, file],
        [file, file],
      ]) {
        const { code, stdout, stderr } = await diff(...pair)
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
        expect(stderr).toMatch(
          /breaks off after \d+ events, without its last line: \d+ events were compared and are equal/,
        )
      }
    }
    expect((await diff(cut, await trace('--seed', '2'))).code).toBe(1)
  })

  it('refuses what is no trace', async () => {
    const csv = path('.csv')
    writeFileSync(csv, 'a,b\n1,2\n')
    const whole = written([event(1, 1)])
    expect(await diff(csv, whole)).toMatchObject({
      code: 2,
      stderr: `hearsay: ${csv} is no trace of hearsay: see hearsay simulate --trace\n`,
    })
    expect((await diff(whole, join(folder, 'none'))).code).toBe(3)
    expect((await diff(written(['not\tan\tevent']), whole)).stderr).toMatch(/:3: this is no event/)
    const damaged = gzipSync(readFileSync(whole))
    damaged[20] ^= 0xff
    const file = path('.gz')
    writeFileSync(file, damaged)
    expect((await diff(file, whole)).code).toBe(2)
    const newer = path()
    writeFileSync(newer, readFileSync(whole, 'utf8').replace('trace 1', 'trace 2'))
    expect((await diff(newer, whole)).stderr).toContain('has the format 2')
  })
})
