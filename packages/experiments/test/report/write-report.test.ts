import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
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
    await expect(write).rejects.toMatchObject({ code: 'REPORT_NOT_WRITTEN', message: expect.stringContaining(html) })
    expect(readdirSync(html)).toEqual(['file'])
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([])
  })

  it('writes nothing where nothing has been run', async () => {
    const none = { html: join(folder, 'none.html'), figures: join(folder, 'none') }
    const write = writeReport(syntheticResults({ hasRun: () => false }), none)
    await expect(write).rejects.toMatchObject({ code: 'NO_RESULTS' })
    expect([existsSync(none.html), existsSync(none.figures)]).toEqual([false, false])
  })
})
