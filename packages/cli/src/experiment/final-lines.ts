import { type Column, formatTable } from '../output/table.ts'
import type { FinalEvent } from './events.ts'

/** The table of what each contestant reached, by setting. */
export function finalLines(finals: readonly FinalEvent[]): string[] {
  if (finals.length === 0) return []
  const [{ metric, levels }] = finals
  const columns: Column<FinalEvent>[] = [
    ...Object.keys(levels).map((axis): Column<FinalEvent> => {
      return { title: axis, align: 'left', cell: ({ levels: at }) => at[axis] ?? '' }
    }),
    { title: 'contestant', align: 'left', cell: ({ contestant }) => contestant },
    { title: `final ${metric}`, cell: ({ mean }) => formatNumber(mean) },
    { title: '± 95 %', cell: ({ low, high }) => formatNumber((high - low) / 2) },
    { title: 'seeds', cell: ({ seeds }) => String(seeds) },
  ]
  return ['', ...formatTable(columns, finals)]
}

/** Four decimals, or three significant digits where these say nothing; `–` where there is none. */
function formatNumber(value: number): string {
  if (Number.isNaN(value)) return '–'
  const size = Math.abs(value)
  return size === 0 || (size >= 0.001 && size < 1e6) ? value.toFixed(4) : value.toExponential(2)
}
