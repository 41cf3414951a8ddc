import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { ConfigurationError, EnvironmentError } from '@hearsay/core'
import { renderPng } from '../plot/index.ts'
import type { Results } from '../results/results.ts'
import { breathe, type DrawOptions } from './draw.ts'
import type { Figure } from './figures/figure.ts'
import { figures } from './figures/figures.ts'
import type { Html } from './html/html.ts'
import { figureHtml, renderPage } from './html/render-report.ts'

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
 * the new one. Folders are made where they are missing. All is drawn before anything is written, so that nothing has been
 * written where it is aborted.
 *
 * @throws {@link ConfigurationError} `NO_RESULTS` where nothing has been run, `REPORT_PATH` where a folder is in the
 *   place of the file or a file in that of the folder; {@link EnvironmentError} `REPORT_NOT_WRITTEN`; the signal's
 *   reason, where it is aborted.
 */
export async function writeReport(
  results: Results,
  files: ReportFiles,
  { signal, onProgress }: DrawOptions = {},
): Promise<WrittenReport> {
  await checkPaths(files)
  const all = figures(results)
  const drawn = new Map<Figure, Html>()
  const written = new Map<string, string | Uint8Array>()
  for (const [i, figure] of all.entries()) {
    onProgress?.({ figure: i + 1, figures: all.length })
    drawn.set(figure, await figureHtml(figure, signal))
    const path = join(files.figures, figure.id)
    await breathe(signal)
    written.set(`${path}.svg`, await figure.svg())
    await breathe(signal)
    written.set(`${path}.png`, await renderPng(await figure.svg({ theme: 'light' })))
  }
  const page = renderPage(results, drawn)
  await breathe(signal)
  await replace(files.html, page)
  for (const [file, content] of written) await replace(file, content)
  return { html: files.html, figures: [...written.keys()] }
}

/** Drawing takes long: what cannot be written is told before. */
async function checkPaths({ html, figures: folder }: ReportFiles): Promise<void> {
  if ((await stat(html).catch(() => undefined))?.isDirectory() === true) {
    throw new ConfigurationError(
      'REPORT_PATH',
      `${html} is a folder: name a file for the report, such as ${join(html, 'report.html')}`,
    )
  }
  if ((await stat(folder).catch(() => undefined))?.isDirectory() === false) {
    throw new ConfigurationError('REPORT_PATH', `${folder} is a file: name a folder for the figures`)
  }
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
