import type { Results } from '../../results/results.ts'
import { breathe, type DrawOptions } from '../draw.ts'
import { type Figure } from '../figures/figure.ts'
import { figures } from '../figures/figures.ts'
import { answerSection } from './answer-section.ts'
import { Html, html } from './html.ts'
import { REDUCED_NOTE, seedsText } from './repeat-section.ts'
import { type Section, sectionsOf } from './sections.ts'
import { STYLE } from './style.ts'

/**
 * The report as one HTML page that needs neither scripts nor a network: light or dark as the reader's system is, for
 * screens, phones and paper.
 *
 * @throws {@link ConfigurationError} `NO_RESULTS` where nothing has been run; the signal's reason, where it is aborted.
 */
export async function renderReport(results: Results, { signal, onProgress }: DrawOptions = {}): Promise<string> {
  const drawn = new Map<Figure, Html>()
  const all = figures(results)
  for (const [i, figure] of all.entries()) {
    onProgress?.({ figure: i + 1, figures: all.length })
    drawn.set(figure, await figureHtml(figure, signal))
  }
  return renderPage(results, drawn)
}

/** The page around figures that have been drawn by {@link figureHtml}. */
export function renderPage(results: Results, drawn: ReadonlyMap<Figure, Html>): string {
  const sections = sectionsOf(results, drawn)
  const { title } = results.manifest.experiment
  return `<!doctype html>
${
  html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="generator" content="hearsay ${results.manifest.code.version}" />
      <meta
        http-equiv="Content-Security-Policy"
        content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
      />
      <link rel="icon" href="data:," />
      <title>${title}</title>
      <style>
        ${new Html(STYLE)}
      </style>
    </head>
    <body>
      ${headerOf(results, sections)}
      <main>
        ${answerSection(results, drawn)}
        ${sections.map(
          ({ id, title: heading, body }) =>
            html`<section id="${id}" aria-labelledby="${id}-title">
              <h2 id="${id}-title">${heading}</h2>
              ${body}
            </section> `,
        )}
      </main>
      <footer>
        Made by hearsay ${results.manifest.code.version}. This file is complete: it loads nothing and runs no scripts.
      </footer>
    </body>
  </html>`.text
}
`
}

function headerOf({ manifest, cells }: Results, sections: readonly Section[]): Html {
  const { experiment } = manifest
  const facts = [
    `${experiment.contestants.length} contestants`,
    `seeds ${seedsText(manifest.cells.map(({ seed }) => seed))}`,
    `${cells.length} of ${manifest.cells.length} runs`,
    ...(experiment.reduced ? ['reduced form'] : []),
  ]
  return html`<header>
    <p class="kind">Experiment ${experiment.name}</p>
    <h1>${experiment.title}</h1>
    ${experiment.reduced ? html`<p class="warning"><strong>Reduced form:</strong> ${REDUCED_NOTE}</p>` : undefined}
    ${experiment.description === undefined ? undefined : html`<p>${experiment.description}</p>`}
    ${experiment.source === undefined ? undefined : html`<p>Reproduces: ${experiment.source}</p>`}
    <ul class="facts">
      ${facts.map((fact) => html`<li>${fact}</li>`)}
    </ul>
    <nav aria-label="Parts of the report">
      <ul>
        ${sections.map(({ id, title, inside }) => html`<li><a href="#${id}">${title}</a>${inside}</li>`)}
      </ul>
    </nav>
  </header>`
}

/** A figure for screens and for phones. Throws the signal's reason, where it is aborted. */
export async function figureHtml(figure: Figure, signal?: AbortSignal): Promise<Html> {
  const { id, title, caption } = figure
  const draw = async (width: 'wide' | 'narrow') => {
    await breathe(signal)
    return new Html(await figure.svg({ width, theme: 'light', titled: false, prefix: `${id}-${width}-` }))
  }
  return html`<figure id="figure-${id}">
    <h3>${title}</h3>
    <div class="plot wide">${await draw('wide')}</div>
    <div class="plot narrow">${await draw('narrow')}</div>
    <figcaption>${caption}</figcaption>
  </figure> `
}
