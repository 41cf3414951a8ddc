import { ConfigurationError } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { MESSAGE_HEADER_BYTES } from '../../src/scenario/network/build-network.ts'
import type { Method } from '../../src/scenario/method.ts'
import type { ScenarioOptions } from '../../src/scenario/scenario-options.ts'
import { runTrial } from '../../src/trial/run-trial.ts'
import type { PeerMeasurement, TrialResult } from '../../src/trial/trial-result.ts'
import type { LearningTrial } from '../../src/trial/trial-settings.ts'

/** Hegedűs, Danner, Jelasity 2021: Spambase, logistic regression, transfers of a cycle. */
const SETTING: ScenarioOptions = {
  ...{ peers: 100, seed: 1, periodMs: 1000, jitter: 0, overlay: 'static', degree: 20 },
  ...{ delay: { kind: 'constant', cycles: 0 }, transferCycles: 1, loss: 0 },
  learner: { model: 'logistic', lambda: 1e-6, eta: 1e4, batch: 10 },
  ...{ bias: true, mergeWith: 'current', votes: 1, shards: 'iid', evaluate: 1, guard: true, backend: 'auto' },
}

const CHURN: Partial<ScenarioOptions> = {
  churn: { kind: 'lognormal', median: 5, sigma: 1, online: 0.6 },
  wholeTransfers: true,
}

function trialOf(scenario: Partial<ScenarioOptions>, changes: Partial<LearningTrial> = {}): LearningTrial {
  const { cycles = 20 } = changes
  return {
    task: 'learning',
    data: { source: { kind: 'named', name: 'spambase' }, scale: 'standardise' },
    scenario: { ...SETTING, ...scenario },
    ...{ cycles, measureAt: [1, cycles / 2, cycles], ...changes },
  }
}

const last = ({ series }: TrialResult) => series[series.length - 1]

function sumOf(peers: readonly PeerMeasurement[], key: Exclude<keyof PeerMeasurement, 'role'>): number {
  return peers.reduce((sum, peer) => sum + peer[key], 0)
}

