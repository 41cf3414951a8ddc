import type { ReferencePoint } from '../../experiment/reference-point.ts'
import type { Results } from '../../results/results.ts'
import { formatValue } from '../format.ts'
import { verdicts, type Verdict } from '../verdicts.ts'
import { type Html, html } from './html.ts'
import { table } from './table.ts'

const OUTCOMES: Readonly<Record<Verdict['outcome'], string>> = {
  holds: '✓ holds',
  fails: '✗ does not hold',
  undecided: '? cannot be judged',
}

const LESS_NOTE =
  'A claim that one value is lower than another asks for 95\u00a0% intervals of the two that do not overlap; who is “ahead” above is ' +
  'told by differences seed by seed.'

/** What the experiment was expected to show, and whether it does. */
export function claimSection(results: Results): Html {
  const all = verdicts(results)
  if (all.length === 0) return html`<p>The experiment makes no claims.</p>`
  const items = all.map(({ claim, outcome, because }) => {
    const source = claim.source === undefined ? undefined : html` <span class="note">Claimed by ${claim.source}.</span>`
    return html`<li>
      <span class="verdict ${outcome}">${OUTCOMES[outcome]}</span> <strong>${claim.that}</strong>
      <p>${because}.${source}</p>
    </li> `
  })
  const compares = all.some(({ claim }) => claim.check.kind === 'less')
  return html`${compares ? html`<p class="note">${LESS_NOTE}</p>` : undefined}
    <ul class="claims">
      ${items}
    </ul>`
}

/** What the results are held beside, as it stands in the experiment file. */
export function referenceSection(references: readonly ReferencePoint[]): Html {
  if (references.length === 0) return html`<p>The experiment names no reference values.</p>`
  return table<ReferencePoint>(
    'Reference values, as the experiment file gives them',
    [
      { title: 'what', align: 'left', cell: ({ label }) => label },
      { title: 'value', cell: ({ value }) => formatValue(value) },
      { title: 'at cycle', cell: ({ cycle }) => (cycle === undefined ? 'all' : String(cycle)) },
      { title: 'where', align: 'left', cell: placeOf },
      { title: 'source', align: 'left', cell: ({ source }) => source },
    ],
    references,
  )
}

function placeOf({ contestant, where = {} }: ReferencePoint): string {
  const levels = Object.entries(where).map(([axis, level]) => `${axis}: ${level}`)
  return [...(contestant === undefined ? [] : [contestant]), ...levels].join(', ') || 'everywhere'
}
