import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeTicks } from '../../src/report/figures/time-ticks.ts'
import { html } from '../../src/report/html/html.ts'
import { renderPage } from '../../src/report/html/render-report.ts'
import { acrossSettings, answers, figures, leadCourses, type LeadCourse, pairedTests } from '../../src/report/index.ts'
import type { Claim } from '../../src/experiment/claim.ts'
import type { CellResult, Results } from '../../src/results/results.ts'
import type { Measurement } from '../../src/trial/trial-result.ts'
import { syntheticResults, type SyntheticOptions } from './synthetic-results.ts'

interface Run {
  /** Absent: by the name. */
  readonly method?: string
  /** The mean over seeds after each cycle, 1 … */
  readonly means: readonly number[]
  /** Bytes a cycle. */
  readonly bytes?: number
}

/**
 * Results whose seeds lie `apart` from each other, those of every other contestant in the opposite order, or, where seeds are
 * `alike`, of none; a cycle takes a minute.
 */
function resultsOf(
  runs: Readonly<Record<string, Run>>,
  apart: number = 0.001,
  { alike = false, ...options }: SyntheticOptions & { readonly alike?: boolean } = {},
): Results {
  const base = syntheticResults({ contestants: Object.keys(runs), seeds: 3, ...options })
  const cells = base.cells.map(({ ...cell }): CellResult => {
    const { method, means, bytes = 100 } = runs[cell.contestant]
    const [first] = cell.result.series
    const order = alike || Object.keys(runs).indexOf(cell.contestant) % 2 === 0 ? 1 : -1
    const series = means.map((mean, i): Measurement => {
      const cost = { cycle: i + 1, timeMs: 60_000 * (i + 1), bytes: bytes * (i + 1), steps: 10 * (i + 1) }
      return { ...first, ...cost, mean: mean + order * apart * (cell.seed - 2) }
    })
    return { ...cell, ...(method === undefined ? {} : { method }), result: { ...cell.result, series } }
  })
  return { ...base, cells }
}

function courseOf(results: Results, axis: LeadCourse['axis']): LeadCourse {
  return leadCourses(results).find((course) => course.axis === axis)!
}

const stretchesOf = ({ leads }: LeadCourse): unknown[] => leads.map(({ side, from, to }) => [side, from, to])

const FALLING = [0.4, 0.3, 0.2, 0.15, 0.1]
const SOONER = [0.4, 0.2, 0.15, 0.14, 0.14]

describe('sides', () => {
  const flat = (mean: number): readonly number[] => [mean, mean]

  it('are gossip and federated learning by the methods of the runs, whatever contestants are called', () => {
    const results = resultsOf({
      ...{ tokens: { method: 'gossip', means: flat(0.3) }, plain: { method: 'gossip', means: flat(0.2) } },
      ...{ server: { method: 'fedprox', means: flat(0.1) } },
      ...{ alone: { method: 'isolated', means: flat(0.01) }, pooled: { method: 'centralised', means: flat(0.01) } },
    })
    const { sides, members, leads } = courseOf(results, 'time')
    expect(sides).toEqual(['gossip learning', 'federated learning'])
    expect(members).toEqual({ 'gossip learning': ['tokens', 'plain'], 'federated learning': ['server'] })
    expect(leads[0]).toMatchObject({ side: 'federated learning' })
    expect(leads[0].last.standings.map(({ contestant }) => contestant)).toEqual(['server', 'plain'])
  })

  it('are known by the names of contestants where methods are not, and are all contestants where one side is missing', () => {
    const named = resultsOf({ gossip: { means: flat(0.2) }, fedavg: { means: flat(0.3) } })
    expect(courseOf(named, 'time').sides).toEqual(['gossip learning', 'federated learning'])
    const gossip = { method: 'gossip', means: flat(0.2) }
    expect(courseOf(resultsOf({ a: gossip, b: gossip, isolated: gossip }), 'time').sides).toEqual([
      'a',
      'b',
      'isolated',
    ])
  })

  it('have to spend something on an axis, and to be two', () => {
    const results = resultsOf({ a: { means: flat(0.2) }, b: { means: flat(0.3), bytes: 0 } })
    expect(leadCourses(results).map(({ axis }) => axis)).toEqual(['cycles', 'time', 'steps'])
    expect(leadCourses(resultsOf({ a: { means: flat(0.2) } }))).toEqual([])
  })
})

