/// <reference lib="dom" />
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { renderReport } from '@hearsay/experiments/report'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { syntheticResults } from '../packages/experiments/test/report/synthetic-results.ts'

// The report in a real browser: light and dark, on a screen and on a phone.

const known = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
]
const PATIENCE_MS = 300_000
/** A file of that name may be no browser: where one comes as a snap, a script stands there that says so. */
const runs = (file: string): boolean => spawnSync(file, ['--version'], { timeout: PATIENCE_MS }).status === 0
const executablePath = process.env['CHROMIUM_PATH'] ?? known.find(runs)
const why = executablePath === undefined ? ' (skipped: there is no chromium; CHROMIUM_PATH names one)' : ''

const folder = mkdtempSync(path.join(tmpdir(), 'hearsay-report-'))
const file = path.join(folder, 'report.html')
let browser: Browser

/** What the page asks for, and complains of. */
interface Noise {
  readonly requests: string[]
  readonly complaints: string[]
}

async function newPage(options: BrowserContextOptions): Promise<Page> {
  const page = await browser.newPage(options)
  page.setDefaultTimeout(PATIENCE_MS)
  return page
}

async function open(width: number, colorScheme: 'light' | 'dark'): Promise<{ page: Page } & Noise> {
  const page = await newPage({ viewport: { width, height: 900 }, colorScheme })
  const noise: Noise = { requests: [], complaints: [] }
  page.on('request', (request) => noise.requests.push(request.url()))
  page.on('console', (message) => noise.complaints.push(message.text()))
  page.on('pageerror', (error) => noise.complaints.push(String(error)))
  await page.goto(pathToFileURL(file).href)
  return { page, ...noise }
}

