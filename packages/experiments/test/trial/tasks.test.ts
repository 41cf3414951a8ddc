import { describe, expect, it } from 'vitest'
import type { AveragingOptions } from '../../src/trial/tasks/averaging-options.ts'
import type { RumorOptions } from '../../src/trial/tasks/rumor-options.ts'
import { runTrial } from '../../src/trial/run-trial.ts'
import type { AveragingTrial, RumorTrial } from '../../src/trial/trial-settings.ts'

const WORLD = { seed: 1, jitter: 0, overlay: 'uniform', loss: 0, evaluate: 1 } as const
/** ρ of push–pull averaging. */
const RHO = 1 / (2 * Math.sqrt(Math.E))

function averaging(
  options: Pick<AveragingOptions, 'method'> & Partial<AveragingOptions>,
  cycles: number,
  measureAt: readonly number[] = [cycles],
): AveragingTrial {
  const delay = { kind: 'constant', cycles: 0 } as const
  const scenario = { ...WORLD, peers: 1000, periodMs: 100_000, delay, values: 'uniform', ...options } as const
  return { task: 'averaging', scenario, cycles, measureAt }
}

function rumor(options: Partial<RumorOptions>, cycles: number, measureAt: readonly number[] = [cycles]): RumorTrial {
  const delay = { kind: 'constant', cycles: 0.01 } as const
  const method = { kind: 'rumor-mongering', k: 2 } as const
  return {
    task: 'rumor',
    scenario: { ...WORLD, peers: 1000, periodMs: 1000, delay, method, ...options },
    cycles,
    measureAt,
  }
}

const meanOf = async (trial: AveragingTrial | RumorTrial): Promise<number> =>
  (await runTrial(trial)).series.at(-1)!.mean

describe('an averaging trial', () => {
  it('is the same when it is run again, and another with another seed', async () => {
    const trial = averaging({ method: { kind: 'push-pull' } }, 3)
    const first = await runTrial(trial)
    expect(await runTrial(trial)).toEqual(first)
    const { traceHash } = await runTrial({ ...trial, scenario: { ...trial.scenario, seed: 2 } })
    expect(traceHash).not.toBe(first.traceHash)
  })

  it('measures how much of the variance is left after the cycles that it is asked for', async () => {
    const { metric, series } = await runTrial(averaging({ peers: 4000, method: { kind: 'push-pull' } }, 10, [1, 5, 10]))
    expect(metric).toMatchObject({ name: 'variance', scale: 'log' })
    expect(series.map(({ cycle, timeMs }) => [cycle, timeMs])).toEqual([
      [1, 100_000],
      [5, 500_000],
      [10, 1_000_000],
    ])
    for (const { cycle, mean } of series) expect(Math.abs(mean ** (1 / cycle) / RHO - 1)).toBeLessThan(0.06)
  })

  it('starts with other values for another seed', async () => {
    for (const values of ['uniform', 'peak'] as const) {
      const { scenario, ...course } = averaging({ method: { kind: 'push-pull' }, loss: 1, values, metric: 'error' }, 1)
      const starts = [1, 2].map(async (seed) => (await runTrial({ ...course, scenario: { ...scenario, seed } })).peers)
      const [one, other] = (await Promise.all(starts)).map((peers) => peers.map(({ value }) => value))
      expect(other).not.toEqual(one)
    }
  })

  it('starts with a variance of 1, whatever peers hold', async () => {
    const silent = { method: { kind: 'push-pull' }, loss: 1 } as const
    for (const values of ['uniform', 'peak'] as const) {
      for (const metric of ['variance', 'error'] as const) {
        expect(await meanOf(averaging({ ...silent, values, metric }, 1))).toBeCloseTo(1, 12)
      }
    }
  })

  it('tells an error that stays from a variance that falls', async () => {
    const lossy = { method: { kind: 'push-pull' }, loss: 0.2 } as const
    expect(await meanOf(averaging({ ...lossy, metric: 'error' }, 40))).toBeGreaterThan(1e-6)
    expect(await meanOf(averaging({ ...lossy, metric: 'variance' }, 40))).toBeLessThan(1e-12)
  })

  it.each([
    [{ kind: 'push-pull' } as const, 2, 64],
    [{ kind: 'push-sum' } as const, 1, 64 + 16],
  ])('counts the traffic of %o, in all and peer by peer', async (method, perTurn, bytes) => {
    const { series, peers } = await runTrial(averaging({ method }, 5))
    const [{ messages, bytes: all, steps, age }] = series
    expect({ messages, all, steps, age }).toEqual({
      messages: 5000 * perTurn,
      all: 5000 * perTurn * bytes,
      steps: 0,
      age: 0,
    })
    expect(peers.reduce((sum, { bytesSent }) => sum + bytesSent, 0)).toBe(all)
    expect(peers.reduce((sum, { messagesReceived }) => sum + messagesReceived, 0)).toBe(messages)
    expect(peers.reduce((sum, { value }) => sum + value, 0) / 1000).toBeCloseTo(series[0].mean, 12)
  })

  it('counts peers, those that are there when an epoch begins', async () => {
    const crash = [{ at: 12, share: 0.5 }]
    const method = { kind: 'count', instances: 10, epochCycles: 20 } as const
    const around = { overlay: 'newscast', measure: 'online', crash, peers: 300 } as const
    const { metric, series } = await runTrial(averaging({ ...around, method }, 40, [20, 30, 40]))
    expect(metric.label).toContain('size')
    expect(series.map(({ measured, online }) => [measured, online])).toEqual(Array(3).fill([150, 150]))
    // The second epoch is asked for 150; the first for 300, of which half died before it ended.
    expect(series[0].mean).toBeLessThan(0.05)
    expect(series[1].mean).toBeGreaterThan(series[2].mean)
    expect(series[2].mean).toBeLessThan(0.01)
  })

  it('leaves out peers that take part in nothing yet', async () => {
    const join = { initial: 500, rate: 1000, from: 2 }
    const { series } = await runTrial(averaging({ method: { kind: 'push-pull' }, join }, 10, [1, 10]))
    expect(series[1].online).toBe(1000)
    expect(series.map(({ measured }) => measured)).toEqual([500, 500])
  })

  it('ends by a signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(runTrial(averaging({ method: { kind: 'push-pull' } }, 5), { signal })).rejects.toThrow('enough')
  })
})

