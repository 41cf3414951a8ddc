import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { SimulateSummary } from '../src/simulate/events.ts'
import { hearsay, jsonLines } from './harness.ts'
import { smallData } from './small-data.ts'

const folder = mkdtempSync(join(tmpdir(), 'hearsay-network-'))
afterAll(() => rmSync(folder, { recursive: true }))

const SMALL = ['simulate', ...smallData(folder), '--peers', '60', '--cycles', '15', '--report-at', 'all', '--json']

interface Run {
  readonly cycles: readonly Record<string, unknown>[]
  readonly summary: SimulateSummary
}

async function run(flags: string): Promise<Run> {
  const { code, stdout, stderr } = await hearsay([...SMALL, ...flags.split(' ').filter((word) => word !== '')])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const lines = jsonLines(stdout)
  const summary: unknown = lines.at(-1)
  return { cycles: lines.filter((line) => line['type'] === 'cycle'), summary: summary as SimulateSummary }
}

/** Messages that have arrived, of those that were sent. */
function arrived({ messages }: SimulateSummary): number {
  return messages.delivered / messages.sent
}

describe('the network of hearsay simulate', () => {
  it('delays by any distribution', async () => {
    const hashes = new Set<string>()
    for (const delay of [
      'constant:0.5',
      'uniform:0.1,0.9',
      'normal:0.5,0.1',
      'lognormal:0.5,0.3',
      'exponential:0.5,0.1',
    ]) {
      const { summary } = await run(`--delay ${delay}`)
      // Messages under way at the end are about half a cycle's: 1 of 30.
      expect(arrived(summary)).toBeGreaterThan(0.93)
      expect(arrived(summary)).toBeLessThan(0.99)
      hashes.add(summary.traceHash)
    }
    expect(hashes.size).toBe(5)
  })

  it('loses in bursts, as many as it is told in the long run', async () => {
    const { messages } = (await run('--cycles 60 --loss burst:0.3,4')).summary
    expect(messages.lost / messages.sent).toBeGreaterThan(0.2)
    expect(messages.lost / messages.sent).toBeLessThan(0.4)
  })

  it('sends messages twice, and counts it', async () => {
    const { messages } = (await run('--duplicate 0.5')).summary
    expect(messages.duplicated / messages.sent).toBeGreaterThan(0.4)
    expect(messages.duplicated / messages.sent).toBeLessThan(0.6)
    expect(messages.delivered).toBeGreaterThan(1.3 * messages.sent)
  })

  it('holds messages back, places peers, queues at links, translates addresses', async () => {
    const plain = (await run('')).summary
    for (const flags of ['--reorder 0.5,3', '--latency 0.3,0.1', '--bandwidth 1e3:1/1e6:1,1e6', '--nat 0.5']) {
      expect((await run(flags)).summary.traceHash).not.toBe(plain.traceHash)
    }
    const queued = (await run('--delay constant:0 --bandwidth 32,1e6')).summary
    // 96 bytes every second through 32 bytes per second: a third gets through.
    expect(arrived(queued)).toBeGreaterThan(0.25)
    expect(arrived(queued)).toBeLessThan(0.4)
  })

  it('takes as long for a model as it is told, and no cycle more', async () => {
    const timed = (await run('--transfer-cycles 1')).summary
    const constant = (await run('--delay constant:1')).summary
    expect(timed.traceHash).toBe(constant.traceHash)
    const parts = (await run('--transfer-cycles 1 --exchange partitioned:4')).summary
    expect(arrived(parts)).toBeGreaterThan(arrived(timed))
  })

  it('cuts a share off for a while, in one direction or both', async () => {
    const both = (await run('--partition 5..10:0.5')).summary
    const leaving = (await run('--partition 5..10:0.5:leaving')).summary
    // Half of a third of the messages, and half of these.
    expect(both.messages.lost / both.messages.sent).toBeCloseTo(1 / 6, 1)
    expect(leaving.messages.lost / leaving.messages.sent).toBeCloseTo(1 / 12, 1)
    const twice = (await run('--partition 2..4:0.5 --partition 8..9:0.5')).summary
    expect(twice.messages.lost).toBeGreaterThan(0)
  })

  it('says how many bytes were sent', async () => {
    const { messages } = (await run('')).summary
    // Six weights lie in eight words.
    expect(messages.bytes).toBe(messages.sent * (64 + 4 * 8))
  })
})

