import type { Results } from '../../results/results.ts'
import { answers } from '../answers.ts'
import { coverageText } from '../coverage.ts'
import { SETTINGS_IN_FULL } from '../figures/curve-figure.ts'
import type { Figure } from '../figures/figure.ts'
import { missingCells } from '../missing.ts'
import { isOverNetwork } from '../network.ts'
import { claimSection, referenceSection } from './claim-section.ts'
import { type Html, html } from './html.ts'
import { missingSection, repeatSection } from './repeat-section.ts'
import { budgetTable, finalTable, milestoneTable, testTable, trafficTable } from './result-tables.ts'
import { settingDetails, settingId } from './setting-sections.ts'

/** A part of the page, with what the list of parts calls it. */
export interface Section {
  readonly id: string
  readonly title: string
  readonly body: Html
  /** The list of its own parts. */
  readonly inside?: Html | undefined
}

type Drawn = ReadonlyMap<Figure, Html>

/** The parts below the answer. Few settings stand beside each other; of many, each has its own part. */
export function sectionsOf(results: Results, drawn: Drawn): Section[] {
  const { length } = answers(results)
  return [
    ...(length <= SETTINGS_IN_FULL ? fewSettings(results, drawn) : manySettings(results, drawn)),
    { id: 'references', title: 'Reference values', body: referenceSection(results.manifest.experiment.references) },
    { id: 'repeat', title: 'How to repeat it', body: repeatSection(results) },
    { id: 'missing', title: 'What is missing', body: missingSection(results, missingCells(results)) },
  ]
}

function fewSettings(results: Results, drawn: Drawn): Section[] {
  return [
    {
      ...axesTexts(results),
      id: 'figures',
      body: html`<p>${axesTexts(results).note}</p>
        ${named(drawn, /-over-/)}`,
    },
    {
      id: 'final',
      title: 'Final values',
      body: html`${named(drawn, /^final-/)}${finalTable(results)}${milestoneTable(results)}${budgetTable(results)}`,
    },
    {
      id: 'tests',
      title: 'Paired tests',
      body: html`<p>${testsNote(isOverNetwork(results))}</p>
        ${testTable(results) ?? NO_PAIRS}`,
    },
    claims(results),
    {
      id: 'traffic',
      title: 'Traffic',
      body: html`<p>${TRAFFIC_NOTE}</p>
        ${named(drawn, /^traffic$/)}${trafficTable(results)}`,
    },
    {
      id: 'spread',
      title: 'Spread over peers',
      body: html`<p>${SPREAD_NOTE}</p>
        ${named(drawn, /^spread/)}`,
    },
  ]
}

function manySettings(results: Results, drawn: Drawn): Section[] {
  const { title, note } = axesTexts(results)
  const more: [string, RegExp][] = [
    ['Over cycles, and over rows trained on', /-over-(?:cycles|steps)/],
    ['Traffic of single peers', /^traffic$/],
  ]
  const folded = more.map(([summary, pattern]) => ({ summary, body: named(drawn, pattern) }))
  return [
    {
      id: 'figures',
      title: 'All settings beside each other',
      body: html`<p>${note}</p>
        ${named(drawn, /-over-time/)}${named(drawn, /-over-bytes/)}${named(drawn, /^final-/)}
        ${folded
          .filter(({ body }) => body.length > 0)
          .map(
            ({ summary, body }) =>
              html`<details>
                <summary>${summary}</summary>
                ${body}
              </details> `,
          )}`,
    },
    claims(results),
    {
      id: 'settings',
      title: 'Setting by setting',
      inside: html`<ul>
        ${answers(results).map(({ setting }, i) => html`<li><a href="#${settingId(i)}">${setting.label}</a></li> `)}
      </ul>`,
      body: html`<p>${title}, final values, values at equal cost, paired tests, traffic and the spread over peers.</p>
        <p>${testsNote(isOverNetwork(results))} ${TRAFFIC_NOTE} ${SPREAD_NOTE}</p>
        ${settingDetails(results, drawn)}`,
    },
  ]
}

function claims(results: Results): Section {
  return { id: 'claims', title: 'Claims', body: claimSection(results) }
}

function named(drawn: Drawn, pattern: RegExp): Html[] {
  return [...drawn].filter(([{ id }]) => pattern.test(id)).map(([, body]) => body)
}

const AXES_NOTE = `Equal bytes, equal time and equal steps are different questions: bytes are what the network carries, time is what
users wait, steps are what devices compute. A contestant can be ahead on one and behind on another, so none stands alone.`
/** Where nothing learns. */
const NO_STEPS_NOTE = `Equal bytes and equal time are different questions: bytes are what the network carries, time is what users wait.`

function axesTexts(results: Results): { title: string; note: string } {
  const learns = results.cells.some(({ result }) => result.series.some(({ steps }) => steps > 0))
  const [title, note] = learns ? ['Four axes', AXES_NOTE] : ['Three axes', NO_STEPS_NOTE]
  const coverage = coverageText(results)
  return { title, note: coverage === undefined ? note : `${note} ${coverage}` }
}

const NO_PAIRS = html`<p>There is only one contestant to test.</p>`
const TRAFFIC_NOTE =
  'A server carries what all its clients exchange; where there is none, peers share the load. All messages count, both ' +
  'ways: models, and whatever else contestants send.'
const SPREAD_NOTE = 'A mean hides the peers that are left behind: figures of the spread show them.'

function testsNote(networked: boolean): string {
  return (
    `A seed gives all contestants the same data${networked ? ' and shards, though not the same network' : ', shards and network'}, ` +
    'so they are compared seed by seed: by Student’s t-test, which takes differences to be normal, and by Wilcoxon’s signed-rank test, which does not, but cannot fall ' +
    'below p = 0.0625 with five seeds. Holm’s correction is over the pairs of one setting.'
  )
}
