import { dirname } from 'node:path'
import {
  acrossSettings,
  answers,
  coverageText,
  formatMean,
  milestones,
  type Milestones,
  missingCells,
  REDUCED_NOTE,
  verdicts,
  withoutPeriod,
  type WrittenReport,
} from '@hearsay/experiments/report'
import type { Results } from '@hearsay/experiments/results'
import { formatCount } from '../output/format.ts'
import { type Column, formatTable } from '../output/table.ts'

const OUTCOMES = { holds: 'holds', fails: 'does not hold', undecided: 'cannot be judged' } as const

/** What the report says in short, and where it is. */
export function reportLines(results: Results, { html, figures }: WrittenReport): string[] {
  const { experiment, cells } = results.manifest
  const missing = missingCells(results).length
  const coverage = coverageText(results)
  const short = answers(results).flatMap(({ setting, headline, values, sentences }) => [
    ...(setting.label === '' ? [] : ['', setting.label]),
    `  ${headline}`,
    ...[...values, ...sentences].map((sentence) => `  ${sentence}`),
  ])
  const claims = verdicts(results).flatMap(({ claim, outcome, because }) => [
    `  ${withoutPeriod(claim.that)}: ${OUTCOMES[outcome]}`,
    `    ${because}`,
  ])
  return [
    experiment.title,
    ...(experiment.reduced ? [`reduced form: ${REDUCED_NOTE}`] : []),
    ...(missing === 0 ? [] : [`incomplete: ${formatCount(missing)} of ${formatCount(cells.length)} runs are missing`]),
    ...(coverage === undefined ? [] : [coverage]),
    ...acrossSettings(results),
    ...short,
    ...milestones(results).flatMap(milestoneLines),
    ...(claims.length === 0 ? [] : ['', 'Claims', ...claims]),
    '',
    `report   ${html}`,
    `figures  ${dirname(figures[0])} (${formatCount(figures.length)} files)`,
  ]
}

/** The curves of a setting in numbers. */
function milestoneLines({ setting, cycles, rows }: Milestones): string[] {
  type Row = Milestones['rows'][number]
  const columns: Column<Row>[] = [
    { title: '  after cycle', align: 'left', cell: ({ contestant }) => `  ${contestant}` },
    ...cycles.map((cycle, index): Column<Row> => {
      return { title: formatCount(cycle), cell: ({ values }) => formatMean(values[index]) }
    }),
  ]
  return ['', setting.label === '' ? 'By cycle' : `By cycle, ${setting.label}`, ...formatTable(columns, rows)]
}
