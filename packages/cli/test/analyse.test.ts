import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reportTimes } from '../src/analyse/report-times.ts'
import { Interruption } from '../src/interruption.ts'
import { hearsay, jsonLines } from './harness.ts'

interface Point {
  readonly type: string
  readonly time: number
  readonly quantities: Record<string, Record<string, number>>
}

interface Told {
  readonly start: Record<string, unknown>
  readonly points: readonly Point[]
  readonly facts: Record<string, number>
  readonly summary: Record<string, unknown>
}

async function analysed(argv: string): Promise<Told> {
  const { code, stdout, stderr } = await hearsay(['analyse', ...argv.split(' '), '--json'])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const [start, ...rest] = jsonLines(stdout)
  const summary = rest.pop() ?? {}
  expect([start['type'], summary['type']]).toEqual(['start', 'summary'])
  return { start, points: rest as unknown as Point[], facts: summary['facts'] as Record<string, number>, summary }
}

describe('hearsay analyse --json', () => {
  it('has the published table of gossip shuffle (Gast, Latella, Massink 2020), N = 100', async () => {
    const { start, points, summary } = await analysed('shuffle --report-at 100,200,400,1000 --runs 20')
    expect(start).toMatchObject({ analysis: 'shuffle', unit: 'slot', steps: 1000, parameters: { peers: 100, gmax: 3 } })
    expect(points.map(({ time }) => time)).toEqual([100, 200, 400, 1000])
    const column = (quantity: string, theory: string) =>
      points.map(({ quantities }) => Number(quantities[quantity][theory].toFixed(5)))
    expect(column('replication', 'classic')).toEqual([0.03272, 0.08506, 0.18847, 0.20799])
    expect(column('replication', 'refined')).toEqual([0.03102, 0.0675, 0.16116, 0.20036])
    expect(column('coverage', 'classic')).toEqual([0.20509, 0.58063, 0.9849, 1])
    expect(column('coverage', 'refined')).toEqual([0.19355, 0.46557, 0.94887, 1])
    expect(summary).toMatchObject({
      interrupted: false,
      runs: 20,
      seed: 1,
      facts: { replicationLimit: 0.2 },
      plot: null,
    })
  })

  it('has the rumor equation, and the residue and traffic of Demers et al. 1987, table 1', async () => {
    const { facts, points } = await analysed('rumor --k 2 --runs 200')
    expect(facts['rumorEquation']).toBeCloseTo(0.05952, 6)
    expect(facts['residueRefined']).toBeCloseTo(0.037, 3)
    expect(facts['trafficClassic']).toBeCloseTo(3.3, 1)
    expect(Math.abs(facts['residueSimulated'] - facts['residueRefined'])).toBeLessThan(
      4 * facts['residueSimulatedStandardError'],
    )
    expect(points.at(-1)?.quantities['susceptible']['simulated']).toBe(facts['residueSimulated'])
  })

  it.each(['push', 'push-pull'])('has the rounds of %s within 0.3', async (model) => {
    const { facts } = await analysed(`epidemic --model ${model} --peers 500 --runs 300`)
    expect(Math.abs(facts['roundsSimulated'] - facts['roundsExpected'])).toBeLessThan(0.3)
  })

  it('has the endemic equilibrium of SIR, where theory and simulation arrive', async () => {
    const { facts, points } = await analysed(
      'epidemic --model sir --beta 2 --gamma 0.5 --mu 0.5 --infected 0.2 --peers 2000 --runs 20 --cycles 20',
    )
    expect(facts).toMatchObject({ basicReproductionNumber: 2, equilibriumSusceptible: 0.5, equilibriumInfective: 0.25 })
    const { ode, refined, simulated } = points.at(-1)?.quantities['infective'] ?? {}
    expect(ode).toBeCloseTo(0.25, 3)
    expect(refined).toBeCloseTo(0.25, 2)
    expect(simulated).toBeCloseTo(0.25, 1)
  })

  it.each([
    ['sequential', 0, 0.303265],
    ['random', 0.2, Math.exp(-0.8)],
    ['perfect-matching', 0, 0.25],
  ])('has ρ of %s pairs with link failure %d', async (selector, failure, factor) => {
    const { facts } = await analysed(`averaging --selector ${selector} --link-failure ${failure} --peers 2000`)
    expect(facts['factor']).toBeCloseTo(factor, 6)
    expect(facts['factorSimulated']).toBeCloseTo(factor, 2)
  })

  it('measures ρ before rounding errors are all that is left', async () => {
    const { facts, points } = await analysed('averaging --peers 200 --cycles 2000 --report-at 2000 --runs 20')
    expect(points[0].quantities['variance']['simulated']).toBeLessThan(1e-30)
    expect(facts['factorSimulated']).toBeCloseTo(0.3033, 1)
  })

  it('is the same for the same seed, and another for another', async () => {
    const told = async (seed: number) => (await analysed(`rumor --runs 5 --seed ${seed}`)).points
    expect(await told(1)).toEqual(await told(1))
    expect(await told(1)).not.toEqual(await told(2))
  })

  it('ends early with the runs so far', async () => {
    const interruption = new AbortController()
    let readings = 0
    const now = (): number => {
      // Every reading is 60 ms later, so that each run has a turn of its own; the third is the last.
      if (++readings === 6) interruption.abort(new Interruption('interrupted', 130))
      return readings * 60
    }
    const { signal } = interruption
    const { code, stdout } = await hearsay(['analyse', 'rumor', '--runs', '1000000', '--json'], { signal, now })
    expect(code).toBe(130)
    const summary = jsonLines(stdout).at(-1)
    expect(summary).toMatchObject({ type: 'summary', interrupted: true })
    expect(Number(summary?.['runs'])).toBeLessThan(10)
  })
})

