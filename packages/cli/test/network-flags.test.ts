import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigurationError } from '@hearsay/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseChurn, parseCrash, parseJoin } from '../src/flags/churn-flags.ts'
import { parseDelay } from '../src/flags/delay-flag.ts'
import {
  parseBandwidth,
  parseDuplicate,
  parseLatency,
  parseLoss,
  parseNat,
  parsePartition,
  parseReorder,
} from '../src/flags/network-flags.ts'
import { hearsay } from './harness.ts'

const parsers = {
  delay: (text: string) => parseDelay('--delay', text),
  loss: parseLoss,
  duplicate: parseDuplicate,
  reorder: parseReorder,
  latency: parseLatency,
  bandwidth: parseBandwidth,
  partition: parsePartition,
  nat: parseNat,
  churn: parseChurn,
  crash: parseCrash,
  join: parseJoin,
}

describe('the flags of network and churn', () => {
  it.each<[keyof typeof parsers, string, unknown]>([
    ['delay', 'lognormal:1,0.5', { kind: 'lognormal', median: 1, sigma: 0.5 }],
    ['delay', 'exponential:2', { kind: 'exponential', mean: 2, min: 0 }],
    ['delay', 'exponential:2,0.5', { kind: 'exponential', mean: 2, min: 0.5 }],
    ['loss', '0.25', 0.25],
    ['loss', 'burst:0.1,5', { rate: 0.1, cycles: 5 }],
    ['duplicate', '0.1', { probability: 0.1, cycles: 0 }],
    ['duplicate', '0.1,30', { probability: 0.1, cycles: 30 }],
    ['reorder', '0.2,3', { probability: 0.2, cycles: 3 }],
    ['latency', '0.5', { side: 0.5, access: 0 }],
    ['latency', '0.5,0.1', { side: 0.5, access: 0.1 }],
    ['bandwidth', '1e6,2e6', { upload: 1e6, download: 2e6 }],
    [
      'bandwidth',
      '1.25e+5:4/1e6:1,2e6',
      {
        upload: [
          { bytesPerSecond: 125_000, weight: 4 },
          { bytesPerSecond: 1e6, weight: 1 },
        ],
        download: 2e6,
      },
    ],
    ['partition', '10..20:0.5', { from: 10, until: 20, share: 0.5, direction: 'both' }],
    ['partition', '10..20.5:0.1:leaving', { from: 10, until: 20.5, share: 0.1, direction: 'leaving' }],
    ['nat', '0.6', { share: 0.6 }],
    ['nat', '0.6,30', { share: 0.6, timeout: 30 }],
    ['churn', 'exponential:35,0.1', { kind: 'exponential', mean: 35, online: 0.1 }],
    ['churn', 'lognormal:1,1,0.9', { kind: 'lognormal', median: 1, sigma: 1, online: 0.9 }],
    ['churn', 'smartphone', { kind: 'smartphone' }],
    ['crash', '30:0.5', { at: 30, share: 0.5 }],
    ['crash', '30..60:0.5', { at: 30, until: 60, share: 0.5 }],
    ['join', '10,2', { initial: 10, rate: 2, from: 0 }],
    ['join', '10,0.5,100', { initial: 10, rate: 0.5, from: 100 }],
  ])('--%s %s', (name, text, expected) => {
    expect(parsers[name](text)).toEqual(expected)
  })

  it.each<[keyof typeof parsers, string]>([
    ['delay', 'lognormal:0,1'],
    ['delay', 'lognormal:1,11'],
    ['delay', 'exponential:1,2'],
    ['delay', 'uniform:2,1'],
    ['delay', 'table:'],
    ['delay', 'gamma:1'],
    ['loss', '1.1'],
    ['loss', 'burst:0.1'],
    ['loss', 'burst:1,5'],
    ['loss', 'burst:0,5'],
    ['loss', 'bursts:0.1,5'],
    ['duplicate', '2'],
    ['duplicate', '0.1,2,3'],
    ['reorder', '0.1'],
    ['latency', '-1'],
    ['bandwidth', '1e6'],
    ['bandwidth', '0,1'],
    ['bandwidth', '1e6:0,1'],
    ['bandwidth', '1e6/2e6:1,1'],
    ['bandwidth', '1:2:3,1'],
    ['partition', '10:0.5'],
    ['partition', '20..10:0.5'],
    ['partition', '10..20:1.5'],
    ['partition', '10..20:0.5:sideways'],
    ['nat', '0.5,0'],
    ['churn', 'exponential:35'],
    ['churn', 'exponential:35,0'],
    ['churn', 'lognormal:1,1,1.1'],
    ['churn', 'smartphone:1'],
    ['churn', 'trace:'],
    ['churn', 'weibull:1,2'],
    ['crash', '30'],
    ['crash', '30:2'],
    ['crash', '60..30:0.5'],
    ['crash', '30:0.5:1'],
    ['join', '0,1'],
    ['join', '10'],
    ['join', '10,0'],
  ])('--%s refuses %j with an error that names it', (name, text) => {
    const parse = (): unknown => parsers[name](text)
    expect(parse).toThrow(ConfigurationError)
    expect(parse).toThrow(new RegExp(`^--${name}\\b`))
  })
})

