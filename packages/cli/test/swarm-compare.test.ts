import { type RawDataset, selectRows } from '@hearsay/datasets'
import type { FederatedSettings, Progress } from '@hearsay/peer'
import { hearsayCommand } from '@hearsay/experiments/run'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { comparisonLines, reportLines } from '../src/swarm/compare/comparison-text.ts'
import type { ComparedMethod, SwarmComparison } from '../src/swarm/compare/comparison.ts'
import { boundTrials } from '../src/swarm/compare/bounds.ts'
import { starvationOf } from '../src/swarm/compare/starvation.ts'
import { measuredCycles, SwarmSeries } from '../src/swarm/compare/swarm-series.ts'
import { resultsOf } from '../src/swarm/compare/write-comparison.ts'
import { centralisedError } from '../src/swarm/centralised.ts'
import { planSwarm, type SwarmPlan } from '../src/swarm/plan.ts'
import type { SwarmFlags } from '../src/swarm/swarm-flags.ts'

const PROGRESS: Progress = {
  ...{ type: 'progress', cycle: 1, age: 100, error: 0.2, modelsIn: 4, modelsOut: 5, steps: 40 },
  ...{ bytesIn: 1000, bytesOut: 1200, framesIn: 6, framesOut: 7, learningBytesIn: 500, learningBytesOut: 600 },
  ...{ refused: 0, viewSize: 3 },
}

describe('measured cycles', () => {
  it('are all, or a hundred at equal distances up to the last', () => {
    expect(measuredCycles(3)).toEqual([1, 2, 3])
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (cycles) => {
        const measured = measuredCycles(cycles)
        expect(measured).toHaveLength(Math.min(100, cycles))
        expect([measured[0] >= 1, measured.at(-1)]).toEqual([true, cycles])
        expect(measured.every((cycle, i) => i === 0 || cycle > measured[i - 1])).toBe(true)
      }),
    )
  })
})

describe('the series of a swarm', () => {
  const facts = { periodMs: 100, rows: [3, 4], hasServer: true }

  it('is what the peers have reported by each cycle, and forgets whoever is silent', () => {
    const series = new SwarmSeries(2, [1, 2, 10])
    series.observe(0, PROGRESS)
    series.observe(1, { ...PROGRESS, error: 0.4, age: 300, bytesOut: 800 })
    series.observe(0, { ...PROGRESS, cycle: 2, error: 0.1, steps: 50 })
    series.observe(0, { ...PROGRESS, cycle: 9, error: 0.3, steps: 70, bytesOut: 2000 })
    series.observe(7, PROGRESS)
    const { series: points, peers, metric } = series.toTrial(facts)
    expect(metric.name).toBe('error')
    expect(points).toMatchObject([
      {
        cycle: 1,
        timeMs: 100,
        measured: 2,
        online: 2,
        min: 0.2,
        max: 0.4,
        age: 200,
        bytes: 2000,
        messages: 14,
        steps: 80,
      },
      { cycle: 2, timeMs: 200, online: 2, min: 0.1, max: 0.4, steps: 90 },
      // Peer 1 was heard of nine cycles ago; what it has sent is sent.
      { cycle: 10, timeMs: 1000, measured: 1, online: 1, mean: 0.3, bytes: 2800, steps: 110 },
    ])
    expect(peers).toMatchObject([
      {
        peer: 0,
        role: 'server',
        value: 0.3,
        steps: 70,
        rows: 3,
        messagesSent: 7,
        bytesSent: 2000,
        bytesReceived: 1000,
      },
      { peer: 1, role: 'peer', value: 0.4, steps: 40, rows: 4 },
    ])
  })

  it('has at least one point, also where nobody has said anything', () => {
    const { series, peers } = new SwarmSeries(2, [1, 2]).toTrial({ ...facts, hasServer: false })
    expect(series).toMatchObject([{ cycle: 1, measured: 0, online: 0, age: 0, bytes: 0, steps: 0 }])
    expect(peers).toMatchObject([
      { role: 'peer', value: Number.NaN },
      { role: 'peer', value: Number.NaN },
    ])
  })

  it('never counts less than before, in whatever order peers report', () => {
    const report = fc.record({ peer: fc.nat(3), cycle: fc.integer({ min: 0, max: 12 }), steps: fc.nat(9) })
    fc.assert(
      fc.property(fc.array(report, { maxLength: 40 }), (reports) => {
        const series = new SwarmSeries(4, [2, 4, 8, 12])
        const done = [0, 0, 0, 0]
        for (const { peer, cycle, steps } of [...reports].sort((a, b) => a.cycle - b.cycle)) {
          done[peer] += steps
          series.observe(peer, { ...PROGRESS, cycle, steps: done[peer] })
        }
        const { series: points } = series.toTrial({ periodMs: 1, rows: [1, 1, 1, 1], hasServer: false })
        for (const [i, point] of points.entries()) expect(point.steps).toBeGreaterThanOrEqual(points[i - 1]?.steps ?? 0)
      }),
    )
  })
})