describe.skipIf(executablePath === undefined)(`the report in a browser${why}`, () => {
  beforeAll(async () => {
    const contestants = ['gossip', 'federated', 'isolated', 'centralised', 'tokens', 'partitioned tokens']
    const at = { contestant: 'gossip', where: { shards: 'iid' }, cycle: 1000 }
    const results = syntheticResults({
      ...{ contestants, axes: { shards: ['iid', 'one class per peer'] }, text: `name: long\n# ${'x'.repeat(400)}\n` },
      claims: [
        { that: 'A claim that holds', check: { kind: 'range', value: at, min: 0, max: 1 } },
        { that: 'A claim that does not', check: { kind: 'range', value: at, min: 2, max: 3 } },
        { that: 'A claim about nothing', check: { kind: 'range', value: { ...at, cycle: 7 }, min: 2, max: 3 } },
      ],
      references: [{ label: 'plateau of both', source: 'Hegedűs 2021, figure 3', value: 0.06 }],
      hasRun: (_, i) => i !== 4,
    })
    writeFileSync(file, await renderReport(results))
    const how = { executablePath: executablePath!, args: ['--no-sandbox'], timeout: PATIENCE_MS }
    browser = await chromium.launch(how)
  })
  afterAll(async () => await browser?.close())

  test.each([
    [1200, 'light'],
    [1200, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)('is readable at %i pixels, %s', async (width, colorScheme) => {
    const { page, requests, complaints } = await open(width, colorScheme)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    const drawn = await page.evaluate(measureFigures)
    expect(drawn.length).toBeGreaterThanOrEqual(8)
    const unreadable = drawn.filter(({ shown, left, right, textMin, texts }) => {
      return shown !== 1 || texts <= 8 || textMin < 11 || left < 0 || right > width
    })
    expect(unreadable).toEqual([])
    const faint = await page.evaluate(faintTexts)
    expect(faint).toEqual([])
    const picture = await page.locator('figure').first().screenshot()
    expect(await page.evaluate(countColours, picture.toString('base64'))).toBeGreaterThan(20)
    const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    expect(paper).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(13, 17, 23)')
    expect({ requests, complaints }).toEqual({ requests: [pathToFileURL(file).href], complaints: [] })
    await page.close()
  })

  test('prints in light colours, the experiment file included, within the page', async () => {
    const { page } = await open(794, 'dark')
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)')
    expect(await page.evaluate(faintTexts)).toEqual([])
    const outside = await page.evaluate(() =>
      [...document.querySelectorAll('figure svg, pre, p, h2')]
        .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
        .map((one) => one.outerHTML.slice(0, 80)),
    )
    expect(outside).toEqual([])
    const height = await page.evaluate(() => document.querySelector('details pre')!.getBoundingClientRect().height)
    expect(height).toBeGreaterThan(20)
    expect((await page.pdf({ format: 'A4' })).subarray(0, 4).toString()).toBe('%PDF')
    await page.close()
  })

  test('opens folded settings by their links, and prints them all', async () => {
    const axes = { shards: ['iid', 'one class per peer', 'by size'] }
    const results = syntheticResults({ contestants: ['gossip', 'fedavg'], axes, measureAt: [1, 10, 100], seeds: 2 })
    const many = path.join(folder, 'many.html')
    writeFileSync(many, await renderReport(results))
    const page = await newPage({ viewport: { width: 390, height: 900 } })
    await page.goto(pathToFileURL(many).href)
    const opened = async (): Promise<boolean[]> =>
      await page.locator('details.setting').evaluateAll((all) => all.map((one) => (one as HTMLDetailsElement).open))
    expect(await opened()).toEqual([true, false, false])
    await page.getByRole('navigation').getByRole('link', { name: 'by size' }).press('Enter')
    expect(await opened()).toEqual([true, false, true])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await page.emulateMedia({ media: 'print' })
    const heights = await page
      .locator('#figure-setting-2 svg')
      .evaluateAll((all) => all.map((svg) => svg.getBoundingClientRect().height))
    expect(Math.max(...heights)).toBeGreaterThan(100)
    await page.close()
  })

  test('keeps wide tables in boxes that the keyboard can scroll', async () => {
    const { page } = await open(390, 'light')
    const boxes = page.getByRole('region', { name: /^Final values:/ })
    expect(await boxes.count()).toBe(1)
    await boxes.focus()
    expect(await boxes.evaluate((box) => box.scrollWidth > box.clientWidth && box.matches(':focus'))).toBe(true)
    await page.close()
  })
})

afterAll(() => rmSync(folder, { recursive: true }))

// The rest runs in the page.

interface DrawnFigure {
  readonly name: string
  /** How many of its forms are visible. */
  readonly shown: number
  readonly left: number
  readonly right: number
  /** Pixels on the screen of its smallest text. */
  readonly textMin: number
  readonly texts: number
}

function measureFigures(): DrawnFigure[] {
  return [...document.querySelectorAll('figure')].map((figure) => {
    const visible = [...figure.querySelectorAll('svg')].filter((svg) => svg.getBoundingClientRect().width > 0)
    const [svg] = visible
    const box = svg.getBoundingClientRect()
    const scale = box.width / svg.viewBox.baseVal.width
    const texts = [...svg.querySelectorAll('text')].filter((text) => text.textContent!.trim() !== '')
    const sizes = texts.map((text) => Number.parseFloat(getComputedStyle(text).fontSize) * scale)
    const bounds = texts.map((text) => text.getBoundingClientRect())
    return {
      name: figure.id,
      shown: visible.length,
      left: Math.min(box.left, ...bounds.map(({ left }) => left)),
      right: Math.max(box.right, ...bounds.map(({ right }) => right)),
      textMin: Math.min(...sizes),
      texts: texts.length,
    }
  })
}

/** Texts that stand out too little from what is behind them. */
function faintTexts(): string[] {
  const parse = (colour: string): number[] => (/\(([^)]+)\)/.exec(colour)?.[1] ?? '').split(/[ ,/]+/).map(Number)
  const luminance = (rgb: readonly number[]): number => {
    const [r, g, b] = rgb
      .map((value) => value / 255)
      .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const behind = (start: Element): number[] => {
    for (let element: Element | null = start; element !== null; element = element.parentElement) {
      const [r, g, b, alpha = 1] = parse(getComputedStyle(element).backgroundColor)
      if (alpha > 0 && r !== undefined) return [r, g, b]
    }
    return [255, 255, 255]
  }
  return [...document.querySelectorAll('body *')]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent!.trim() !== ''))
    .filter((element) => element.getBoundingClientRect().width > 0)
    .flatMap((element) => {
      const style = getComputedStyle(element)
      const isDrawn = element.closest('svg') !== null
      const paper = isDrawn ? element.closest('svg')!.querySelector('rect') : null
      const back = paper === null ? behind(element) : parse(getComputedStyle(paper).fill)
      const [high, low] = [parse(isDrawn ? style.fill : style.color).slice(0, 3), back]
        .map(luminance)
        .sort((a, b) => b - a)
      const contrast = (high + 0.05) / (low + 0.05)
      return contrast >= 4.5 ? [] : [`${element.textContent!.trim().slice(0, 40)}: ${contrast.toFixed(2)}`]
    })
}

async function countColours(png: string): Promise<number> {
  const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0))
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  const context = canvas.getContext('2d')!
  context.drawImage(bitmap, 0, 0)
  return new Set(new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)).size
}