describe('a trial', () => {
  test.each<[string, LearningTrial]>([
    ['gossip under churn and faults', trialOf(CHURN, { faults: { loss: 0.1, clockSkew: { rate: 0.01 } } })],
    ['gossip over NewsCast with votes', trialOf({ overlay: 'newscast', votes: 3, evaluate: 0.2 })],
    ['fedavg under churn', trialOf({ ...CHURN, method: { kind: 'fedavg', fraction: 0.5, weights: 'int8' } })],
    ['centralised', trialOf({ method: { kind: 'centralised' } })],
    [
      'isolated on a recording',
      trialOf({
        ...{ peers: 2, method: { kind: 'isolated' } },
        churn: {
          kind: 'trace',
          isLoop: false,
          trace: { peers: 2, starts: [0, 1, 2], onlineMs: [0, 3000], offlineMs: [9000, 12_000] },
        },
      }),
    ],
  ])('gives the same each time, also after its settings have been JSON: %s', async (_, trial) => {
    const first = await runTrial(trial)
    expect(await runTrial(trial)).toEqual(first)
    expect(await runTrial(JSON.parse(JSON.stringify(trial)) as LearningTrial)).toEqual(first)
    expect(first.traceHash).not.toBe('')
    const { seed } = trial.scenario
    expect(await runTrial({ ...trial, scenario: { ...trial.scenario, seed: seed + 1 } })).not.toEqual(first)
  })

  test.each<Method>([{ kind: 'gossip' }, { kind: 'fedavg' }, { kind: 'isolated' }, { kind: 'centralised' }])(
    'of %o counts in its last measurement what its peers count',
    async (method) => {
      const result = await runTrial(trialOf({ ...CHURN, loss: 0.1, method }, { cycles: 40 }))
      const { peers, metric } = result
      const { messages, bytes, steps, cycle, timeMs } = last(result)
      expect(metric.name).toBe('error')
      expect([cycle, timeMs]).toEqual([40, 40_000])
      expect(peers.map(({ peer }) => peer)).toEqual(Array.from({ length: 100 }, (_, peer) => peer))
      expect(sumOf(peers, 'messagesSent')).toBe(messages)
      expect(sumOf(peers, 'bytesSent')).toBe(bytes)
      expect(sumOf(peers, 'steps')).toBe(steps)
      expect(sumOf(peers, 'rows')).toBe(4140)
      expect(sumOf(peers, 'bytesReceived')).toBeLessThanOrEqual(bytes)
      expect(bytes).toBeGreaterThanOrEqual(messages * MESSAGE_HEADER_BYTES)
      const mute = method.kind === 'isolated' || method.kind === 'centralised'
      expect(messages > 0).toBe(!mute)
      expect(steps).toBeGreaterThan(4140)
      expect(peers.filter(({ role }) => role === 'server').map(({ peer }) => peer)).toEqual(
        method.kind === 'fedavg' ? [0] : [],
      )
    },
  )

  test('tells what a peer has sent from what it has received', async () => {
    const { peers } = await runTrial(trialOf({ method: { kind: 'fedavg', weights: 'int8', modelWeights: 'float32' } }))
    const [server, ...clients] = peers
    // Models of 58 float32 weights go out, updates of as many bytes come back.
    expect(server.bytesSent).toBeGreaterThan(1.8 * server.bytesReceived)
    for (const { bytesSent, bytesReceived } of clients) expect(bytesReceived).toBeGreaterThan(1.8 * bytesSent)
  })

  test('counts as many bytes of a header as it is told, and lets them take time', async () => {
    const [bare, usual] = await Promise.all([0, 64].map((headerBytes) => runTrial(trialOf({ headerBytes }))))
    expect(last(usual)).toEqual(last(await runTrial(trialOf({}))))
    const { messages, bytes } = last(bare)
    expect(bytes).toBe(last(usual).bytes - 64 * messages)
    expect(sumOf(bare.peers, 'bytesSent')).toBe(bytes)
    const ofPart = { exchange: { kind: 'subsampled', share: 0.1 }, transferCycles: 10 } as const
    const [light, heavy] = await Promise.all(
      [0, 64].map((headerBytes) => runTrial(trialOf({ ...ofPart, headerBytes }, { cycles: 20 }))),
    )
    // A tenth of a model takes a cycle without headers, three with them.
    expect(last(light).steps).toBeGreaterThan(1.05 * last(heavy).steps)
  })

  test('measures a share of its peers on the way, and all of them at the end', async () => {
    const result = await runTrial(trialOf({ evaluate: 0.1 }))
    expect(result.series.map(({ cycle, measured }) => [cycle, measured])).toEqual([
      [1, 10],
      [10, 10],
      [20, 10],
    ])
    expect(result.peers.every(({ value }) => value > 0 && value < 0.5)).toBe(true)
  })

  test('measures who is online, where it is said so', async () => {
    const result = await runTrial(trialOf({ ...CHURN, measure: 'online' }))
    const { measured, online } = last(result)
    expect(measured).toBe(online)
    expect(online).toBeLessThan(90)
    expect(result.peers.filter(({ value }) => Number.isNaN(value))).toHaveLength(100 - online)
  })

  test('ends where it is told to: after the first measurement that is good enough', async () => {
    const measureAt = [5, 10, 15, 20, 200]
    const { series } = await runTrial(trialOf({}, { cycles: 200, measureAt, stopBelow: 0.1 }))
    const cycles = series.map(({ cycle }) => cycle)
    expect(cycles).toEqual(measureAt.slice(0, cycles.length))
    expect(cycles.length).toBeLessThan(5)
    expect(series.map(({ mean }) => mean <= 0.1)).toEqual(cycles.map((_, i) => i === cycles.length - 1))
  })

  test('learns the classes that are named, in that order', async () => {
    const source = { kind: 'named', name: 'digits' } as const
    const data = { source, scale: 'standardise', classes: ['1', '0'] } as const
    const learner = { model: 'logistic', lambda: 1e-4, eta: 10 } as const
    const scenario = { learner, peers: 20, degree: 5, guard: false }
    const few = await runTrial(trialOf(scenario, { data }))
    const all = await runTrial(trialOf(scenario, { data: { source, scale: 'standardise' } }))
    expect(last(few).mean).toBeLessThan(0.03)
    expect(sumOf(few.peers, 'rows')).toBeLessThan(sumOf(all.peers, 'rows') / 4)
    // A model of ten classes has ten vectors of weights, one of two has one.
    expect(last(all).bytes / last(few).bytes).toBeGreaterThan(6)
    await expect(runTrial(trialOf({}, { data: { ...data, classes: ['0', 'O'] } }))).rejects.toThrow('no class "O"')
  })

  test.each([[[]], [[10]], [[20, 10]], [[0, 20]], [[1.5, 20]]])(
    'that is measured at %j is refused',
    async (measureAt) => {
      await expect(runTrial(trialOf({}, { measureAt }))).rejects.toThrow(ConfigurationError)
    },
  )
})

describe('on Spambase', () => {
  test.each<Method>([{ kind: 'gossip' }, { kind: 'fedavg' }])('%o reaches 0.085 in 60 cycles', async (method) => {
    const result = await runTrial(trialOf({ method }, { cycles: 60 }))
    expect(last(result).mean).toBeLessThanOrEqual(0.085)
  })

  test('gossip and federated learning overcome shards of one class, isolated learning does not', async () => {
    const run = async (method: Method): Promise<number> =>
      last(await runTrial(trialOf({ method, shards: 'by-class' }, { cycles: 100 }))).mean
    const [gossip, fedavg, isolated] = await Promise.all(
      (['gossip', 'fedavg', 'isolated'] as const).map((kind) => run({ kind })),
    )
    expect(gossip).toBeLessThan(0.15)
    expect(fedavg).toBeLessThan(0.1)
    expect(isolated).toBeGreaterThan(0.2)
  })
})

describe('a trial that is watched', () => {
  test('tells how far it has come, up to the end', async () => {
    const shares: number[] = []
    await runTrial(trialOf({}, { cycles: 250, measureAt: [250] }), { onProgress: (share) => shares.push(share) })
    expect(shares.at(-1)).toBe(1)
    expect(shares.length).toBeGreaterThan(50)
    expect(shares.length).toBeLessThanOrEqual(101)
    for (const [i, share] of shares.entries()) expect(share).toBeGreaterThan(shares[i - 1] ?? 0)
  })

  test.each(['before it begins', 'on its way'])('ends with the reason of a signal that is aborted %s', async (when) => {
    const abort = new AbortController()
    const reason = new Error('enough')
    if (when === 'before it begins') abort.abort(reason)
    let told = 0
    const onProgress = (): void => {
      if (++told === 3) abort.abort(reason)
    }
    await expect(runTrial(trialOf({}, { cycles: 100 }), { signal: abort.signal, onProgress })).rejects.toBe(reason)
    expect(told).toBe(when === 'on its way' ? 3 : 0)
  })
})
