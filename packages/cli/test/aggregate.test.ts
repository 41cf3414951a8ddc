import type { AggregateAnswer, Progress } from '@hearsay/peer'
import { describe, expect, it } from 'vitest'
import { eventOf } from '../src/aggregate/answer.ts'
import { Interruption } from '../src/interruption.ts'
import { Ledger } from '../src/swarm/ledger.ts'
import { summaryLines } from '../src/swarm/summary-text.ts'
import type { SummaryFacts } from '../src/swarm/messages.ts'
import { summarise } from '../src/swarm/summary.ts'
import { hearsay } from './harness.ts'

const NOBODY = '/ip4/127.0.0.1/tcp/1/p2p/12D3KooWNs2yHdFaKHSWoenbj1WUu6K562BNumHhDjgeUibd9Mcp'

const ANSWER: AggregateAnswer = {
  ...{ aggregates: true, epoch: 3, nextMs: 1500, count: 31.96 },
  metrics: { error: { mean: 0.25, variance: 0.01, min: 0.1, max: 0.5 } },
}

describe('hearsay aggregate', () => {
  it.each([
    [['mode', '--join', NOBODY], 'ask for count, mean, sum, min, max or variance, not "mode"'],
    [['count'], 'say which swarm: --join ADDRESS'],
    [['mean', '--of', 'weight', '--join', NOBODY], '--of: give error, age or rows, not "weight"'],
    [['count', '--join', '/ip4/127.0.0.1/tcp/1'], 'does not say which peer is there'],
    [['count', '--join', 'here'], "'here' is no multiaddr"],
    [['count', '--join', NOBODY, '--timeout', '0'], '--timeout: give a number > 0'],
  ])('refuses %j', async (flags, message) => {
    const { code, stdout, stderr } = await hearsay(['aggregate', ...flags])
    expect(stderr).toContain(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it.each([[[]], [['--watch']]])('says so when nobody answers, with %j', async (flags) => {
    const now = (): number => performance.now()
    const { code, stdout, stderr } = await hearsay(
      ['aggregate', 'count', '--join', NOBODY, '--timeout', '0.1', ...flags],
      { now },
    )
    expect(stderr).toBe('hearsay: nobody answered in 0.1 s: is a peer of a running swarm at that address?\n')
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
  })

  it.each([[[]], [['--watch']]])('ends at once when it is interrupted, with %j', async (flags) => {
    const aborted = AbortSignal.abort(new Interruption('interrupted by SIGINT', 130))
    const argv = ['aggregate', 'count', '--join', NOBODY, ...flags]
    const { code } = await hearsay(argv, { signal: aborted })
    expect(code).toBe(130)
  })
})

describe('an answer', () => {
  it.each([
    ['count', 31.96],
    ['mean', 0.25],
    ['variance', 0.01],
    ['min', 0.1],
    ['max', 0.5],
    ['sum', 0.25 * 31.96],
  ] as const)('holds the %s', (aggregate, value) => {
    expect(eventOf(ANSWER, aggregate, undefined)).toEqual({
      ...{ type: 'aggregate', aggregate, value, epoch: 3, count: 31.96, nextMs: 1500 },
      ...(aggregate === 'count' ? {} : { of: 'error' }),
    })
  })

  it('says what there is where something is asked that there is not', () => {
    expect(() => eventOf(ANSWER, 'mean', 'rows')).toThrow('the swarm does not aggregate rows: it has error')
    expect(() => eventOf({ ...ANSWER, metrics: {} }, 'max', undefined)).toThrow('it only counts its peers')
    expect(() => eventOf({ ...ANSWER, count: null }, 'count', undefined)).toThrow('has not counted the peers')
    expect(() => eventOf({ ...ANSWER, count: null }, 'sum', undefined)).toThrow('has not counted the peers')
  })
})

describe('the summary of a swarm', () => {
  it('shows the counted size, the median of those at the end, beside the true one', () => {
    const ledger = new Ledger(5, 1000)
    const progress: Progress = {
      ...{ type: 'progress', cycle: 5, age: 1, error: 0.2, modelsIn: 4, modelsOut: 5 },
      ...{ bytesIn: 1, bytesOut: 1, refused: 0, viewSize: 3, steps: 9 },
      ...{ framesIn: 1, framesOut: 1, learningBytesIn: 1, learningBytesOut: 1 },
    }
    const counts = [3.97, 4.04, 99, 4.1]
    for (const [peer, counted] of counts.entries()) ledger.end(peer, `${peer}`, { ...progress, counted }, [])
    ledger.lose(4)
    const facts: SummaryFacts = {
      ...{ method: 'gossip', centralised: 0.05, dataset: 'mails', rowsPerPeer: { min: 9, max: 9 } },
      ...{ testRows: 9, seed: 1, startedUnixMs: 0 },
    }
    const ending = { peers: 5, processes: 1, processesLost: 0, interrupted: false, orphaned: false, periodMs: 500 }
    const summary = summarise(ledger, facts, { ...ending, nowMs: 0, unixNowMs: 1 })
    expect(summary.counted).toBe(4.1)
    expect(summaryLines(summary)).toContain('peers    4 of 5 at the end; 4.1 counted by gossip, in 1 of 1 processes')
  })
})
