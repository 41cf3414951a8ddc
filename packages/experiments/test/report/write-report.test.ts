import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { figures, writeReport, type WrittenReport } from '../../src/report/index.ts'
import { syntheticResults } from './synthetic-results.ts'

const folder = mkdtempSync(join(tmpdir(), 'hearsay-report-'))
afterAll(() => rmSync(folder, { recursive: true }))

const results = syntheticResults({ contestants: ['gossip'], seeds: 2, measureAt: [1, 10], peers: 5 })

describe('writeReport', () => {
  const paths = { html: join(folder, 'deep', 'report.html'), figures: join(folder, 'deep', 'figures') }
  const filesOf = ({ html, figures: files }: WrittenReport): string[] =>
    [html, ...files].map((file) => createHash('sha256').update(readFileSync(file)).digest('hex'))

  it('writes the page, and each figure as SVG and PNG, the same each time', async () => {
    const written = await writeReport(results, paths)
    const ids = figures(results).map(({ id }) => id)
    expect(written).toEqual({
      html: paths.html,
      figures: ids.flatMap((id) => ['svg', 'png'].map((ending) => join(paths.figures, `${id}.${ending}`))),
    })
    expect(readFileSync(paths.html, 'utf8')).toMatch(/^<!doctype html>[^]*<\/html>\s*$/)
    for (const file of written.figures) {
      const content = readFileSync(file)
      if (file.endsWith('.svg')) expect(content.toString()).toContain('prefers-color-scheme')
      else expect(content.subarray(1, 4).toString()).toBe('PNG')
    }
    expect(readdirSync(join(folder, 'deep'))).toEqual(['figures', 'report.html'])
    expect(readdirSync(paths.figures)).toHaveLength(2 * ids.length)
    const first = filesOf(written)
    expect(filesOf(await writeReport(results, paths))).toEqual(first)
  })

  it('leaves what is there where it cannot write, and nothing half-written', async () => {
    const html = join(folder, 'taken')
    mkdirSync(html)
    writeFileSync(join(html, 'file'), 'kept')
    const write = writeReport(results, { html, figures: join(folder, 'taken-figures') })
    await expect(write).rejects.toMatchObject({
      code: 'REPORT_PATH',
      message: expect.stringContaining(`${html} is a folder`),
    })
    expect(readdirSync(html)).toEqual(['file'])
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([])
  })

  it('refuses a file in place of the folder for figures before it draws', async () => {
    const [html, file] = [join(folder, 'early.html'), join(folder, 'file')]
    writeFileSync(file, 'kept')
    const onProgress = vi.fn<() => void>()
    const write = writeReport(results, { html, figures: file }, { onProgress })
    await expect(write).rejects.toMatchObject({
      code: 'REPORT_PATH',
      message: `${file} is a file: name a folder for the figures`,
    })
    expect(onProgress).not.toHaveBeenCalled()
    expect([existsSync(html), readFileSync(file, 'utf8')]).toEqual([false, 'kept'])
  })

  it('ends where it is aborted, with nothing written', async () => {
    const stop = new AbortController()
    const reason = new Error('enough')
    const seen: number[] = []
    const aborted = { html: join(folder, 'aborted', 'report.html'), figures: join(folder, 'aborted', 'figures') }
    const write = writeReport(results, aborted, {
      signal: stop.signal,
      onProgress: ({ figure, figures: all }) => {
        seen.push(figure, all)
        stop.abort(reason)
      },
    })
    await expect(write).rejects.toBe(reason)
    expect(seen).toEqual([1, figures(results).length])
    expect(existsSync(join(folder, 'aborted'))).toBe(false)
  })

  it('writes nothing where nothing has been run', async () => {
    const none = { html: join(folder, 'none.html'), figures: join(folder, 'none') }
    const write = writeReport(syntheticResults({ hasRun: () => false }), none)
    await expect(write).rejects.toMatchObject({ code: 'NO_RESULTS' })
    expect([existsSync(none.html), existsSync(none.figures)]).toEqual([false, false])
  })
})