describe('hearsay analyse', () => {
  it('prints a table per quantity, facts, and how it was simulated', async () => {
    const { code, stdout, stderr } = await hearsay('analyse rumor --cycles 30 --runs 20'.split(' '))
    expect(stdout).toMatch(/^Rumor mongering by push, k = 1, feedback-counter, 1,000 peers\n/)
    expect(stdout).toMatch(/\nsusceptible peers \(share\)\n +cycle +classic +refined +simulated +± s\.e\.\n +2 +0\.99/)
    expect(stdout).toMatch(/\nresidue by the rumor equation, k = 1 +0\.203188\n/)
    expect(stdout).toMatch(/\nresidue, simulated +0\.\d{6} +± 0\.00\d+\n/)
    expect(stdout).toMatch(/\nsimulated: mean and standard error of 20 runs, seed 1, .*\n$/)
    expect(stdout).not.toContain('\u001b')
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })

  it.each([
    ['analyse', /^Usage: hearsay analyse/],
    ['analyse rumor --k 0', /--k: give an integer ≥ 1/],
    ['analyse rumour', /unknown command 'rumour' \(did you mean rumor\?\)/],
    ['analyse rumor --stop never', /--stop: give feedback-counter, /],
    ['analyse epidemic --beta 2', /--beta goes with --model sir/],
    ['analyse averaging --link-failure 1.1', /--link-failure: give a number ≥ 0 and ≤ 1/],
    ['analyse shuffle --exchange 200', /an exchange of 200 items needs a --cache of as many, not 100/],
    ['analyse shuffle --items 60', /need --items of at least 100, not 60/],
    ['analyse shuffle --peers 2', /--peers: give an integer ≥ 3/],
    ['analyse shuffle --plot shuffle.png', /--plot: plots are SVG: .*not "shuffle.png"/],
    [`analyse shuffle --plot ${tmpdir()}/`, /--plot: plots are SVG/],
  ])('refuses: hearsay %s', async (argv, message) => {
    const { code, stdout, stderr } = await hearsay(argv.split(' '))
    expect(stderr).toMatch(message)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it('reports about fifteen times that are a round number apart, or those that are asked for', () => {
    expect(reportTimes(1000, undefined)).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1000])
    expect(reportTimes(7, undefined)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(reportTimes(25, undefined)).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 25])
    expect(reportTimes(5, [2, 3, 9])).toEqual([2, 3])
    expect(reportTimes(3, 'all')).toEqual([1, 2, 3])
  })
})

describe('--plot', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hearsay-plot-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('draws theory over simulation, in place of what was there', async () => {
    const file = join(folder, 'shuffle.svg')
    await writeFile(file, 'an older plot')
    const argv = ['analyse', 'shuffle', '--slots', '50', '--runs', '7', '--plot', file]
    const { code, stdout } = await hearsay(argv)
    expect(code).toBe(0)
    expect(stdout).toContain(`plot: ${file}\n`)
    const svg = await readFile(file, 'utf8')
    expect(svg).toMatch(/^<svg [^]*<\/svg>\n$/)
    for (const text of ['Gossip shuffle, 100 peers', 'time (slots)', 'share of the peers', 'refined mean field']) {
      expect(svg).toContain(text)
    }
    expect(svg).toContain('mean of 7 runs ± s.e.')
    expect(svg).toContain('prefers-color-scheme: dark')
    // The names of XML's vocabularies are all that looks like an address.
    expect(svg.match(/https?:[^"]*/g)?.filter((url) => !url.startsWith('http://www.w3.org/'))).toEqual([])
    expect(svg).not.toMatch(/NaN|undefined/)
  })

  it('has a logarithmic axis for variances', async () => {
    const file = join(folder, 'averaging.svg')
    await hearsay(['analyse', 'averaging', '--peers', '100', '--cycles', '10', '--json', '--plot', file])
    const svg = await readFile(file, 'utf8')
    expect(svg).toContain('variance (1 = at the start)')
    expect(svg).toContain('1e-4')
    expect(svg).not.toMatch(/NaN|Infinity/)
  })

  it('leaves out what no axis can show', async () => {
    const file = join(folder, 'vanished.svg')
    await hearsay(['analyse', 'averaging', '--peers', '3', '--cycles', '900', '--runs', '1', '--json', '--plot', file])
    expect(await readFile(file, 'utf8')).not.toMatch(/NaN|Infinity/)
  })

  it('is refused before anything is computed where a folder is in the way or none is there', async () => {
    const named = join(folder, 'folder.svg')
    await mkdir(named)
    const inTheWay = await hearsay(['analyse', 'shuffle', '--plot', named])
    expect(inTheWay).toMatchObject({ code: 2, stdout: '' })
    expect(inTheWay.stderr).toBe(`hearsay: --plot: ${named} is a folder: give the name of a file\n`)
    const missing = join(folder, 'missing', 'plot.svg')
    const nowhere = await hearsay(['analyse', 'shuffle', '--plot', missing])
    expect(nowhere).toMatchObject({ code: 3, stdout: '' })
    expect(nowhere.stderr).toBe(
      `hearsay: --plot: ${missing} cannot be written: no such folder: ${join(folder, 'missing')}\n`,
    )
  })
})