describe('leads', () => {
  const crossing = { gossip: { means: FALLING }, fedavg: { means: SOONER } }

  it('pass from one side to the other where curves cross', () => {
    expect(stretchesOf(courseOf(resultsOf(crossing), 'cycles'))).toEqual([
      [undefined, 1, 1],
      ['federated learning', 2, 4],
      ['gossip learning', 5, 5],
    ])
  })

  it('need a difference whose interval does not reach 0', () => {
    // Of three seeds, half of the interval of the difference is 2.48 times its standard deviation, twice that of a side: here 0.0994.
    expect(stretchesOf(courseOf(resultsOf(crossing, 0.02), 'cycles'))).toEqual([
      [undefined, 1, 1],
      ['federated learning', 2, 2],
      [undefined, 3, 5],
    ])
    expect(stretchesOf(courseOf(resultsOf(crossing, 0.1), 'cycles'))).toEqual([[undefined, 1, 5]])
  })

  it('are told seed by seed, by intervals that may overlap: what all contestants share is no difference', () => {
    const { leads } = courseOf(resultsOf(crossing, 0.1, { alike: true }), 'cycles')
    expect(leads.map(({ side, from }) => [side, from])).toEqual([
      [undefined, 1],
      ['federated learning', 2],
      ['gossip learning', 5],
    ])
    const [low, high] = leads[2].last.standings
    expect(low.value.high).toBeGreaterThan(high.value.low)
    expect(leads[2].last.difference.mean).toBeCloseTo(0.04, 12)
  })

  it('agree with the paired test of the same values', () => {
    const runs = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(runs, runs, (a, b) => {
        const base = resultsOf({ a: { means: [0, 0] }, b: { means: [0, 0] } }, 0, { seeds: 4 })
        const cells = base.cells.map((cell): CellResult => {
          const mean = (cell.contestant === 'a' ? a : b)[cell.seed - 1] / 100
          return { ...cell, result: { ...cell.result, series: cell.result.series.map((one) => ({ ...one, mean })) } }
        })
        const results = { ...base, cells }
        const [{ tests, difference }] = pairedTests(results)
        const { side } = courseOf(results, 'cycles').leads.at(-1)!
        expect(side).toBe(tests!.t.p < 0.05 ? (difference.mean < 0 ? 'a' : 'b') : undefined)
      }),
    )
  })

  it('are not what additions are rounded to', () => {
    const results = resultsOf({ a: { means: [0.3] }, b: { means: [0.1 + 0.2] } }, 0)
    expect(stretchesOf(courseOf(results, 'cycles'))).toEqual([[undefined, 1, 1]])
  })

  it('compare the seeds that both sides have', () => {
    const { manifest, cells } = resultsOf(crossing, 0.1, { alike: true })
    const some = cells.filter(({ contestant, seed }) => contestant === 'gossip' || seed !== 2)
    const last = courseOf({ manifest, cells: some }, 'cycles').leads.at(-1)!
    expect(last.side).toBe('gossip learning')
    expect(last.last.difference.count).toBe(2)
  })

  it('need to be over all others: of three, the lowest may be below the next alone', () => {
    const results = resultsOf({ a: { means: [0.1] }, b: { means: [0.2] }, c: { means: [0.3] } })
    const cells = results.cells.filter(({ contestant, seed }) => contestant !== 'c' || seed === 1)
    const [{ values }] = answers({ ...results, cells })
    expect(values.at(-1)).toMatch(
      /a 0\.1.*, b 0\.2.*; the first is below the second by 0\.1000 ± 0\.0050, but not all others\./,
    )
  })

  it('are told by the bare values of one seed, and said to be chance perhaps', () => {
    const single = resultsOf(crossing, 0, { seeds: 1 })
    expect(courseOf(single, 'time').hasIntervals).toBe(false)
    expect(stretchesOf(courseOf(single, 'cycles'))).toHaveLength(3)
    expect(answers(single)[0].headline).toContain('(one seed: this may be chance)')
    expect(answers(resultsOf(crossing))[0].headline).not.toContain('chance')
  })

  it('are not told where one of several contestants has a single seed', () => {
    const { manifest, cells } = resultsOf(crossing)
    const some = cells.filter(({ contestant, seed }) => contestant === 'gossip' || seed === 1)
    expect(stretchesOf(courseOf({ manifest, cells: some }, 'cycles'))).toEqual([[undefined, 1, 5]])
  })

  it('end where the thriftiest contestant does', () => {
    const { manifest, cells } = resultsOf({
      ...crossing,
      thrifty: { method: 'gossip', means: [0.5, 0.5, 0.5, 0.5, 0.5], bytes: 50 },
    })
    const { leads } = courseOf({ manifest, cells }, 'bytes')
    expect(leads.at(-1)!.to).toBe(250)
  })

  it('go on over points where they are not shown, unless somebody else is ahead there', () => {
    const [low, high] = [0.1, 0.2]
    const interrupted = resultsOf({
      gossip: { means: [low, high, low, low] },
      fedavg: { means: [high, high, high, high] },
    })
    const [{ side, points, shown }] = courseOf(interrupted, 'cycles').leads
    expect({ side, points, shown }).toEqual({ side: 'gossip learning', points: 4, shown: 3 })
    expect(answers(interrupted)[0].headline).toMatch(/gossip learning is ahead .*, shown at 3 of 4 points\.$/)
    const contested = resultsOf({ gossip: { means: [low, high, low] }, fedavg: { means: [high, low, high] } })
    expect(courseOf(contested, 'cycles').leads).toHaveLength(3)
  })

  it('compare sides that have spent equally much', () => {
    // After equally many cycles fedavg is lower, after equally many bytes gossip is.
    const results = resultsOf({
      gossip: { means: [0.4, 0.3, 0.2, 0.1], bytes: 10 },
      fedavg: { means: [0.38, 0.28, 0.18, 0.08], bytes: 40 },
    })
    expect(courseOf(results, 'time').leads.at(-1)!.side).toBe('federated learning')
    const { leads } = courseOf(results, 'bytes')
    expect(leads.at(-1)).toMatchObject({ side: 'gossip learning', to: 40 })
    expect(leads.at(-1)!.last.standings.map(({ value }) => value.mean.toFixed(6))).toEqual(['0.100000', '0.380000'])
    const [time, bytes] = [/^Equal time/, /^Equal bytes/].map((start) =>
      answers(results)[0].values.find((one) => start.test(one)),
    )
    expect(time).toMatch(
      /^Equal time, 4 min: fedavg 0\.0800 ± \d.*, gossip 0\.1000 ± .*; federated learning is ahead by 0\.0200 ± 0\.0050\. Paired t-test of final values, 3 seeds: p = 0\.003, hardly chance\.$/,
    )
    expect(bytes).toMatch(/^Equal bytes, 40 B: gossip 0\.1000 ± .*; gossip learning is ahead by 0\.2800 ± 0\.0050\.$/)
  })

  it('leave out points that a side was not measured at, and the runs of others', () => {
    const results = resultsOf({ gossip: { means: [Number.NaN, 0.3, 0.2] }, fedavg: { means: [0.4, 0.2, 0.1] } })
    expect(courseOf(results, 'cycles').points.map(({ x }) => x)).toEqual([2, 3])
    const diverged = resultsOf({
      a: { means: [Number.NaN, Number.NaN] },
      b: { means: [0.4, 0.2] },
      c: { means: [0.4, 0.1] },
    })
    expect(courseOf(diverged, 'cycles').sides).toEqual(['b', 'c'])
  })
})

