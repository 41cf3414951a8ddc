import { fitScaling, type RawDataset } from '@hearsay/datasets'
import type { Progress } from '@hearsay/peer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { centralisedError } from '../src/swarm/centralised.ts'
import type { SwarmProgress, SwarmSummary } from '../src/swarm/events.ts'
import { Ledger } from '../src/swarm/ledger.ts'
import { parseFromWorker, parseToWorker, type SummaryFacts } from '../src/swarm/messages.ts'
import { planSwarm } from '../src/swarm/plan.ts'
import { summarise } from '../src/swarm/summary.ts'
import { SwarmText } from '../src/swarm/swarm-text.ts'
import { hearsay, RecordingStream, steppingClock } from './harness.ts'

const PROGRESS: Progress = {
  ...{ type: 'progress', cycle: 5, age: 100, error: 0.2, modelsIn: 4, modelsOut: 5 },
  ...{ bytesIn: 1000, bytesOut: 1200, refused: 0, viewSize: 3, steps: 40, framesIn: 6, framesOut: 7 },
  ...{ learningBytesIn: 500, learningBytesOut: 600 },
}
const FACTS: SummaryFacts = {
  ...{
    method: 'gossip',
    centralised: 0.05,
    dataset: 'mails',
    rowsPerPeer: { min: 9, max: 10 },
    testRows: 100,
    seed: 1,
  },
  startedUnixMs: 1000,
}
const ENDING = {
  ...{ processes: 2, processesLost: 0, interrupted: false, orphaned: false, periodMs: 500 },
  ...{ nowMs: 0, unixNowMs: 3500 },
}

