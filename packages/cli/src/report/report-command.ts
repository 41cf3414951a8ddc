import { join } from 'node:path'
import {
  equalBudgets,
  finals,
  leadCourses,
  pairedTests,
  type ReportFiles,
  type Setting,
  verdicts,
  writeReport,
  type WrittenReport,
} from '@hearsay/experiments/report'
import { readResults, type Results } from '@hearsay/experiments/results'
import type { ReportFlags } from './report-flags.ts'
import { ExitCode, exitCodeOf } from '../exit-code.ts'
import { drained, writeJsonLine } from '../output/json-lines.ts'
import { LiveRegion } from '../output/live-region.ts'
import type { Session } from '../session.ts'
import type { ReportEvent } from './events.ts'
import { reportLines } from './report-text.ts'

/** `hearsay report`: writes the report, and tells its numbers. Returns the exit code. */
export async function reportCommand(folder: string, flags: ReportFlags, session: Session): Promise<number> {
  const results = await readResults(folder)
  const html = flags.out ?? join(folder, 'report.html')
  const written = await write(results, { html, figures: flags.figures ?? join(folder, 'figures') }, session)
  const { stdout, signal } = session
  if (written === undefined) return exitCodeOf(signal.reason)
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

/** Undefined where it was interrupted: then nothing has been written. */
async function write(results: Results, files: ReportFiles, session: Session): Promise<WrittenReport | undefined> {
  const { stderr, signal } = session
  const region = new LiveRegion(stderr)
  try {
    return await writeReport(results, files, {
      signal,
      onProgress: ({ figure, figures }) => region.draw([`figure ${figure} of ${figures}; Ctrl-C ends it`]),
    })
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error
    region.clear()
    stderr.write('Interrupted: no report has been written\n')
    return undefined
  } finally {
    region.clear()
  }
}

function numbersOf(results: Results): ReportEvent[] {
  return [
    ...finals(results).map((final) => ({ type: 'final', ...withLevels(final) }) as const),
    ...leadCourses(results).map((course) => ({ type: 'lead', ...withLevels(course) }) as const),
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
