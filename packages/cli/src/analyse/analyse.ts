import type { AnalyseFlags } from './analyse-flags.ts'
import { ExitCode, exitCodeOf } from '../exit-code.ts'
import { drained, writeJsonLine } from '../output/json-lines.ts'
import type { Session } from '../session.ts'
import type { Analysis } from './analysis.ts'
import { AnalyseText } from './analyse-text.ts'
import type { AnalyseEvent, AnalysePoint } from './events.ts'
import { checkPlotFile, writePlotFile } from '@hearsay/experiments/plot'
import { reportTimes } from './report-times.ts'
import { simulateRuns } from './simulate-runs.ts'

/** Simulates an analysis, tells it, and draws it. Returns the exit code. */
export async function analyse(analysis: Analysis, flags: AnalyseFlags, session: Session): Promise<number> {
  const { plot, runs, seed } = flags
  if (plot !== undefined) await checkPlotFile(plot)
  const { signal, stdout } = session
  const { unit, steps } = analysis.time
  const text = flags.json === true ? undefined : new AnalyseText(analysis, session)
  const tell = async (event: AnalyseEvent): Promise<void> => {
    if (text === undefined) writeJsonLine(stdout, event)
    else text.tell(event)
    await drained(stdout, signal)
  }
  await tell({ type: 'start', analysis: analysis.name, parameters: analysis.parameters, unit, steps })
  const { completed, seconds } = await simulateRuns(analysis.simulate, runs, session, (done) =>
    text?.progress(done, runs),
  )
  for (const time of reportTimes(steps, flags.reportAt)) await tell(pointOf(analysis, time))
  if (plot !== undefined) {
    const { drawPlot } = await import('./plot.ts')
    await writePlotFile(plot, await drawPlot(analysis))
  }
  const facts = Object.fromEntries(
    analysis
      .facts()
      .flatMap(({ name, value, standardError }) => [
        [name, value],
        ...(standardError === undefined ? [] : [[`${name}StandardError`, standardError]]),
      ]),
  ) as Record<string, number>
  const interrupted = completed < runs
  await tell({ type: 'summary', interrupted, runs: completed, seed, facts, plot: plot ?? null, seconds })
  return interrupted ? exitCodeOf(signal.reason) : ExitCode.done
}

function pointOf({ quantities, time: { stride } }: Analysis, time: number): AnalysePoint {
  const at = time * stride
  const entries = quantities.map(({ name, theories, simulated }) => {
    const predicted = theories.map((theory) => [theory.name, theory.values[at]])
    const seen = { simulated: simulated.mean(at), standardError: simulated.standardError(at) }
    return [name, { ...Object.fromEntries(predicted), ...seen }]
  })
  return { type: 'point', time, quantities: Object.fromEntries(entries) }
}
