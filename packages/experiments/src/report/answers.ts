import type { Results } from '../results/results.ts'
import { type EqualBudget, equalBudgets } from './budgets.ts'
import type { CurveAxis } from './curves.ts'
import { type Final, finals } from './finals.ts'
import { formatBytes, formatCount, formatP, formatSi, formatTime, formatValue } from './format.ts'
import { bySetting, metricOf, type Setting } from './groups.ts'
import { type PairedTest, pairedTests } from './paired-tests.ts'
import { type Interval, overlap } from './statistics/interval.ts'

/** What the results say about one setting, in sentences. */
export interface Answer {
  readonly setting: Setting
  readonly sentences: readonly string[]
}

/** Who ends lowest, how surely, and who is lowest at equal cost. It says no more than intervals and tests do. */
export function answers(results: Results): Answer[] {
  const { name } = metricOf(results)
  const tests = pairedTests(results)
  const budgets = equalBudgets(results)
  return bySetting(finals(results)).map((own) => {
    const { setting } = own[0]
    const inside = <Item extends { readonly setting: Setting }>({ setting: { label } }: Item): boolean =>
      label === setting.label
    return { setting, sentences: [...atEnd(own, tests.filter(inside), name), ...atEqualCost(budgets.filter(inside))] }
  })
}

function atEnd(own: readonly Final[], tests: readonly PairedTest[], metric: string): string[] {
  const ranked = own.filter(({ value }) => !Number.isNaN(value.mean)).sort((a, b) => a.value.mean - b.value.mean)
  const [first, second, ...rest] = ranked
  if (first === undefined) return [`No run has a final ${metric}.`]
  const best = `${first.contestant} ends with the lowest ${metric}, ${withInterval(first.value)}`
  if (second === undefined) return [`${best}. Nothing else has been run to compare it with.`]
  const next = `${second.contestant} follows with ${withInterval(second.value)}`
  const others = rest.map(({ contestant, value }) => `${contestant} ${withInterval(value)}`)
  return [
    `${best}; ${next}. ${howSurely(first, second, tests)}`,
    ...(others.length === 0 ? [] : [`Behind them: ${others.join(', ')}.`]),
  ]
}

function howSurely(first: Final, second: Final, tests: readonly PairedTest[]): string {
  const together = overlap(first.value, second.value)
  if (together === undefined) return 'With one seed, this difference may be chance.'
  const names = new Set([first.contestant, second.contestant])
  const pair = tests.find(({ contestants }) => contestants.every((one) => names.has(one)))
  const p = pair?.tests?.t.corrected
  const intervals = together ? 'Their intervals overlap' : 'Their intervals do not overlap'
  if (p === undefined) return `${intervals}; there is no paired test (${pair?.reason ?? 'no pairs'}).`
  const test = `the paired difference over ${pair?.seeds.length} seeds has p ${p < 0.001 ? '' : '= '}${formatP(p)} (t-test, Holm)`
  if (!together && p < 0.05) return `${intervals}, and ${test}: this is hardly chance.`
  if (together && p >= 0.05) return `${intervals}, and ${test}: these seeds do not tell the two apart.`
  return together
    ? `${intervals}, yet ${test}: seed by seed this is hardly chance, though the difference is small beside what seeds vary by.`
    : `${intervals}, but ${test}: more seeds are needed to be sure.`
}

function withInterval({ mean, low, high }: Interval): string {
  return Number.isNaN(low)
    ? formatValue(mean)
    : `${formatValue(mean)} (95\u00a0%: ${formatValue(low)} to ${formatValue(high)})`
}

function atEqualCost(budgets: readonly EqualBudget[]): string[] {
  return budgets.flatMap(({ axis, budget, entries }) => {
    const ranked = entries
      .filter(({ spends, value }) => spends && !Number.isNaN(value.mean))
      .sort((a, b) => a.value.mean - b.value.mean)
    if (axis === 'cycles' || ranked.length < 2) return []
    const [first, second] = ranked
    const unsure = overlap(first.value, second.value) === true ? '; their intervals overlap' : ''
    const values = `with ${formatValue(first.value.mean)}, then ${second.contestant} with ${formatValue(second.value.mean)}`
    return [`At equal ${axis} (${formatCost(axis, budget)}), ${first.contestant} is lowest ${values}${unsure}.`]
  })
}

/** An amount on an axis, with its unit. */
export function formatCost(axis: CurveAxis, amount: number): string {
  switch (axis) {
    case 'cycles':
      return `${formatCount(amount)} cycles`
    case 'bytes':
      return formatBytes(amount)
    case 'time':
      return formatTime(amount)
    case 'steps':
      return `${formatSi(amount)} rows trained on`
  }
}