describe('a starved swarm', () => {
  const plan = (method?: FederatedSettings) => ({
    shards: Array.from({ length: 3 }, () => ({})) as unknown as SwarmPlan['shards'],
    run: { periodMs: 100, cycles: 20, ...(method === undefined ? {} : { method }) } as SwarmPlan['run'],
  })
  const seriesOf = (...modelsIn: readonly (number | undefined)[]): SwarmSeries => {
    const series = new SwarmSeries(3, measuredCycles(20))
    for (const [peer, models] of modelsIn.entries()) {
      if (models === undefined) continue
      series.observe(peer, { ...PROGRESS, cycle: 5 })
      series.observe(peer, { ...PROGRESS, cycle: 20, modelsIn: models })
    }
    return series
  }
  const facts = { roundMs: 200, processesLost: 0 }

  it('is one whose peers got less than half of the models that were due', () => {
    expect(starvationOf('gossip', plan(), seriesOf(10, 10, 10), facts)).toBeUndefined()
    expect(starvationOf('gossip', plan(), seriesOf(10, 9, 10), facts)).toMatchObject({ due: 20, started: 3 })
    // Ten rounds ask half of the clients each; what the server gets does not count.
    const half: FederatedSettings = { algorithm: { kind: 'fedavg' }, fraction: 0.5 }
    expect(starvationOf('fedavg', plan(half), seriesOf(0, 2, 3), facts)).toBeUndefined()
    expect(starvationOf('fedavg', plan(half), seriesOf(90, 2, 2), facts)).toMatchObject({ models: 2, due: 5 })
  })

  it('or where some had not begun after ten cycles, unless a process was lost', () => {
    const late = seriesOf(20, 20)
    late.observe(2, { ...PROGRESS, cycle: 11, modelsIn: 20 })
    expect(starvationOf('gossip', plan(), late, facts)).toMatchObject({ started: 2, peers: 3, by: 10 })
    expect(starvationOf('gossip', plan(), late, { ...facts, processesLost: 1 })).toBeUndefined()
  })

  it('is not told by counts where these follow from what happens', () => {
    const { shards, run } = plan()
    const subsampled = { shards, run: { ...run, exchange: { kind: 'subsampled', share: 0.1 } } as SwarmPlan['run'] }
    expect(starvationOf('gossip', subsampled, seriesOf(1, 1, 1), facts)).toBeUndefined()
  })
})

describe('what the swarm is held against', () => {
  let plan: SwarmPlan
  beforeAll(async () => {
    const run = { lambda: 0.03, periodMs: 400, cycles: 20 }
    plan = await planSwarm({ kind: 'named', name: 'spambase' }, { peers: 4, seed: 1, shards: 'iid', run })
  })

  it('is every peer alone, by as many passes as it made in the swarm', async () => {
    const passesOf = (peer: number, index: number): number => (peer + 1) * index
    const [{ series, peers }] = await boundTrials(plan, [1, 3], 1, passesOf)
    expect(series[0]).toMatchObject({ cycle: 1, online: 4, steps: 0, bytes: 0, measured: 4 })
    const steps = plan.shards.map(({ rows }, peer) => (peer + 1) * rows)
    expect(peers.map((peer) => peer.steps)).toEqual(steps)
    expect(series[1]).toMatchObject({ cycle: 3, timeMs: 1200, steps: steps.reduce((a, b) => a + b) })
    expect(series[1].mean).toBeLessThan(0.15)
    const [again] = await boundTrials(plan, [1, 3], 1, passesOf)
    expect(again).toEqual({ ...{ series, peers }, ...META })
  })

  it('and one model on all rows, a pass a cycle', async () => {
    const [, { series, peers }] = await boundTrials(plan, [1, 20], 1, () => 0)
    expect(series).toMatchObject([
      { cycle: 1, steps: 4140, measured: 1 },
      { cycle: 20, steps: 20 * 4140, measured: 1 },
    ])
    expect(series[1].mean).toBe(centralisedError(plan.split, plan.run.scaling, plan.run, 1))
    expect(peers).toMatchObject([{ rows: 4140, bytesSent: 0, steps: 20 * 4140 }])
  })

  it('of a network is the same network, alone and on all rows', async () => {
    const few = (rows: RawDataset, count: number): RawDataset => selectRows(rows, Int32Array.from(Array(count).keys()))
    const options = { features: 57, hidden: [4], classes: 2, eta: 0.05 }
    const small: SwarmPlan = {
      ...{ ...plan, trainingRows: 200, split: { train: few(plan.split.train, 200), test: few(plan.split.test, 50) } },
      ...{ shards: [few(plan.shards[0], 40), few(plan.shards[1], 50)], run: { ...plan.run, epochs: 2, batch: 10 } },
      mlp: { task: { options, backend: 'cpu' }, backend: 'any' },
    }
    const [isolated, centralised] = await boundTrials(small, [1, 4], 1, (peer, index) => peer + 3 * index)
    // Two epochs in each of so many updates.
    expect(isolated.series.map(({ steps }) => steps)).toEqual([2 * 50, 2 * (3 * 40 + 4 * 50)])
    expect(isolated.series[1].max).toBeLessThan(0.4)
    expect(centralised.series.map(({ steps }) => steps)).toEqual([200, 800])
    expect(centralised.series[1].mean).toBeLessThan(0.3)
    expect(centralised.peers[0]).toMatchObject({ rows: 200, bytesSent: 0 })
  })

  it('is written down with what it takes to repeat it', async () => {
    const [, ...trials] = await boundTrials(plan, [1, 20], 1, () => 0)
    const flags = { seed: 1, shards: 'by-class' } as unknown as SwarmFlags
    const words = ['swarm', '--compare', '--data', 'my mails.csv', '--label', "it's"]
    const { manifest, cells } = await resultsOf({ plan, flags, methods: ['centralised'], trials, starved: [], words })
    expect(manifest.command).toBe(`${hearsayCommand()} swarm --compare --data 'my mails.csv' --label 'it'\\''s'`)
    expect(cells).toEqual([
      { id: 'swarm-centralised-1', contestant: 'centralised', levels: {}, seed: 1, result: trials[0] },
    ])
    expect(JSON.parse(manifest.experiment.file.text)).toMatchObject({
      ...{ peers: 4, dataset: 'spambase', shards: 'by-class', testRows: 461, seed: 1 },
      run: { lambda: 0.03, periodMs: 400, cycles: 20, scaling: 'standardise' },
    })
  })
})

