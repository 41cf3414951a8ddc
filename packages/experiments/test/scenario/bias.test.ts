import type { RawDataset } from '@hearsay/datasets'
import { describe, expect, test } from 'vitest'
import { assignRows } from '../../src/scenario/assign-rows.ts'
import { ranksOf } from '../../src/scenario/correlation.ts'
import { buildGraph } from '../../src/scenario/overlay.ts'
import { Scenario } from '../../src/scenario/scenario.ts'
import { OVERLAYS, type ScenarioOptions } from '../../src/scenario/scenario-options.ts'
import { buildPeriodFactors } from '../../src/scenario/speeds.ts'

const PEERS = 40

const rows: RawDataset = {
  ...{ name: 'rows', rows: 4 * PEERS, featureNames: ['x', 'y'], classNames: ['no', 'yes'] },
  features: Float64Array.from({ length: 8 * PEERS }, (_, i) => Math.sin(i)),
  labels: Int32Array.from({ length: 4 * PEERS }, (_, row) => row % 2),
}
const train = { ...rows, features: Float32Array.from(rows.features) }

const BASE: ScenarioOptions = {
  ...{ peers: PEERS, seed: 1, periodMs: 1000, jitter: 0, overlay: 'scale-free', degree: 2 },
  ...{ delay: { kind: 'constant', cycles: 0.1 }, loss: 0, learner: { model: 'pegasos' }, bias: false },
  ...{ mergeWith: 'current', votes: 1, shards: 'iid', evaluate: 1, guard: false, backend: 'javascript' },
}
const SPEEDS = { kind: 'classes', share: 0.25, factor: 10 } as const

const start = (options: Partial<ScenarioOptions>): Scenario =>
  new Scenario({ ...BASE, ...options }, { train, test: train })
const code = (wanted: string): unknown => expect.objectContaining({ code: wanted })

describe('overlays that are fixed graphs', () => {
  test.each(['static', 'scale-free', 'regular', 'ring', 'random'] as const)(
    '%s: the same graph for the same seed',
    (kind) => {
      const graph = (seed: number): Int32Array => buildGraph({ ...BASE, seed, degree: 4 }, kind).neighbours
      expect(graph(1)).toEqual(graph(1))
      if (kind !== 'ring') expect(graph(1)).not.toEqual(graph(2))
    },
  )

  test.each(OVERLAYS)('%s carries a run', (overlay) => {
    const scenario = start({ overlay, degree: 4, viewSize: 4, guard: true })
    for (let cycle = 0; cycle < 5; cycle++) scenario.runCycle()
    expect(scenario.updates).toBeGreaterThan(3 * PEERS)
    expect(scenario.simulation.counters.refused).toBe(0)
  })

  test('have a degree that fits', () => {
    expect(() => start({ overlay: 'regular', peers: 39, degree: 3 })).toThrow(code('DEGREE'))
    expect(() => start({ overlay: 'ring', degree: 1 })).toThrow(code('DEGREE'))
    expect(() => start({ degree: PEERS })).toThrow(code('DEGREE'))
  })
})

describe('speeds', () => {
  test('are of two classes, dealt out at random', () => {
    const factors = buildPeriodFactors({ ...BASE, speeds: SPEEDS }) ?? []
    expect(Array.from(factors).filter((factor) => factor === 10)).toHaveLength(PEERS / 4)
    expect(Array.from(factors).filter((factor) => factor === 1)).toHaveLength((3 * PEERS) / 4)
    expect(buildPeriodFactors({ ...BASE, speeds: SPEEDS, seed: 2 })).not.toEqual(factors)
    expect(buildPeriodFactors(BASE)).toBeUndefined()
  })

  test('or lognormal, with the median Δ', () => {
    const factors = buildPeriodFactors({ ...BASE, peers: 5000, speeds: { kind: 'lognormal', sigma: 0.8 } }) ?? []
    const logs = Array.from(factors, Math.log)
    const mean = logs.reduce((sum, x) => sum + x, 0) / 5000
    expect(Math.abs(mean)).toBeLessThan(0.05)
    expect(Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 5000)).toBeCloseTo(0.8, 1)
  })

  test.each([
    { kind: 'classes', share: 1.5, factor: 10 },
    { kind: 'classes', share: 0.5, factor: 0 },
    { kind: 'lognormal', sigma: -1 },
  ] as const)('are refused out of their range: %o', (speeds) => {
    expect(() => start({ speeds })).toThrow(code('SPEEDS'))
  })

  test('are how often peers send, and no honest model is refused for them', () => {
    const scenario = start({ speeds: { kind: 'classes', share: 0.5, factor: 0.2 }, guard: true, periodMs: 100 })
    const factors = buildPeriodFactors({ ...BASE, speeds: { kind: 'classes', share: 0.5, factor: 0.2 } }) ?? []
    for (let cycle = 0; cycle < 20; cycle++) scenario.runCycle()
    const { messages, refused } = { ...scenario.simulation.counters, messages: scenario.simulation.counters.sent }
    expect(refused).toBe(0)
    const fast = Array.from(factors).filter((factor) => factor < 1).length
    expect(Math.abs(messages / (20 * (PEERS - fast) + 100 * fast) - 1)).toBeLessThan(0.02)
  })
})

