import type { Results } from '../../results/results.ts'
import { acrossSettings, answers } from '../answers.ts'
import { SETTINGS_IN_FULL } from '../figures/curve-figure.ts'
import type { Figure } from '../figures/figure.ts'
import { leadCourses } from '../leads.ts'
import { missingCells } from '../missing.ts'
import { verdicts } from '../verdicts.ts'
import { type Html, html } from './html.ts'
import { settingId } from './setting-sections.ts'

/** Who is ahead when, in every setting: what a reader has come for. */
export function answerSection(results: Results, drawn: ReadonlyMap<Figure, Html>): Html {
  const all = answers(results)
  const inFull = all.length <= SETTINGS_IN_FULL
  const parts = all.map(({ setting, headline, values, sentences }, i) => {
    const title = inFull ? html`${setting.label}` : html`<a href="#${settingId(i)}">${setting.label}</a>`
    return html`<div>
      ${setting.label === '' ? undefined : html`<h3>${title}</h3>`}
      <p><strong>${headline}</strong></p>
      <ul>
        ${[...values, ...(inFull ? sentences : [])].map((sentence) => html`<li>${sentence}</li>`)}
      </ul>
    </div>`
  })
  return html`<section class="answer" aria-labelledby="answer-title">
    <h2 id="answer-title">In short</h2>
    ${missingWarning(results)}
    ${acrossSettings(results).map((sentence) => html`<p>${sentence}</p> `)}${claimsLine(results)}
    ${[...drawn].filter(([{ id }]) => id === 'leads').map(([, body]) => body)}
    <div class="parts">${parts}</div>
    ${readingNote(results)}
  </section>`
}

function missingWarning(results: Results): Html | undefined {
  const missing = missingCells(results).length
  if (missing === 0) return undefined
  return html`<p class="warning">
    This report is incomplete. Runs that are missing: ${missing} of ${results.manifest.cells.length}.
  </p>`
}

function claimsLine(results: Results): Html | undefined {
  const all = verdicts(results)
  if (all.length === 0) return undefined
  const holding = all.filter(({ outcome }) => outcome === 'holds').length
  return html`<p>Of ${all.length} <a href="#claims">claims</a>, ${holding} hold.</p>`
}

/** How the sentences are to be taken. */
function readingNote(results: Results): Html | undefined {
  const courses = leadCourses(results)
  if (courses.length === 0) return undefined
  const hasFamilies = courses.some(({ sides }) => sides.includes('federated learning'))
  const sides = hasFamilies
    ? ' Of each side, that contestant counts which is lowest at the point, so that a side of more contestants has more chances.'
    : ''
  return html`<p class="note">${courses.some(({ hasIntervals }) => hasIntervals) ? AHEAD : AHEAD_ONCE}${sides}</p>`
}

const AHEAD =
  '“Ahead” means lower seed by seed: the 95\u00a0% interval (±) of the mean difference lies above 0, otherwise “no difference is ' +
  'shown”. As a seed gives all contestants the same rows, two means can be told apart whose own intervals overlap. ' +
  'Where many points are compared, a short lead may be chance.'
const AHEAD_ONCE =
  'With one seed there are no intervals: “ahead” only means that the mean over peers is lower, which may be chance.'
