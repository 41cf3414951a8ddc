import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PLOT_COLOURS } from '../../src/plot/index.ts'
import { figures } from '../../src/report/index.ts'
import { costRange, positionOf, valueRange } from '../../src/report/figures/axis-range.ts'
import type { Results } from '../../src/results/results.ts'
import { syntheticResults, type SyntheticOptions } from './synthetic-results.ts'

const CURVES = ['error-over-cycles', 'error-over-bytes', 'error-over-time', 'error-over-steps']

// Vega warns of specifications that it draws in another way than they say.
let warnings: unknown[][]
beforeEach(() => {
  warnings = []
  for (const level of ['warn', 'error', 'log'] as const)
    vi.spyOn(console, level).mockImplementation((...all) => void warnings.push(all))
})
afterEach(() => {
  vi.restoreAllMocks()
  expect(warnings).toEqual([])
})

const ids = (results: Results): string[] => figures(results).map(({ id }) => id)

async function draw(id: string, options: SyntheticOptions, width: 'wide' | 'narrow' = 'wide'): Promise<string> {
  const figure = figures(syntheticResults({ measureAt: [1, 10, 100, 1000], ...options })).find((one) => one.id === id)!
  return await figure.svg({ width, theme: 'light' })
}

/** What a reader reads, in the order of the file. */
function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]+)</g)].map(([, text]) => text)
}

function naturalWidth(svg: string): number {
  return Number(/<svg[^>]* width="([\d.]+)"/.exec(svg)![1])
}

describe('figures', () => {
  it('are curves on four axes, final values, traffic and spread', () => {
    expect(ids(syntheticResults())).toEqual(['leads', ...CURVES, 'final-error', 'traffic', 'spread'])
  })

  it('leave out axes that nobody spends anything on', () => {
    const silent = syntheticResults({ contestants: ['a'] })
    const cells = silent.cells.map((cell) => {
      const series = cell.result.series.map((one) => ({ ...one, bytes: 0, steps: 0 }))
      const peers = cell.result.peers.map((peer) => ({ ...peer, bytesSent: 0, bytesReceived: 0 }))
      return { ...cell, result: { ...cell.result, series, peers } }
    })
    expect(ids({ ...silent, cells })).toEqual(['error-over-cycles', 'error-over-time', 'final-error', 'spread'])
  })

  it('show settings beside each other, and go on in another figure where there are too many', () => {
    const levels = (count: number): string[] => Array.from({ length: count }, (_, i) => `level ${i}`)
    const few = ids(syntheticResults({ axes: { a: levels(2), b: levels(3) }, seeds: 1, contestants: ['x'] }))
    expect(few).toContain('error-over-cycles')
    const many = ids(syntheticResults({ axes: { a: levels(2), b: levels(7) }, seeds: 1, contestants: ['x'] }))
    expect(many.filter((id) => id.startsWith('error-over-cycles'))).toEqual([
      'error-over-cycles-1',
      'error-over-cycles-2',
    ])
    const long = ids(syntheticResults({ axes: { a: levels(25) }, seeds: 1, contestants: ['x'] }))
    expect(long.filter((id) => id.startsWith('error-over-time'))).toHaveLength(3)
    expect(new Set(long).size).toBe(long.length)
  })

  it('refuse results without a run', () => {
    expect(() => figures(syntheticResults({ hasRun: () => false }))).toThrow(/none of the 20 cells .* has been run/)
  })

  it.each([
    ['wide', 1000, 2],
    ['narrow', 350, 1],
  ] as const)('fill their width, and no more, and have numbers everywhere: %s', async (width, target, seeds) => {
    const axes = { shards: ['iid', 'one class per peer'] }
    const all = figures(syntheticResults({ axes, seeds, measureAt: [1, 100] }))
    const drawn = await Promise.all(all.map(async ({ id, svg }) => ({ id, svg: await svg({ width }) })))
    const shares = drawn.map(({ id, svg }) => ({ id, share: naturalWidth(svg) / target }))
    expect(shares.filter(({ share }) => share > 1.03 || share < 0.85)).toEqual([])
    expect(drawn.filter(({ svg }) => /NaN|undefined|Infinity/.test(svg)).map(({ id }) => id)).toEqual([])
  })

  it('are the same each time, and refer to nothing outside', async () => {
    const [one, other] = [await draw('error-over-cycles', {}), await draw('error-over-cycles', {})]
    expect(one).toBe(other)
    expect(one.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:|href|<script|<image/)
  })

  it('say in words what they show', async () => {
    const svg = await draw('error-over-cycles', { contestants: ['gossip "x" <y>'] })
    expect(svg).toMatch(
      /^<svg[^>]* role="img" aria-label="Error over cycles: gossip &#34;x&#34; &#60;y&#62; from 0\.\d+ to 0\.\d+\."/,
    )
  })
})

