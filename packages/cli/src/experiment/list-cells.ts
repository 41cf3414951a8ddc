import { experimentState, type Plan, type PlannedCell } from '@hearsay/experiments/run'
import { ExitCode } from '../exit-code.ts'
import { formatCount } from '../output/format.ts'
import { writeJsonLine } from '../output/json-lines.ts'
import { type Column, formatTable } from '../output/table.ts'
import type { Session } from '../session.ts'
import type { RunFlags } from './experiment-flags.ts'

/** `hearsay experiment run FILE --list`: all cells of the part, and which are finished. Returns the exit code. */
export async function listCells(plan: Plan, folder: string, flags: RunFlags, { stdout }: Session): Promise<number> {
  const { part, open, stale } = await experimentState(plan, folder, flags.shard)
  const isOpen = new Set(open.map(({ id }) => id))
  if (flags.json === true) {
    for (const { id, contestant, levels, seed } of part) {
      writeJsonLine(stdout, { type: 'cell', id, contestant, levels, seed, finished: !isOpen.has(id) })
    }
    return ExitCode.done
  }
  const columns: Column<PlannedCell>[] = [
    { title: 'cell', align: 'left', cell: ({ id }) => id },
    { title: 'contestant', align: 'left', cell: ({ contestant }) => contestant },
    ...axisColumns(plan),
    { title: 'seed', cell: ({ seed }) => String(seed) },
    { title: 'state', align: 'left', cell: ({ id }) => (isOpen.has(id) ? 'open' : 'finished') },
  ]
  const old = stale === 0 ? '' : `, ${formatCount(stale)} stale`
  const said = `${formatCount(part.length - open.length)} of ${formatCount(part.length)} finished in ${folder}${old}`
  stdout.write(`${[...formatTable(columns, part), '', said].join('\n')}\n`)
  return ExitCode.done
}

/** One column for each axis of the grid. */
export function axisColumns({ experiment }: Plan): Column<PlannedCell>[] {
  return Object.keys(experiment.axes).map((axis) => {
    return { title: axis, align: 'left', cell: ({ levels }) => levels[axis] ?? '' }
  })
}
