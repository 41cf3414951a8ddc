import type { Results } from '../../results/results.ts'
import { answers } from '../answers.ts'
import { breathe, type DrawOptions } from '../draw.ts'
import { type Figure } from '../figures/figure.ts'
import { figures } from '../figures/figures.ts'
import { missingCells } from '../missing.ts'
import { isOverNetwork } from '../network.ts'
import { claimSection, referenceSection } from './claim-section.ts'
import { Html, html } from './html.ts'
import { missingSection, REDUCED_NOTE, repeatSection, seedsText } from './repeat-section.ts'
import { budgetTable, finalTable, milestoneTable, testTable, trafficTable } from './result-tables.ts'
import { STYLE } from './style.ts'

/** A part of the page, with what the list of parts calls it. */
interface Section {
  readonly id: string
  readonly title: string
  readonly body: Html
}

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
        ${answerOf(results)}
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
        ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
      </ul>
    </nav>
  </header>`
}

/** Of so many settings, all sentences stand at the top. */
const SETTINGS_IN_FULL = 4

function answerOf(results: Results): Html {
  const missing = missingCells(results).length
  const all = answers(results)
  const parts = all.map(({ setting, sentences }) => {
    const heading = setting.label === '' ? undefined : html`<h3>${setting.label}</h3>`
    // The tables below say the rest.
    const shown = all.length > SETTINGS_IN_FULL ? sentences.slice(0, 1) : sentences
    return html`<div>
      ${heading}
      <ul>
        ${shown.map((sentence) => html`<li>${sentence}</li>`)}
      </ul>
    </div>`
  })
  const warning =
    missing === 0
      ? undefined
      : html`<p class="warning">
          This report is incomplete. Runs that are missing: ${missing} of ${results.manifest.cells.length}.
        </p>`
  return html`<section class="answer" aria-labelledby="answer-title">
    <h2 id="answer-title">In short</h2>
    ${warning}
    <div class="parts">${parts}</div>
  </section>`
}

const AXES_NOTE = `Equal bytes, equal time and equal steps are different questions: bytes are what the network carries, time is what
users wait, steps are what devices compute. A contestant can be ahead on one and behind on another, so none stands alone.`
/** Where nothing learns. */
const NO_STEPS_NOTE = `Equal bytes and equal time are different questions: bytes are what the network carries, time is what users wait.`

function sectionsOf(results: Results, drawn: ReadonlyMap<Figure, Html>): Section[] {
  const named = (pattern: RegExp): Html[] => [...drawn].filter(([{ id }]) => pattern.test(id)).map(([, body]) => body)
  const { references } = results.manifest.experiment
  const learns = results.cells.some(({ result }) => result.series.some(({ steps }) => steps > 0))
  return [
    {
      id: 'figures',
      title: learns ? 'Four axes' : 'Three axes',
      body: html`<p>${learns ? AXES_NOTE : NO_STEPS_NOTE}</p>
        ${named(/-over-/)}`,
    },
    {
      id: 'final',
      title: 'Final values',
      body: html`${named(/^final-/)}${finalTable(results)}${milestoneTable(results)}${budgetTable(results)}`,
    },
    {
      id: 'tests',
      title: 'Paired tests',
      body: html`<p>${testsNote(isOverNetwork(results))}</p>
        ${testTable(results) ?? NO_PAIRS}`,
    },
    { id: 'claims', title: 'Claims', body: claimSection(results) },
    {
      id: 'traffic',
      title: 'Traffic',
      body: html`<p>${TRAFFIC_NOTE}</p>
        ${named(/^traffic$/)}${trafficTable(results)}`,
    },
    {
      id: 'spread',
      title: 'Spread over peers',
      body: html`<p>${SPREAD_NOTE}</p>
        ${named(/^spread/)}`,
    },
    { id: 'references', title: 'Reference values', body: referenceSection(references) },
    { id: 'repeat', title: 'How to repeat it', body: repeatSection(results) },
    { id: 'missing', title: 'What is missing', body: missingSection(results, missingCells(results)) },
  ]
}

const NO_PAIRS = html`<p>There is only one contestant to test.</p>`
const TRAFFIC_NOTE =
  'A server carries what all its clients exchange; where there is none, peers share the load. All messages count, both ' +
  'ways: models, and whatever else contestants send.'
const SPREAD_NOTE = 'A mean hides the peers that are left behind: these figures show all of them.'

function testsNote(networked: boolean): string {
  return (
    `A seed gives all contestants the same data${networked ? ' and shards, though not the same network' : ', shards and network'}, ` +
    'so they are compared seed by seed: by Student’s t-test, which takes differences to be normal, and by Wilcoxon’s signed-rank test, which does not, but cannot fall ' +
    'below p = 0.0625 with five seeds. Holm’s correction is over the pairs of one setting.'
  )
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