describe('churn in hearsay simulate', () => {
  it.each(['static', 'newscast', 'uniform', 'scale-free', 'regular'])(
    'works with the %s overlay, joiners and lost state included',
    async (overlay) => {
      const flags = `--overlay ${overlay} --churn lognormal:1,1,0.8 --join 30,3 --lose-state 0.5 --crash 10:0.2 --guard`
      const { summary, cycles } = await run(flags)
      expect(summary.updates).toBeGreaterThan(100)
      expect(summary.messages.missed).toBeGreaterThan(0)
      expect(summary.messages.refused).toBe(0)
      expect(Number(cycles[0]['online'])).toBeLessThan(0.6)
      expect(Math.max(...cycles.map(({ online }) => Number(online)))).toBeGreaterThan(0.6)
    },
  )

  it('keeps the share of peers online that it is told', async () => {
    const { cycles } = await run('--peers 250 --churn exponential:5,0.3 --cycles 30')
    const mean = cycles.reduce((sum, { online }) => sum + Number(online), 0) / cycles.length
    expect(mean).toBeGreaterThan(0.25)
    expect(mean).toBeLessThan(0.35)
  })

  it('takes peers down at once, and up again', async () => {
    const online = (await run('--crash 5..10:0.5')).cycles.map((cycle) => cycle['online'])
    expect(online.slice(0, 4)).toEqual([1, 1, 1, 1])
    expect(online.slice(5, 9)).toEqual([0.5, 0.5, 0.5, 0.5])
    expect(online.at(-1)).toBe(1)
  })

  it('lets peers forget, and joiners begin from nothing', async () => {
    const kept = (await run('--crash 10..11:1')).summary
    const lost = (await run('--crash 10..11:1 --lose-state 1')).summary
    expect(lost.age).toBeLessThan(kept.age / 2)
    const grown = await run('--join 10,5 --overlay newscast')
    expect(Number(grown.cycles[0]['online'])).toBeLessThan(0.5)
    expect(grown.summary.online).toBe(1)
  })

  it('misses messages whose transfer does not end, if it is told', async () => {
    const flags = '--churn exponential:2,0.5 --transfer-cycles 1'
    const some = (await run(flags)).summary
    const whole = (await run(`${flags} --whole-transfers`)).summary
    expect(arrived(whole)).toBeLessThan(arrived(some))
  })

  it('measures all peers, or those online', async () => {
    const all = await run('--join 30,0.001 --evaluate 1')
    const online = await run('--join 30,0.001 --evaluate 1 --measure online')
    // Half of the peers never come, and know nothing.
    expect(all.summary.error.max).toBeGreaterThan(0.39)
    expect(online.summary.error.mean).toBeLessThan(all.summary.error.mean - 0.1)
    expect(online.summary.traceHash).toBe(all.summary.traceHash)
    const nobody = await run('--crash 10:1 --measure online')
    expect(nobody.summary.error).toEqual({ mean: null, min: null, max: null })
  })

  it('writes sessions that it can play', async () => {
    const file = join(folder, 's.csv')
    const churn = ['--churn', 'smartphone', '--period', '600000']
    const written = await hearsay([...SMALL, ...churn, '--cycles', '144', '--export-sessions', file])
    expect(written).toMatchObject({ code: 0, stderr: '' })
    expect(jsonLines(written.stdout)[0]).toMatchObject({ type: 'sessions', file, peers: 60, untilMs: 86_400_000 })
    expect(readFileSync(file, 'utf8')).toMatch(/^# synthetic: .*\npeer,online_ms,offline_ms\n/)
    const once = await run(`--churn trace:${file} --period 600000`)
    const again = await run(`--churn loop:${file} --period 600000`)
    expect(once.summary.online).toBeGreaterThan(0.05)
    expect(again.summary.traceHash).toBe(once.summary.traceHash)
  })

  it('is told in the text, where there is something to tell', async () => {
    const { stdout } = await hearsay([...SMALL.slice(0, -1), '--crash', '5:0.5', '--duplicate', '0.5'])
    expect(stdout).toMatch(/\nonline {4}50\.0 % of the peers at the end, \d+ messages missed, \d+ duplicated\n/)
    expect((await hearsay(SMALL.slice(0, -1))).stdout).not.toContain('missed')
  })
})