const META = {
  metric: { name: 'error', label: '0–1 error on held-out rows', scale: 'linear' },
  traceHash: '',
}

describe('the text of a comparison', () => {
  const sent = (median: number, max: number) => ({
    all: { median: 10 * median, max: 10 * max },
    models: { median, max },
  })
  const methods: readonly ComparedMethod[] = [
    {
      method: 'gossip',
      error: { mean: 0.067, min: 0.056, max: 0.074 },
      online: 32,
      steps: 212_000,
      sent: sent(1000, 1300),
    },
    {
      ...{ method: 'fedavg', error: { mean: 0.06, min: 0.06, max: 0.06 }, online: 31, steps: 130_000 },
      ...{ sent: sent(900, 27_000), serverSent: { all: 99_000, models: 27_000 } },
    },
    { method: 'isolated', error: null, online: 32, steps: 212_000 },
    { method: 'centralised', error: { mean: 0.056, min: 0.056, max: 0.056 }, online: 1, steps: 165_600 },
  ]
  const comparison: SwarmComparison = {
    ...{
      type: 'comparison',
      methods,
      dataset: 'spambase',
      peers: 32,
      rowsPerPeer: { min: 129, max: 130 },
      testRows: 461,
    },
    ...{ cycles: 50, periodMs: 400, roundMs: 800, seed: 1, starved: [], interrupted: false, seconds: 61 },
  }

  it('is a table, what makes it fair, and who carries the load', () => {
    const lines = comparisonLines(comparison)
    expect(lines[1]).toMatch(
      /^gossip, 32 peers +6\.7 % +5\.6 % +7\.4 % +10\.0 kB +13\.0 kB +1\.00 kB +1\.30 kB +212 k$/,
    )
    expect(lines[2]).toMatch(/^fedavg, 31 peers, 1 serves +6\.0 % +9\.00 kB +270 kB +900 B +27\.0 kB +130 k$/)
    expect(lines[3]).toMatch(/^each peer alone, 129–130 rows +– +– +– +– +– +212 k$/)
    expect(lines[4]).toMatch(/^one model on all rows +5\.6 % +– +– +– +– +166 k$/)
    const text = lines.join('\n')
    expect(text).toContain('time     20 s each: 50 cycles of 400 ms, or rounds of 800 ms')
    expect(text).toContain(
      'the server sent 30 times as many bytes of models as the median peer; by gossip, who sent most 1.3 times',
    )
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(120)
    expect(text).not.toContain('Interrupted')
  })

  it('says nothing of loads before there are any', () => {
    const none = { median: 0, max: 0 }
    const [gossip, federated] = comparison.methods
    const idle = { ...federated, sent: { all: none, models: none }, serverSent: { all: 0, models: 0 } }
    expect(comparisonLines({ ...comparison, methods: [gossip, idle] }).join('\n')).not.toContain('load ')
  })

  it('says where this machine was too slow', () => {
    const starved = [{ method: 'gossip', models: 12.4, due: 50, started: 30, peers: 32, by: 10 }] as const
    expect(comparisonLines({ ...comparison, starved })).toContain(
      'starved  this machine could not keep up with gossip: 30 of 32 peers begun by cycle 10, 12 models a peer of 50 due; ' +
        'figures of both runs suffer',
    )
  })

  it('says that it was interrupted, and where the report is', () => {
    const lines = comparisonLines({ ...comparison, interrupted: true })
    expect([lines[0], lines.at(-1)]).toEqual([
      'Interrupted. So far:',
      'report   none was written, since the second run was interrupted',
    ])
    const report = {
      type: 'report',
      results: 'results/swarm',
      report: 'results/swarm/report.html',
      seconds: 1,
    } as const
    expect(reportLines(report)).toEqual(['report   results/swarm/report.html, with the results in results/swarm'])
  })
})