describe('a rumor trial', () => {
  it('starts with one peer, which has told another after a cycle', async () => {
    const { metric, series, peers } = await runTrial(rumor({}, 1))
    expect(metric.name).toBe('residue')
    expect(series[0].mean).toBe(0.998)
    expect(peers.filter(({ value }) => value === 0)).toHaveLength(2)
    expect(peers[0].value).toBe(0)
  })

  it('reaches more peers with a larger k, at more traffic', async () => {
    const k = (count: number) => ({ method: { kind: 'rumor-mongering', k: count } }) as const
    const residues = await Promise.all([1, 2, 4].map((count) => meanOf(rumor(k(count), 40))))
    expect(residues).toEqual(residues.toSorted((a, b) => b - a))
    expect(residues[2]).toBeLessThan(0.05 * residues[0])
    expect(await meanOf(rumor({ ...k(4), metric: 'traffic' }, 40))).toBeGreaterThan(5)
  })

  it('sends the rumor and a feedback for each: that is all the traffic there is', async () => {
    const { series } = await runTrial(rumor({ metric: 'traffic' }, 40))
    expect(series[0].messages).toBe(Math.round(2 * 1000 * series[0].mean))
    const blind = { kind: 'rumor-mongering', feedback: false } as const
    const { series: silent } = await runTrial(rumor({ method: blind, metric: 'traffic' }, 40))
    expect(silent[0].messages).toBe(Math.round(1000 * silent[0].mean))
  })

  it('need not be synchronous', async () => {
    const method = { kind: 'rumor-mongering', synchronous: false } as const
    const delay = { kind: 'exponential', mean: 1, min: 0 } as const
    expect(await meanOf(rumor({ method, delay, jitter: 0.1 }, 60))).toBeLessThan(0.1)
  })

  it.each([
    ['a delay of a cycle', { delay: { kind: 'constant', cycles: 1 } }],
    ['a delay that is not constant', { delay: { kind: 'uniform', min: 0, max: 0.1 } }],
    ['no delay', { delay: { kind: 'constant', cycles: 0 } }],
    ['hunts for which a cycle is too short', { method: { kind: 'rumor-mongering', hunts: 60 } }],
    ['latencies', { latency: { side: 0.1, access: 0 } }],
    ['jitter', { jitter: 0.1 }],
  ] as const)('cannot be synchronous with %s', async (_, options) => {
    await expect(runTrial(rumor(options, 5))).rejects.toMatchObject({ code: 'SYNCHRONOUS' })
  })

  it('knows faults, but no liars', async () => {
    const faults = { crashes: [{ share: 1, fromMs: 3000 }] }
    const { series } = await runTrial({ ...rumor({}, 20, [3, 20]), faults })
    expect(series[1].mean).toBe(series[0].mean)
    expect(series.map(({ online }) => online)).toEqual([1000, 0])
    const byzantine = { share: 0.1, attack: { kind: 'noise', sd: 1 } } as const
    await expect(runTrial({ ...rumor({}, 5), faults: { byzantine } })).rejects.toMatchObject({ code: 'BYZANTINE' })
  })
})
