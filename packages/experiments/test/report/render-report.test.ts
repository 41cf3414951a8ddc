import { beforeAll, describe, expect, it } from 'vitest'
import { figures, renderReport } from '../../src/report/index.ts'
import { html } from '../../src/report/html/html.ts'
import { renderPage } from '../../src/report/html/render-report.ts'
import { seedsText } from '../../src/report/html/repeat-section.ts'
import { syntheticResults } from './synthetic-results.ts'

const EVIL = `</title></style><script>alert("x")</script><img src=x onerror='y'>&amp;`
const FILE = 'name: a\n\n  # <b>bold</b> & "quoted"\ntitle: \'x\'\n'
const AT = { contestant: 'gossip', where: { shards: 'iid' }, cycle: 100 }

let page = ''

beforeAll(async () => {
  page = await renderReport(
    syntheticResults({
      ...{ axes: { shards: ['iid', 'one class'] }, measureAt: [1, 10, 100], seeds: 3, text: FILE },
      hasRun: (_, i) => i !== 7,
      claims: [
        { that: 'It is low', check: { kind: 'range', value: AT, min: 0, max: 1 }, source: 'Somebody 2020' },
        { that: 'It is high', check: { kind: 'range', value: AT, min: 1, max: 2 } },
        { that: 'It is unknown', check: { kind: 'range', value: { ...AT, cycle: 99 }, min: 1, max: 2 } },
      ],
      references: [{ label: 'plateau', source: 'Hegedűs 2021, figure 3', value: 0.06 }],
    }),
  )
})