describe('classes that follow peers', () => {
  const shareOfYes = (shard: Int32Array): number => shard.filter((row) => rows.labels[row] === 1).length / shard.length

  test.each([
    ['degree', {}],
    ['speed', { speeds: SPEEDS }],
  ] as const)('by %s: the last class goes to those of the highest', (kind, options) => {
    const correlate = { with: kind, strength: 1 }
    const shards = assignRows(train, { ...BASE, ...options, correlate })
    const ranks = ranksOf({ ...BASE, ...options }, correlate)
    const [lowest, highest] = [Math.min(...ranks), Math.max(...ranks)]
    const shares = (rank: number): number[] => shards.filter((_, peer) => ranks[peer] === rank).map(shareOfYes)
    if (kind === 'degree') expect(Math.max(...shares(lowest))).toBeLessThan(Math.min(...shares(highest)))
    else expect([Math.max(...shares(lowest)), Math.max(...shares(highest))]).toEqual([0, 1])
  })

  test('by degree: degrees are those of the overlay', () => {
    const graph = buildGraph(BASE, 'scale-free')
    const degrees = Array.from({ length: PEERS }, (_, peer) => graph.degree(peer))
    expect([...ranksOf(BASE, { with: 'degree', strength: 1 })]).toEqual(degrees)
  })

  test.each<[string, Partial<ScenarioOptions>]>([
    ['a strength over 1', { correlate: { with: 'degree', strength: 2 } }],
    ['speeds that are all the same', { correlate: { with: 'speed', strength: 1 } }],
    ['degrees that are all the same', { correlate: { with: 'degree', strength: 1 }, overlay: 'regular', degree: 4 }],
    ['shards that say themselves who gets what', { correlate: { with: 'degree', strength: 1 }, shards: 'by-class' }],
    ['rows per peer', { correlate: { with: 'degree', strength: 1 }, rowsPerPeer: 2 }],
  ])('are refused with %s', (_, options) => {
    expect(() => start(options)).toThrow(code('CORRELATE'))
  })
})

describe('corrections', () => {
  test.each(['scale-free', 'regular', 'ring', 'random'] as const)('work over the %s overlay', (overlay) => {
    for (const correction of ['pass-through', 'neighbour-cache', 'metropolis'] as const) {
      const scenario = start({ overlay, degree: 4, correction, guard: true })
      for (let cycle = 0; cycle < 10; cycle++) scenario.runCycle()
      expect(scenario.simulation.counters.refused).toBe(0)
      expect(scenario.ageSum()).toBeGreaterThan(PEERS)
    }
  })

  test.each<[string, Partial<ScenarioOptions>]>([
    ['an overlay in which peers know no degrees', { overlay: 'newscast' }],
    ['a directed graph', { overlay: 'static' }],
    ['merging with the last received model', { mergeWith: 'last' }],
    ['token accounts', { flow: { kind: 'simple' } }],
    ['models in parts', { exchange: { kind: 'partitioned', parts: 2 } }],
    ['int8', { weights: 'int8' }],
  ])('are refused with %s', (_, options) => {
    expect(() => start({ ...options, correction: 'metropolis' })).toThrow(code('CORRECTION'))
  })
})
