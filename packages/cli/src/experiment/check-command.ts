import type { TrialSettings } from '@hearsay/experiments'
import type { Plan, PlannedCell } from '@hearsay/experiments/run'
import { ExitCode } from '../exit-code.ts'
import { formatCount } from '../output/format.ts'
import { writeJsonLine } from '../output/json-lines.ts'
import { type Column, formatTable } from '../output/table.ts'
import type { Session } from '../session.ts'
import { count } from './count.ts'
import type { CheckFlags } from './experiment-flags.ts'
import { axisColumns } from './list-cells.ts'
import { openPlan } from './open-plan.ts'

/** `hearsay experiment check FILE`. Returns the exit code. */
export async function checkCommand(file: string, flags: CheckFlags, { stdout }: Session): Promise<number> {
  const plan = await openPlan(file, flags)
  if (flags.json === true) for (const event of jsonOf(plan)) writeJsonLine(stdout, event)
  else stdout.write(`${textOf(plan).join('\n')}\n`)
  return ExitCode.done
}

/** Cells that differ in their seeds only. */
interface Row extends PlannedCell {
  readonly seeds: readonly number[]
}

function textOf(plan: Plan): string[] {
  const { title, source, claims, references, dropped = [] } = plan.experiment
  const rows = rowsOf(plan)
  const columns: Column<Row>[] = [
    { title: 'contestant', align: 'left', cell: ({ contestant }) => contestant },
    ...axisColumns(plan),
    { title: 'method', align: 'left', cell: ({ trial }) => trial.scenario.method?.kind ?? 'gossip' },
    ...(rows.some(({ trial }) => trial.task === 'learning') ? [DATA] : []),
    { title: 'peers', cell: ({ trial }) => formatCount(trial.scenario.peers) },
    { title: 'cycles', cell: ({ trial }) => formatCount(trial.cycles) },
    { title: 'seeds', cell: ({ seeds }) => formatCount(seeds.length) },
  ]
  const counts = [
    count(plan.cells.length, 'cell'),
    count(claims.length, 'claim'),
    count(references.length, 'reference value'),
  ]
  return [
    title,
    ...(source === undefined ? [] : [source]),
    '',
    ...formatTable(columns, rows),
    '',
    counts.join(', '),
    ...dropped,
  ]
}

function jsonOf({ experiment, cells }: Plan): { readonly type: string }[] {
  const { name, title, source, contestants, axes, references, claims, dropped = [], reduced } = experiment
  const head = { type: 'experiment', name, title, source, contestants, axes, references, claims, dropped, reduced }
  return [Object.assign(head, { cells: cells.length }), ...cells.map((cell) => ({ type: 'cell', ...cell }))]
}

function rowsOf({ cells }: Plan): Row[] {
  const groups = Map.groupBy(cells, ({ contestant, levels }) => JSON.stringify([contestant, levels]))
  return [...groups.values()].map((group) => ({ ...group[0], seeds: group.map(({ seed }) => seed) }))
}

const DATA: Column<Row> = { title: 'data', align: 'left', cell: ({ trial }) => dataName(trial) }

function dataName(trial: TrialSettings): string {
  if (trial.task !== 'learning') return ''
  const { source, classes } = trial.data
  const name = source.kind === 'named' ? source.name : source.path
  return classes === undefined ? name : `${name} (${classes.join(', ')})`
}