describe('the answer', () => {
  it('says from when to when a side is ahead, with its values', () => {
    const [{ headline, values, sentences }] = answers(
      resultsOf({ gossip: { means: FALLING }, fedavg: { means: SOONER } }),
    )
    expect(headline).toBe(
      'Over time, no difference is shown until 60 s; federated learning is ahead from 2 min to 4 min; gossip learning is ahead from 5 min to the end.',
    )
    expect(values[1]).toMatch(
      /^Equal time, 5 min: gossip 0\.1000 ± 0\.0025, fedavg 0\.1400 ± 0\.0025; gossip learning is ahead/,
    )
    expect(sentences).toContain(
      '2 min: fedavg 0.2000 ± 0.0025, gossip 0.3000 ± 0.0025; federated learning is ahead by 0.1000 ± 0.0050.',
    )
  })

  it('says so where nothing is shown, or one side is ahead all along', () => {
    const same = { means: [0.2, 0.1] }
    expect(answers(resultsOf({ gossip: same, fedavg: same }))[0].headline).toContain(
      'no difference is shown at any point.',
    )
    const worse = { means: [0.3, 0.2] }
    expect(answers(resultsOf({ gossip: same, fedavg: worse }))[0].headline).toBe(
      'Over time, gossip learning is ahead from the first point to the last.',
    )
  })

  it('counts settings where there are several', () => {
    const axes = { shards: ['iid', 'one class', 'by size'] }
    const runs = { gossip: { means: FALLING }, fedavg: { means: SOONER } }
    expect(acrossSettings(resultsOf(runs, 0.001, { axes }))).toEqual([
      'At some time, of 3 settings: gossip learning is ahead in 3, federated learning is ahead in 3.',
      'In the end: gossip learning is ahead in 3. Of these leads, 3 of 3 remain with Holm’s correction for all pairs of a setting (paired t-tests of final values, p < 0.05).',
    ])
    expect(acrossSettings(resultsOf(runs, 0.1, { axes }))).toEqual([
      'At some time, of 3 settings: nobody is shown to be ahead.',
      'In the end: no difference is shown in 3.',
    ])
    expect(acrossSettings(resultsOf(runs))).toEqual([])
    // A p of .02 is not enough among 28 pairs.
    const more = Object.fromEntries(
      ['c', 'd', 'e', 'f', 'g', 'h'].map((name) => [name, { method: 'isolated', means: [0.1, 0.1, 0.1, 0.1, 0.12] }]),
    )
    expect(acrossSettings(resultsOf({ ...runs, ...more }, 0.005, { axes }))[1]).toMatch(
      /^In the end: gossip learning is ahead in 3\. Of these leads, 0 of 3 remain/,
    )
  })
})