describe('hearsay swarm', () => {
  it.each([
    [['--peers', '1'], '--peers: give an integer ≥ 2 and ≤ 1000, not "1"'],
    [['--processes', '0'], '--processes: give an integer ≥ 1 and ≤ 256, not "0"'],
    [['--period', '5'], '--period: give a number ≥ 10'],
    [['--view-size', '128'], '--view-size: give an integer ≥ 1 and ≤ 127'],
    [['--merge-share-max', '0'], '--merge-share-max: give a number > 0 and ≤ 1'],
    [['--model', 'tree'], '--model: give pegasos, logistic, adaline, softmax or mlp, not "tree"'],
    [['--shards', 'even'], '--shards: give iid, by-class, classes[:PER_PEER], dirichlet[:ALPHA]'],
    [['--listen-host', 'localhost'], '--listen-host: give an IP address such as 127.0.0.1, not "localhost"'],
    [['--lambda', '0'], 'with λ = 0, set --eta'],
    [['--data', 'mails.csv'], '--data needs --label'],
    [['--dataset', 'spambas'], 'did you mean "spambase"?'],
    [['--peers', '1000', '--data', 'datasets/spambase/spambase.csv', '--label', 'nothing'], 'no column "nothing"'],
  ])('refuses %j', async (flags, message) => {
    const { code, stdout, stderr } = await hearsay(['swarm', ...flags])
    expect(stderr).toContain(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('names a log that cannot be written', async () => {
    const { code, stderr } = await hearsay(['swarm', '--log', '/nowhere/at/all.log'])
    expect(stderr).toMatch(/^hearsay: \/nowhere\/at\/all\.log cannot be written: /)
    expect(code).toBe(3)
  })

  it('says in its help what a seed can do', async () => {
    const { stdout } = await hearsay(['swarm', '--help'])
    expect(stdout).toContain('two runs with one seed\ndiffer a little')
  })
})

describe('the plan of a swarm', () => {
  const plan = (seed: number): ReturnType<typeof planSwarm> =>
    planSwarm({ kind: 'named', name: 'spambase' }, { peers: 7, seed, shards: 'iid', run: { lambda: 0.01 } })

  it('deals out every row once, the same for the same seed', async () => {
    const [first, again, other] = [await plan(1), await plan(1), await plan(2)]
    expect(first.shards.map(({ rows }) => rows).reduce((a, b) => a + b)).toBe(4140)
    expect(again).toEqual(first)
    expect(other.shards[0].features).not.toEqual(first.shards[0].features)
    expect(first.run).toMatchObject({ rowsMax: 592, scaling: { kind: 'standardise' } })
    expect(first.rowsPerPeer).toEqual({ min: 591, max: 592 })
  })
})

describe('the model on all rows', () => {
  it('separates what can be separated, with every kind of model', () => {
    // Class 1 right of class 0, with a gap.
    const features = Float64Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? -1 : 1) * (1 + (i % 7)))
    const labels = Int32Array.from(features, (x) => (x > 0 ? 1 : 0))
    const train: RawDataset = { name: 'gap', featureNames: ['x'], classNames: ['a', 'b'], features, labels, rows: 80 }
    for (const model of ['pegasos', 'logistic', 'softmax'] as const) {
      expect(centralisedError({ train, test: train }, fitScaling(train, 'standardise'), { model }, 1)).toBe(0)
    }
  })
})

describe('the ledger', () => {
  it('does not take peers that wait for the start for silent ones', () => {
    const ledger = new Ledger(1, 5000)
    ledger.startAt(20_000)
    ledger.join(0, 'a', PROGRESS, 1000)
    expect([19_000, 25_000, 25_001].map((nowMs) => ledger.totals(nowMs).online)).toEqual([1, 1, 0])
  })

  it('counts a peer as online while it reports, and keeps the counts of those that are lost', () => {
    const ledger = new Ledger(3, 5000)
    ledger.join(0, 'a', PROGRESS, 0)
    ledger.join(1, 'b', { ...PROGRESS, error: 0.4, age: 300, cycle: 6 }, 0)
    expect(ledger.totals(0)).toMatchObject({
      online: 2,
      cycle: 6,
      age: 200,
      error: { min: 0.2, max: 0.4 },
      modelsIn: 8,
    })
    ledger.report(1, { ...PROGRESS, modelsIn: 9 }, 4000)
    expect(ledger.totals(6000)).toMatchObject({ online: 1, modelsIn: 13, error: { mean: 0.2 } })
    ledger.lose(1)
    expect(ledger.totals(4000)).toMatchObject({ online: 1, modelsIn: 13 })
    expect({ lost: ledger.lost, starting: ledger.starting, isSettled: ledger.isSettled }).toEqual({
      ...{ lost: 1, starting: 1, isSettled: false },
    })
  })

  it('finds the lost in the views of the others', () => {
    const ledger = new Ledger(3, 5000)
    for (const [peer, name] of ['a', 'b', 'c'].entries()) ledger.join(peer, name, PROGRESS, 0)
    ledger.lose(2)
    ledger.end(0, 'a', PROGRESS, ['b', 'c'])
    ledger.end(1, 'b', PROGRESS, ['a'])
    expect(ledger.deadInViews).toBe(1)
    expect(ledger.isSettled).toBe(true)
  })

  it('is settled whatever happens, once every peer has ended or is lost, and never counts one twice', () => {
    const event = fc.record({ peer: fc.nat(5), what: fc.constantFrom('join', 'report', 'end', 'lose') })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const ledger = new Ledger(5, 1000)
        const told = new Map<number, 'end' | 'lose'>()
        for (const { peer, what } of events) {
          if (what === 'join') ledger.join(peer, `${peer}`, PROGRESS, 0)
          if (what === 'report') ledger.report(peer, PROGRESS, 0)
          if (what === 'end') ledger.end(peer, `${peer}`, PROGRESS, [])
          if (what === 'lose') ledger.lose(peer)
          // The first word is the last; number 5 is nobody.
          if ((what === 'end' || what === 'lose') && peer < 5 && !told.has(peer)) told.set(peer, what)
        }
        expect(ledger.isSettled).toBe(told.size === 5)
        expect(ledger.lost).toBe([...told.values()].filter((what) => what === 'lose').length)
        ledger.loseTheRest()
        const ended = [...told.values()].filter((what) => what === 'end').length
        expect(ledger.totals(0).online).toBe(ended)
        expect(ledger.lost).toBe(5 - ended)
        expect(ledger.isSettled).toBe(true)
      }),
    )
  })
})