describe('files that flags name', () => {
  let folder = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hearsay-flags-'))
    await writeFile(join(folder, 'delays.csv'), 'quantile,ms\n0,10\n0.5,20\n1,90\n')
    await writeFile(join(folder, 'sessions.csv'), 'peer,online_ms,offline_ms\n0,0,500\n2,100,900\n')
    await writeFile(join(folder, 'wrong.csv'), 'peer,online_ms,offline_ms\n0,500,100\n')
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('are tables of delays and recorded sessions', () => {
    expect(parseDelay('--delay', `table:${join(folder, 'delays.csv')}`)).toEqual({
      kind: 'table',
      table: { kind: 'quantiles', quantiles: [0, 0.5, 1], ms: [10, 20, 90] },
    })
    const once = parseChurn(`trace:${join(folder, 'sessions.csv')}`)
    expect(once).toMatchObject({ kind: 'trace', isLoop: false, trace: { peers: 3 } })
    expect(parseChurn(`loop:${join(folder, 'sessions.csv')}`)).toMatchObject({ kind: 'trace', isLoop: true })
  })

  it('may be missing or wrong', async () => {
    const missing = await hearsay(['simulate', '--delay', `table:${join(folder, 'none.csv')}`])
    expect(missing).toMatchObject({ code: 3, stdout: '' })
    expect(missing.stderr).toMatch(/^hearsay: --delay: .*none\.csv cannot be read: there is no such file\n$/)
    const wrong = await hearsay(['simulate', '--churn', `trace:${join(folder, 'wrong.csv')}`])
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    expect(wrong.stderr).toMatch(/^hearsay: .*wrong\.csv:2: /)
  })
})

describe('flags that contradict each other', () => {
  it.each([
    ['--lose-state 0.5', '--lose-state has no effect'],
    ['--whole-transfers', '--whole-transfers has no effect'],
    ['--join 50,1 --peers 40', '--join: 50 of 40 peers'],
    ['--transfer-cycles 1 --bandwidth 1e6,1e6', '--transfer-cycles and --bandwidth'],
    ['--checkpoint-every 5', '--checkpoint-every needs a file'],
    ['--export-sessions s.csv', '--export-sessions: every peer stays online'],
    ['--workers 2 --trace t', '--trace needs a run on one thread'],
    ['--repeat 2 --checkpoint c', '--checkpoint belongs to one run'],
  ])('%s', async (flags, message) => {
    const { code, stdout, stderr } = await hearsay(['simulate', ...flags.split(' ')])
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(`hearsay: ${message}`)
  })
})