describe('the page of many settings', () => {
  const axes = { shards: ['iid', 'one class', 'by size'] }
  const results = resultsOf({ gossip: { means: FALLING }, fedavg: { means: SOONER } }, 0.001, { axes })

  it('has a figure of all, and one for each', () => {
    const all = figures(results)
    expect(all.filter(({ setting }) => setting?.label === 'shards: by size').map(({ id }) => id)).toEqual([
      ...['setting-3', 'spread-3'],
    ])
    expect(all.map(({ id }) => id)).toContain('leads')
    expect(figures(resultsOf({ gossip: { means: [0.1] } })).map(({ id }) => id)).not.toContain('leads')
  })

  it('folds settings away but for the first one, each with its own numbers, and links to them', () => {
    const drawn = figures(results).map((figure) => [figure, html`<figure id="figure-${figure.id}"></figure>`] as const)
    const page = renderPage(results, new Map(drawn))
    const parts = page.split('<details class="setting"').slice(1)
    expect(parts.map((part) => part.startsWith(' open>'))).toEqual([true, false, false])
    for (const [i, level] of axes.shards.entries()) {
      const part = parts[i].slice(0, parts[i].indexOf('</details>'))
      expect(part).toContain(`<summary><h3>shards: ${level}</h3></summary>`)
      expect(part).toContain(`id="figure-setting-${i + 1}"`)
      expect(part).toContain(`id="figure-spread-${i + 1}"`)
      const captions = [...part.matchAll(/<table>\s*<caption>\s*<span>([^<]*)</g)].map(([, caption]) => caption)
      expect(captions).toHaveLength(5)
      for (const caption of captions) expect(caption).toContain(`(shards: ${level})`)
      // The list of contents and the answer lead to it.
      expect(page.match(new RegExp(`href="#setting-${i + 1}-details"`, 'g'))).toHaveLength(2)
    }
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(id)
  })
})

describe('how to read the answer', () => {
  const runs = { gossip: { means: FALLING }, fedavg: { means: SOONER } }
  const pageOf = (results: Results): string => {
    const drawn = figures(results).map(({ title, caption, ...figure }) => {
      return [{ title, caption, ...figure }, html`<p>${title}: ${caption}</p>`] as const
    })
    return renderPage(results, new Map(drawn))
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll(/\s+/g, ' ')
  }

  it('says by which rule a side is ahead, and by which claims are judged', () => {
    const at = { where: {}, cycle: 5 }
    const claims: Claim[] = [
      {
        that: 'Gossip is lower.',
        check: { kind: 'less', value: { contestant: 'gossip', ...at }, than: { contestant: 'fedavg', ...at } },
      },
    ]
    const page = pageOf(resultsOf(runs, 0.001, { claims }))
    expect(page).toContain(
      '“Ahead” means lower seed by seed: the 95 % interval (±) of the mean difference lies above 0',
    )
    expect(page).toContain('Who is ahead: A bar where one side is ahead')
    expect(page).toContain('asks for 95 % intervals of the two that do not overlap')
    expect(pageOf(resultsOf(runs))).not.toContain('that do not overlap')
  })

  it('promises no intervals where there is one seed', () => {
    const page = pageOf(resultsOf(runs, 0, { seeds: 1 }))
    expect(page).toContain('With one seed there are no intervals')
    expect(page).toContain('Who is lower: One seed: a bar where the mean of one side is lower, which may be chance.')
    expect(page).not.toMatch(/“Ahead” means|Who is ahead/)
  })
})

it('a logarithmic axis of time counts as people do', () => {
  const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000]
  expect(timeTicks(172_800, 2 * day, 8)).toEqual([10 * minute, hour, 6 * hour, day])
  expect(timeTicks(172_800, 2 * day, 3)).toEqual([10 * minute, 6 * hour])
  expect(timeTicks(20 * second, 5 * minute, 8)).toEqual([20, 30, 60, 120, 300].map((seconds) => seconds * second))
})