describe('the summary', () => {
  it('is of the peers at the end', () => {
    const ledger = new Ledger(2, 1000)
    ledger.join(0, 'a', PROGRESS, 0)
    ledger.join(1, 'b', { ...PROGRESS, error: 0.9, bytesIn: 1 }, 0)
    ledger.lose(1)
    ledger.end(0, 'a', { ...PROGRESS, isolatedError: 0.3, final: true }, ['b'])
    expect(summarise(ledger, FACTS, { ...ENDING, peers: 2, processesLost: 1 })).toEqual({
      ...{ type: 'summary', method: 'gossip' },
      error: {
        gossip: { mean: 0.2, min: 0.2, max: 0.2 },
        isolated: { mean: 0.3, min: 0.3, max: 0.3 },
        centralised: 0.05,
      },
      sent: { all: { median: 1200, max: 1200 }, models: { median: 600, max: 600 } },
      ...{ bytesPerPeer: 2200, steps: 80, peers: 2, online: 1, lost: 1, processes: 2, processesLost: 1 },
      ...{ interrupted: false, orphaned: false, cycles: 5, periodMs: 500, age: 100, deadInViews: 1, refused: 0 },
      ...{ modelsIn: 8, modelsOut: 10, bytesIn: 1001, bytesOut: 2400, seconds: 2.5 },
      ...{ dataset: 'mails', rowsPerPeer: { min: 9, max: 10 }, testRows: 100, seed: 1 },
    })
  })

  it('has no errors where nobody is left', () => {
    const ledger = new Ledger(1, 1000)
    ledger.loseTheRest()
    const summary = summarise(ledger, FACTS, { ...ENDING, peers: 1 })
    expect(summary).toMatchObject({ error: { gossip: null, isolated: null }, bytesPerPeer: 0, online: 0 })
  })
})

describe('the text of a swarm', () => {
  const progress = (cycle: number): SwarmProgress => ({
    ...{
      type: 'progress',
      method: 'gossip',
      steps: 9,
      cycle,
      cycles: 60,
      online: 32,
      age: 10,
      error: { mean: 0.1, min: 0, max: 0.2 },
    },
    ...{ modelsIn: 1, modelsOut: 2, bytesIn: 3, bytesOut: 4, refused: 0 },
  })
  const tell = (isTTY: boolean): RecordingStream => {
    const stdout = new RecordingStream(isTTY)
    stdout.columns = 120
    const { signal } = new AbortController()
    const text = new SwarmText({ stdout, stderr: stdout, signal, now: steppingClock(1) })
    for (const cycle of [0, 1, 1, 2, 30, 31]) text.tell(progress(cycle))
    text.tell({ type: 'process-lost', process: 1, pid: 7, reason: 'SIGKILL', peers: 16, online: 16 })
    const ledger = new Ledger(1, 1000)
    ledger.end(0, 'a', PROGRESS, [])
    text.tell(summarise(ledger, FACTS, { ...ENDING, peers: 1, interrupted: true }) as SwarmSummary)
    return stdout
  }

  it('is a line for each progress in a pipe', () => {
    const lines = tell(false).text.split('\n')
    expect(
      lines.filter((line) => /^ +\d+ +32 +10 +10\.0 % +0\.0 % +20\.0 % +1 +2 +3 B +4 B +0$/.test(line)),
    ).toHaveLength(6)
    expect(lines).toContain('process 1 (SIGKILL) and its 16 peers are gone: 16 go on')
    expect(lines).toContain('Interrupted. So far:')
    expect(lines).toContain('one model on all rows             5.0 %')
    expect(lines.join('\n')).not.toContain('\u001B')
  })

  it('is a table on a terminal that is drawn in place, and keeps milestones', () => {
    const { text } = tell(true)
    const last = text.slice(text.lastIndexOf('cycle  online'))
    expect(last.match(/^ +\d+ +32/gm)?.map((line) => Number(line.trim().split(' ')[0]))).toEqual([0, 1, 2, 31])
    expect(text).toContain('\u001B[')
  })
})

describe('a message between processes', () => {
  const ended = { type: 'ended', peer: 3, name: 'a', progress: { ...PROGRESS, final: true }, view: ['b'] }

  it('is taken when it is well-formed', () => {
    expect(parseFromWorker(ended)).toEqual(ended)
    expect(parseToWorker({ type: 'stop' })).toEqual({ type: 'stop' })
  })

  it.each([undefined, null, 'stop', {}, { type: 'halt' }, { ...ended, peer: -1 }, { ...ended, progress: {} }])(
    'is not when it is %j',
    (value) => {
      expect([parseFromWorker(value), parseToWorker(value)]).toEqual([undefined, undefined])
    },
  )
})
