import { join } from 'node:path'
import { equalBudgets, finals, pairedTests, type Setting, verdicts, writeReport } from '@hearsay/experiments/report'
import { readResults, type Results } from '@hearsay/experiments/results'
import type { ReportFlags } from '../commands/report.ts'
import { ExitCode } from '../exit-code.ts'
import { drained, writeJsonLine } from '../output/json-lines.ts'
import type { Session } from '../session.ts'
import type { ReportEvent } from './events.ts'
import { reportLines } from './report-text.ts'

/** `hearsay report`: writes the report, and tells its numbers. Returns the exit code. */
export async function reportCommand(folder: string, flags: ReportFlags, session: Session): Promise<number> {
  const results = await readResults(folder)
  const html = flags.out ?? join(folder, 'report.html')
  const written = await writeReport(results, { html, figures: flags.figures ?? join(folder, 'figures') })
  const { stdout, signal } = session
  if (flags.json !== true) {
    stdout.write(`${reportLines(results, written).join('\n')}\n`)
    return ExitCode.done
  }
  const { experiment, cells } = results.manifest
  const counts = { experiment: experiment.name, run: results.cells.length, cells: cells.length }
  for (const event of [...numbersOf(results), { type: 'summary', ...counts, ...written } as const]) {
    writeJsonLine(stdout, event)
    await drained(stdout, signal)
  }
  return ExitCode.done
}

function numbersOf(results: Results): ReportEvent[] {
  return [
    ...finals(results).map((final) => ({ type: 'final', ...withLevels(final) }) as const),
    ...equalBudgets(results).map((budget) => ({ type: 'equal', ...withLevels(budget) }) as const),
    ...pairedTests(results).map((test) => ({ type: 'test', ...withLevels(test) }) as const),
    ...verdicts(results).map(({ claim: { that, source = null }, ...verdict }) => {
      return { type: 'verdict', that, source, ...verdict } as const
    }),
  ]
}

function withLevels<Item extends { readonly setting: Setting }>({ setting, ...item }: Item) {
  return { levels: setting.levels, ...item }
}