/** The text of a page without its markup. */
function textOf(markup: string): string {
  return markup.replaceAll(/<style>[^]*?<\/style>|<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
}

describe('the page', () => {
  it('has its parts in the order of interest', () => {
    const headings = [...page.matchAll(/<h2[^>]*>([^<]+)</g)].map(([, text]) => text)
    expect(headings).toEqual([
      ...['In short', 'Four axes', 'Final values', 'Paired tests', 'Claims', 'Traffic', 'Spread over peers'],
      ...['Reference values', 'How to repeat it', 'What is missing'],
    ])
    expect(page.match(/<h1>/g)).toHaveLength(1)
    for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) expect(page).toContain(`id="${id}"`)
  })

  it('needs neither scripts nor a network', () => {
    const outside = page.replaceAll(/xmlns(:\w+)?="[^"]*"/g, '')
    expect(outside).not.toMatch(/https?:|<script|<link rel="stylesheet"|@import|url\((?!#)|\son\w+=/)
    expect(page).toContain("default-src 'none'")
  })

  it('has each figure twice, with a text, and no identifier twice', () => {
    const figures = page.match(/<figure id=/g)!
    expect(page.match(/<figcaption>/g)).toHaveLength(figures.length)
    const drawn = [...page.matchAll(/<svg[^>]*>/g)].map(([tag]) => tag)
    expect(drawn).toHaveLength(2 * figures.length)
    for (const tag of drawn) expect(tag).toMatch(/ role="img" aria-label="[^"]{20,}"/)
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, id] of page.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id)
  })

  it('closes what it opens', () => {
    const voids = /^(?:meta|link|br|!doctype)$/
    const open: string[] = []
    for (const [, slash, name, rest] of page
      .replace(/<style>[^]*?<\/style>/g, '')
      .matchAll(/<(\/?)([\w!]+)((?:"[^"]*"|[^>"])*)>/g)) {
      if (voids.test(name) || rest.endsWith('/')) continue
      if (slash === '') open.push(name)
      else expect(open.pop()).toBe(name)
    }
    expect(open).toEqual([])
  })

  it('names every table and heads every row and column', () => {
    const tables = page.match(/<table>[^]*?<\/table>/g)!
    expect(tables.length).toBeGreaterThanOrEqual(6)
    for (const table of tables) {
      expect(table).toMatch(/<caption>/)
      for (const row of table.match(/<tr>[^]*?<\/tr>/g)!) expect(row).toMatch(/<th scope="(?:col|row)"/)
    }
  })

  it('says what is missing, at the top and at the end', () => {
    const text = textOf(page)
    expect(text).toContain('This report is incomplete. Runs that are missing: 1 of 24.')
    expect(text).toContain('Cells that have not been run: 1 of 24.')
    expect(text).toContain('23 of 24 runs')
  })

  it('gives each claim its verdict', () => {
    const text = textOf(page)
    expect(text).toMatch(/✓ holds It is low 0\.\d+ .*? asked for 0 … 1\.0000\. Claimed by Somebody 2020\./)
    expect(text).toMatch(/✗ does not hold It is high/)
    expect(text).toMatch(/\? cannot be judged It is unknown gossip, iid was measured at cycle 99 in 0 of 3 runs/)
  })

  it('has all that it takes to repeat it, the file as it is', () => {
    const text = textOf(page)
    for (const fact of [
      '4f9c2a7be01d',
      '0123456789abcdef',
      'Example CPU, 2 cores',
      'Node 24.21.0',
      'experiments/synthetic.yaml',
    ]) {
      expect(text).toContain(fact)
    }
    const [, file] = /<pre[^>]*><code>(name: a[^]*?)<\/code><\/pre>/.exec(page)!
    const plain = file
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
    expect(plain.replaceAll('&amp;', '&')).toBe(FILE)
  })

  it('escapes what comes from files', async () => {
    const results = syntheticResults({
      ...{ contestants: [EVIL, 'b'], axes: { [EVIL]: [EVIL, 'c'] }, title: EVIL, description: EVIL, text: EVIL },
      ...{ seeds: 1, measureAt: [1, 5], metric: { name: 'error', label: EVIL, scale: 'linear' } },
      claims: [
        { that: EVIL, source: EVIL, check: { kind: 'range', value: { ...AT, contestant: EVIL }, min: 0, max: 1 } },
      ],
      references: [{ label: EVIL, source: EVIL, value: 0.1 }],
    })
    const { code, experiment } = results.manifest
    const manifest = {
      ...results.manifest,
      command: EVIL,
      code: { ...code, commit: EVIL, version: EVIL },
      experiment: { ...experiment, source: EVIL, dropped: [EVIL] },
    }
    const evil = await renderReport({ ...results, manifest })
    expect(evil).not.toContain('<script')
    expect(evil).not.toContain('<img')
    expect(evil.match(/<\/title>/g)).toHaveLength(1)
    expect(evil.match(/<\/style>/g)).toHaveLength(1)
  })

  it('has no numbers where runs have none, and half of a grid', () => {
    const axes = { shards: ['iid', 'one class', 'by size'] }
    const results = syntheticResults({ axes, seeds: 2, measureAt: [1, 5], hasRun: (_, i) => i % 3 !== 0 && i < 18 })
    const cells = results.cells.map((cell): (typeof results.cells)[number] => {
      if (cell.contestant !== 'isolated') return cell
      const series = cell.result.series.map((one) => ({ ...one, mean: Number.NaN, q10: Number.NaN, q90: Number.NaN }))
      return { ...cell, result: { ...cell.result, series } }
    })
    const half = { ...results, cells }
    const drawn = figures(half).map((figure) => [figure, html`<figure>${figure.description}</figure>`] as const)
    const text = textOf(renderPage(half, new Map(drawn)))
    expect(text).toContain('This report is incomplete. Runs that are missing: 12 of 24.')
    expect(text).toContain('isolated no value')
    expect(text.match(/.{30}(?:NaN|undefined|Infinity).{30}/g)).toBe(null)
  })

  it('is about what there is: one contestant, one seed, one measurement', async () => {
    const small = await renderReport(syntheticResults({ contestants: ['gossip'], seeds: 1, measureAt: [5] }))
    const text = textOf(small)
    expect(text).toContain('Nothing else has been run to compare it with')
    expect(text).toContain('There is only one contestant to test.')
    expect(text).not.toMatch(/NaN|undefined/)
  })

  const small = { contestants: ['gossip', 'federated'], seeds: 2, measureAt: [5], peers: 4 }

  it('promises no repetition of what went over a network', async () => {
    const [simulated, networked] = await Promise.all(
      [false, true].map(async (one) => textOf(await renderReport(syntheticResults({ ...small, networked: one })))),
    )
    expect(simulated).toContain('give the same numbers, on any machine')
    expect(simulated).toContain('the same data, shards and network')
    expect(simulated).toContain('hash of all events')
    expect(networked).toContain('repeats in distribution only')
    expect(networked).toContain('the same data and shards, though not the same network')
    expect(networked).not.toMatch(/same numbers, on any machine|hash of all events|experiment file/)
    expect(networked).toContain('The settings name: synthetic')
  })

  it('says that a reduced form is one, at the top and where it says what is missing', async () => {
    const text = textOf(await renderReport(syntheticResults({ ...small, reduced: true })))
    expect(text).toMatch(/Reduced form: peers, seeds and lengths .*In short/)
    expect(text).toMatch(/What is missing .*The full form of the experiment: peers, seeds and lengths/)
    expect(textOf(page)).not.toContain('Reduced form')
  })

  it('refuses results without a run', async () => {
    await expect(renderReport(syntheticResults({ hasRun: () => false }))).rejects.toMatchObject({ code: 'NO_RESULTS' })
  })
})

describe('html', () => {
  it('escapes text, and leaves markup alone', () => {
    expect(html`<p title="${'"<'}">${html`<b>${'a&b'}</b>`}${['<', 1, undefined]}</p>`.text).toBe(
      '<p title="&quot;&lt;"><b>a&amp;b</b>&lt;1</p>',
    )
  })

  it('leaves out characters that no page may have', () => {
    expect(html`${'a\u0000\u0008b\n\tc'}`.text).toBe('ab\n\tc')
  })
})

it.each([
  [[1, 2, 3, 4, 5], '1–5'],
  [[9, 1, 2, 9, 4], '1–2, 4, 9'],
  [[7], '7'],
])('seeds %j are %s', (seeds, text) => {
  expect(seedsText(seeds)).toBe(text)
})
