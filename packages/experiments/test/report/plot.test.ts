import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { darkRules, PLOT_COLOURS, renderPng, renderSvg, type TopLevelSpec } from '../../src/plot/index.ts'
import { textWidth } from '../../src/plot/text-width.ts'

const PLOT: TopLevelSpec = {
  ...{ width: 200, height: 60, data: { values: [{ x: 1, name: 'a fairly long name' }] } },
  mark: { type: 'bar', color: '#0072b2' },
  encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'name', type: 'nominal', title: null } },
}

describe('renderSvg', () => {
  it('follows the reader’s system, or is light, or dark', async () => {
    const [auto, light, dark] = [
      await renderSvg(PLOT),
      await renderSvg(PLOT, { theme: 'light' }),
      await renderSvg(PLOT, { theme: 'dark' }),
    ]
    expect(auto).toContain('prefers-color-scheme: dark')
    expect(light).not.toContain('<style')
    expect(light).toContain('fill="#ffffff"')
    expect(dark).not.toContain('<style')
    expect(dark).not.toContain('fill="#ffffff"')
    expect(auto.replace(/<style>[^]*<\/style>/, '')).toBe(light)
  })

  it('describes itself, and keeps out of the way of others in a page', async () => {
    const clipped: TopLevelSpec = { ...PLOT, mark: { type: 'bar', clip: true } }
    const svg = await renderSvg(clipped, { description: 'A "bar" & more', prefix: 'one-' })
    expect(svg).toContain('role="img" aria-label="A &#34;bar&#34; &#38; more"')
    const ids = [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(ids.length).toBeGreaterThan(0)
    for (const id of ids) expect(id).toMatch(/^one-/)
    for (const [, id] of svg.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id)
  })

  it('does not cut labels that have room', async () => {
    expect(await renderSvg({ ...PLOT, config: { axisY: { labelLimit: 115 } } })).toContain('a fairly long name')
    expect(await renderSvg({ ...PLOT, config: { axisY: { labelLimit: 60 } } })).toMatch(/a fairly[^<]*…/)
  })
})

describe('textWidth', () => {
  it('is about that of Arial', () => {
    // 12 px in Arial: 98.07 px by its table of widths.
    expect(textWidth('error on held-out', 12) / 90.7).toBeGreaterThan(1)
    expect(textWidth('error on held-out', 12) / 90.7).toBeLessThan(1.2)
    expect(textWidth('MM', 10)).toBeGreaterThan(3 * textWidth('ii', 10))
    expect(textWidth('x', 10, true)).toBeGreaterThan(textWidth('x', 10))
    expect(textWidth('学习', 10)).toBeGreaterThan(20)
  })
})

describe('colours', () => {
  it('are eight, and stand out on light and on dark paper', () => {
    expect(new Set(PLOT_COLOURS).size).toBe(8)
    const dark = new Map([...darkRules().matchAll(/\[fill="(#\w+)"\] \{ fill: (#\w+) \}/g)].map(([, a, b]) => [a, b]))
    for (const colour of PLOT_COLOURS) {
      expect(contrast(colour, '#ffffff')).toBeGreaterThan(2)
      expect(contrast(dark.get(colour) ?? colour, dark.get('#ffffff')!)).toBeGreaterThan(3)
    }
    for (const text of ['#1f2328', '#59636e']) {
      expect(contrast(text, '#ffffff')).toBeGreaterThan(4.5)
      expect(contrast(dark.get(text)!, dark.get('#ffffff')!)).toBeGreaterThan(4.5)
    }
  })

  function contrast(a: string, b: string): number {
    const [high, low] = [luminance(a), luminance(b)].toSorted((one, other) => other - one)
    return (high + 0.05) / (low + 0.05)
  }

  function luminance(colour: string): number {
    const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    const [r, g, b] = channels.map((one) => (one <= 0.040_45 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
})

describe('renderPng', () => {
  it('draws text with a font of its own', async () => {
    const text = (label: string): string =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20"><text x="2" y="15" font-family="system-ui, sans-serif">${label}</text></svg>`
    const [empty, word, other] = [
      await renderPng(text('')),
      await renderPng(text('Hegedűs')),
      await renderPng(text('Δη ≈ 0')),
    ]
    expect(inked(empty)).toBe(0)
    expect(inked(word)).toBeGreaterThan(500)
    expect(inked(other)).toBeGreaterThan(200)
  })

  it('has as many pixels as asked for', async () => {
    const svg = await renderSvg(PLOT, { theme: 'light' })
    const width = (png: Uint8Array): number => new DataView(png.buffer, png.byteOffset).getUint32(16)
    const [one, two] = [await renderPng(svg, { zoom: 1 }), await renderPng(svg)]
    expect(Math.abs(width(two) - 2 * width(one))).toBeLessThanOrEqual(1)
  })

  /** Bytes of the picture that are not 0: pixels that something is drawn on. Only the pixels' filters are added. */
  function inked(png: Uint8Array): number {
    const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
    const parts: Uint8Array[] = []
    for (let at = 8; at < png.length;) {
      const length = view.getUint32(at)
      const name = String.fromCodePoint(...png.subarray(at + 4, at + 8))
      if (name === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length))
      at += length + 12
    }
    const rows = inflateSync(Buffer.concat(parts))
    const stride = rows.length / 40
    return rows.filter((byte, i) => byte !== 0 && i % stride !== 0).length
  }
})
