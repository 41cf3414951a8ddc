import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { EnvironmentError } from '@hearsay/core'
import { renderPng } from '../plot/index.ts'
import type { Results } from '../results/results.ts'
import { figures } from './figures/figures.ts'
import { renderReport } from './html/render-report.ts'

export interface ReportFiles {
  /** The HTML file. */
  readonly html: string
  /** The folder for the figures. */
  readonly figures: string
}

export interface WrittenReport {
  readonly html: string
  /** An SVG and a PNG file for each figure. */
  readonly figures: readonly string[]
}

/**
 * Writes the report and its figures. What is there is replaced, file by file, each at once: a reader finds the old one or
 * the new one. Folders are made where they are missing.
 *
 * @throws {@link ConfigurationError} `NO_RESULTS` where nothing has been run; {@link EnvironmentError}
 *   `REPORT_NOT_WRITTEN`.
 */
export async function writeReport(results: Results, files: ReportFiles): Promise<WrittenReport> {
  await replace(files.html, await renderReport(results))
  const written: string[] = []
  for (const figure of figures(results)) {
    const path = join(files.figures, figure.id)
    await replace(`${path}.svg`, await figure.svg())
    await replace(`${path}.png`, await renderPng(await figure.svg({ theme: 'light' })))
    written.push(`${path}.svg`, `${path}.png`)
  }
  return { html: files.html, figures: written }
}

async function replace(file: string, content: string | Uint8Array): Promise<void> {
  const target = resolve(file)
  const staging = join(dirname(target), `.${basename(target)}.${process.pid}.partial`)
  try {
    await mkdir(dirname(target), { recursive: true })
    await writeFile(staging, content)
    await rename(staging, target)
  } catch (error) {
    await rm(staging, { force: true }).catch(() => {})
    throw new EnvironmentError('REPORT_NOT_WRITTEN', `${file} cannot be written: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
