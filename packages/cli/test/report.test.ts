import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTrial } from '@hearsay/experiments'
import { readExperiment } from '@hearsay/experiments/file'
import { inlineExecutor, planExperiment, runExperiment } from '@hearsay/experiments/run'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Interruption } from '../src/interruption.ts'
import { hearsay, jsonLines, RecordingStream } from './harness.ts'

const GRID = `name: tiny
title: A tiny grid
seeds: 2
setting:
  data: spambase
  peers: 10
  cycle: 1 s
  duration: 3 cycles
  measure: {at: [1, 3], peers: 1}
  learner: {model: logistic, lambda: 0.01}
contestants:
  gossip: {method: gossip}
  alone: {method: isolated}
claims:
  - that: Everybody learns something.
    source: common sense
    range: {contestant: gossip, cycle: 3}
    min: 0
    max: 0.9
`

const folder = mkdtempSync(join(tmpdir(), 'hearsay-report-'))
const [whole, part] = [join(folder, 'whole'), join(folder, 'part')]
afterAll(() => rmSync(folder, { recursive: true }))

beforeAll(async () => {
  const file = join(folder, 'tiny.yaml')
  writeFileSync(file, GRID)
  const plan = await planExperiment(await readExperiment(file))
  for (const [out, cells] of [
    [whole, 4],
    [part, 1],
  ] as const) {
    const stop = new AbortController()
    let stored = 0
    const options = {
      folder: out,
      executor: inlineExecutor(runTrial),
      command: `hearsay run ${file}`,
      signal: stop.signal,
    }
    for await (const event of runExperiment(plan, options)) {
      if (event.type === 'stored' && ++stored === cells) stop.abort()
    }
  }
})

describe('hearsay report', () => {
  it('writes the report and its figures into the folder, and says in short what they show', async () => {
    const { code, stdout } = await hearsay(['report', whole])
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^A tiny grid\n {2}Over time, .*\n {2}Equal [^]* {2}(?:gossip|alone) ends with the lowest error, 0\.\d{4} \(95/,
    )
    expect(stdout).toContain('Everybody learns something: holds')
    expect(stdout).toContain(`report   ${join(whole, 'report.html')}\nfigures  ${join(whole, 'figures')} (`)
    expect(readFileSync(join(whole, 'report.html'), 'utf8')).toContain('<h1>A tiny grid</h1>')
    const figures = readdirSync(join(whole, 'figures'))
    expect(figures).toContain('error-over-bytes.svg')
    expect(figures).toContain('error-over-bytes.png')
  })

  it('tells JSON lines, and writes where it is told to', async () => {
    const [html, figures] = [join(folder, 'elsewhere', 'page.html'), join(folder, 'elsewhere', 'pictures')]
    const { code, stdout } = await hearsay(['report', whole, '--json', '--out', html, '--figures', figures])
    expect(code).toBe(0)
    const lines = jsonLines(stdout)
    expect(new Set(lines.map(({ type }) => type))).toEqual(
      new Set(['final', 'lead', 'equal', 'test', 'verdict', 'summary']),
    )
    expect(lines[0]).toMatchObject({
      type: 'final',
      contestant: 'gossip',
      levels: {},
      seeds: [1, 2],
      value: { count: 2 },
    })
    expect(lines.find(({ type }) => type === 'test')).toMatchObject({
      ...{ contestants: ['gossip', 'alone'], seeds: [1, 2], tests: { t: { p: expect.any(Number) } } },
    })
    expect(lines.find(({ type }) => type === 'verdict')).toMatchObject({
      ...{ that: 'Everybody learns something.', source: 'common sense', outcome: 'holds' },
    })
    const summary = lines.at(-1)!
    expect(summary).toMatchObject({ type: 'summary', experiment: 'tiny', run: 4, cells: 4, html })
    for (const file of [html, ...(summary['figures'] as string[])]) expect(existsSync(file)).toBe(true)
  })

  it('reports a part of a grid, and says that it is one', async () => {
    const { code, stdout } = await hearsay(['report', part])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^A tiny grid\nincomplete: [1-3] of 4 runs are missing\n/)
    expect(readFileSync(join(part, 'report.html'), 'utf8')).toContain('This report is incomplete')
  })

  it.each([
    ['a folder without results', () => folder, 2, /there are no results in .*manifest\.json/],
    ['no folder', () => join(folder, 'none'), 2, /there are no results in .*none/],
  ])('refuses %s', async (_, path, code, message) => {
    const outcome = await hearsay(['report', path()])
    expect(outcome).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(message) })
  })

  it('ends by Ctrl-C while it draws, with nothing written', async () => {
    const stop = new AbortController()
    const stderr = new RecordingStream(true)
    const write = stderr._write.bind(stderr)
    stderr._write = (chunk, encoding, done) => {
      stop.abort(new Interruption('interrupted by SIGINT', 130))
      write(chunk, encoding, done)
    }
    const html = join(folder, 'interrupted', 'page.html')
    const argv = ['report', whole, '--out', html, '--figures', join(folder, 'interrupted')]
    const { code, stdout } = await hearsay(argv, { signal: stop.signal, stderr })
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
    expect(stderr.text).toMatch(/^figure 1 of \d+; Ctrl-C ends it\n/)
    expect(stderr.text).toMatch(/Interrupted: no report has been written\n$/)
    expect(existsSync(join(folder, 'interrupted'))).toBe(false)
  })

  it.each([
    ['--out', () => folder, / is a folder: name a file for the report, such as /],
    ['--figures', () => join(folder, 'tiny.yaml'), /tiny\.yaml is a file: name a folder/],
  ])('says what %s must be', async (flag, path, message) => {
    const outcome = await hearsay(['report', whole, flag, path()])
    expect(outcome).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) })
  })

  it('says where it cannot write', async () => {
    const { code, stderr } = await hearsay(['report', whole, '--out', join(folder, 'tiny.yaml', 'report.html')])
    expect(code).toBe(3)
    expect(stderr).toMatch(/tiny\.yaml\/report\.html cannot be written/)
  })
})
