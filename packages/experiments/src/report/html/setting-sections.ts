import type { Results } from '../../results/results.ts'
import { answers } from '../answers.ts'
import type { Figure } from '../figures/figure.ts'
import { inSetting, type Setting } from '../groups.ts'
import { type Html, html } from './html.ts'
import { budgetTable, finalTable, milestoneTable, testTable, trafficTable } from './result-tables.ts'

/** What links to a setting name; of those with runs, from 0. */
export function settingId(index: number): string {
  return `setting-${index + 1}-details`
}

/** All there is on each setting, folded away but for the first one. */
export function settingDetails(results: Results, drawn: ReadonlyMap<Figure, Html>): Html[] {
  return answers(results).map(({ setting, headline, values, sentences }, i) => {
    const own = inSetting(results, setting)
    const figures = [...drawn].filter(([figure]) => isOf(figure, setting)).map(([, body]) => body)
    // A link opens what is folded where its target is inside.
    return html`<details class="setting" ${i === 0 ? 'open' : undefined}>
      <summary><h3>${setting.label}</h3></summary>
      <div id="${settingId(i)}">
        <p><strong>${headline}</strong></p>
        <ul>
          ${[...values, ...sentences].map((sentence) => html`<li>${sentence}</li>`)}
        </ul>
        ${figures} ${[finalTable(own), milestoneTable(own), budgetTable(own), testTable(own), trafficTable(own)]}
      </div>
    </details>`
  })
}

function isOf({ setting }: Figure, { label }: Setting): boolean {
  return setting?.label === label
}