it('leads have the colours of their contestants, those without a lead none', async () => {
  // The first is the lowest at equal bytes, the second at equal time, the third never.
  const results = syntheticResults({ contestants: ['gossip', 'federated', 'isolated'], measureAt: [10, 100] })
  const [leads] = figures(results)
  expect(leads.id).toBe('leads')
  const svg = await leads.svg({ theme: 'light' })
  expect(PLOT_COLOURS.slice(0, 3).map((colour) => svg.includes(`fill="${colour}"`))).toEqual([true, true, false])
})

it('figures hold twenty contestants with whatever names', async () => {
  const odd = [
    '<b>&amp;"\'',
    'a name that goes on and on until nobody can still be reading what it says '.repeat(2),
    '学习 gossip 🙂',
    'x',
  ]
  const contestants = [...odd, ...Array.from({ length: 16 }, (_, i) => `contestant ${i}`)]
  const all = figures(syntheticResults({ contestants, axes: { shards: odd.slice(0, 2) }, seeds: 2, measureAt: [1, 9] }))
  for (const { id, svg } of all.filter(({ id: one }) => /^(?:leads|error-over-time|final-error|traffic)$/.test(one))) {
    for (const [width, target] of [
      ['wide', 1000],
      ['narrow', 350],
    ] as const) {
      const drawn = await svg({ width })
      expect([id, naturalWidth(drawn) <= 1.03 * target]).toEqual([id, true])
      expect(drawn).not.toMatch(/<b>|NaN|undefined/)
    }
  }
})

describe('curves', () => {
  it('tell nine contestants apart without colour: each has a dash or a marker of its own', async () => {
    const contestants = Array.from({ length: 9 }, (_, i) => `contestant ${i}`)
    const svg = await draw('error-over-cycles', { contestants, seeds: 2 })
    for (const name of contestants) expect(textsOf(svg)).toContain(name)
    const [legend] = svg.split('error on held-out')
    const samples = [...legend.matchAll(/<line[^>]*stroke="(#\w+)"[^>]*stroke-dasharray="([\d.,]+)"/g)]
    const looks = new Set(samples.map(([, , dash]) => dash))
    expect(looks.size).toBe(8)
    expect(new Set(samples.map(([, colour, dash]) => `${colour} ${dash}`)).size).toBe(9)
  })

  it('draw bands only where there are several seeds', async () => {
    const areas = (svg: string): number =>
      [...svg.matchAll(/<path[^>]*fill-opacity="0.18"|<path[^>]*opacity="0.18"/g)].length
    expect(areas(await draw('error-over-cycles', { contestants: ['a', 'b'], seeds: 2 }))).toBe(2)
    expect(areas(await draw('error-over-cycles', { contestants: ['a', 'b'], seeds: 1 }))).toBe(0)
  })

  it('name reference values, and their sources', async () => {
    const references = [
      { label: 'plateau', source: 'Hegedűs 2021', value: 0.06 },
      { label: 'at cycle 100', source: 'Ormándi 2013', value: 0.12, cycle: 100 },
      { label: 'elsewhere', source: 'Nobody', value: 0.2, where: { shards: 'other' } },
    ]
    const cycles = textsOf(await draw('error-over-cycles', { references }))
    expect(cycles).toContain('reference: plateau (Hegedűs 2021)')
    expect(cycles).toContain('reference: at cycle 100 (Ormándi 2013)')
    expect(cycles.join()).not.toContain('Nobody')
    // A cycle has no place on the other axes.
    expect(textsOf(await draw('error-over-bytes', { references })).join()).not.toContain('Ormándi')
  })

  it('know a metric that falls by orders of magnitude', async () => {
    const svg = await draw('variance-over-cycles', {
      metric: { name: 'variance', label: 'variance', scale: 'log' },
      seeds: 3,
    })
    expect(svg).not.toContain('NaN')
    expect(textsOf(svg)).toContain('variance')
  })
})

describe('axes', () => {
  it('are logarithmic where costs span decades', () => {
    expect(costRange([1, 10, 1000], 5)).toEqual({ type: 'log', domain: [1, 1000], ticks: [1, 10, 100, 1000] })
    expect(costRange([0, 20, 100], 5)).toEqual({ type: 'linear', domain: [0, 100], ticks: [0, 20, 40, 60, 80, 100] })
    expect(costRange([0, 0], 5).domain).toEqual([0, 1])
  })

  it('keep all values inside, and their ticks too', () => {
    for (const values of [
      [0.06, 0.41],
      [0.2, 0.2],
      [-3, 5],
      [1e-9, 3e-9],
      [4000, 4001],
    ]) {
      const range = valueRange(values, 'linear', 5)
      for (const value of [...values, ...range.ticks]) {
        expect(positionOf(range, value)).toBeGreaterThanOrEqual(-1e-9)
        expect(positionOf(range, value)).toBeLessThanOrEqual(1 + 1e-9)
      }
      expect(range.ticks.length).toBeGreaterThan(1)
      expect(range.ticks.length).toBeLessThan(12)
    }
  })

  it('do not go below zero where no value does', () => {
    expect(valueRange([0.001, 0.5], 'linear', 5).domain[0]).toBe(0)
  })
})
