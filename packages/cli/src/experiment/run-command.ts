import { availableParallelism } from 'node:os'
import { HearsayError } from '@hearsay/core'
import {
  type Executor,
  hearsayCommand,
  type Plan,
  type PlannedCell,
  type RunEnd,
  runExperiment,
  type RunExperimentOptions,
  threadExecutor,
} from '@hearsay/experiments/run'
import { ExitCode, exitCodeOf } from '../exit-code.ts'
import { drained, writeJsonLine } from '../output/json-lines.ts'
import type { Session } from '../session.ts'
import type { ExperimentEvent, FailedEvent, SummaryEvent } from './events.ts'
import type { RunFlags } from './experiment-flags.ts'
import { ExperimentText } from './experiment-text.ts'
import { finalEvents } from './final-events.ts'
import { listCells } from './list-cells.ts'
import { openPlan, repeatCommand, resultsFolder, shellWord } from './open-plan.ts'
import { TimeLeft } from './time-left.ts'

/** Milliseconds between two events about progress. */
const PROGRESS_MS = 1000
/** On a terminal it is drawn more often. */
const LIVE_MS = 100

/**
 * `hearsay experiment run FILE`. Returns the exit code.
 *
 * @param makeExecutor - Makes what runs so many cells at a time.
 */
export async function runCommand(
  file: string,
  flags: RunFlags,
  session: Session,
  makeExecutor: (options: { readonly threads: number }) => Executor = threadExecutor,
): Promise<number> {
  const plan = await openPlan(file, flags)
  const folder = resultsFolder(plan, flags)
  if (flags.list === true) return await listCells(plan, folder, flags, session)
  const { workers = availableParallelism(), shard, fresh } = flags
  const executor = makeExecutor({ threads: workers })
  const command = repeatCommand(file, flags)
  const teller = tellerOf(flags, session)
  try {
    const run = { folder, executor, shard, fresh, command, signal: session.signal }
    const start = session.now()
    const end = await follow(plan, run, session, teller)
    for (const event of await finalEvents(folder)) await teller.tell(event)
    const seconds = (session.now() - start) / 1000
    await teller.tell(summaryOf(end, { folder, seconds, next: nextCommand(end, folder, command, flags) }))
    return exitCode(end, session)
  } finally {
    teller.end()
    await executor.close()
  }
}

/** Where events go: lines for people, or JSON. */
interface Teller {
  /** Milliseconds between two events about progress. */
  readonly progressMs: number
  tell(event: ExperimentEvent): Promise<void>
  end(): void
}

function tellerOf({ json = false }: RunFlags, session: Session): Teller {
  const { stdout, stderr, signal } = session
  const text = json ? undefined : new ExperimentText(session)
  return {
    progressMs: text !== undefined && stderr.isTTY === true ? LIVE_MS : PROGRESS_MS,
    async tell(event) {
      if (text === undefined) writeJsonLine(stdout, event)
      else text.tell(event)
      await drained(stdout, signal)
    },
    end: () => text?.end(),
  }
}

async function follow(plan: Plan, run: RunExperimentOptions, session: Session, teller: Teller): Promise<RunEnd> {
  const { now } = session
  const { name, title, dropped = [] } = plan.experiment
  const { workers } = run.executor
  let times = new TimeLeft([], workers, now)
  let [done, cells, due] = [0, 0, 0]
  for await (const event of runExperiment(plan, run)) {
    switch (event.type) {
      case 'plan': {
        const { part, open, stale } = event
        times = new TimeLeft(open, workers, now)
        cells = part.length
        const finished = cells - open.length
        done = finished
        await teller.tell({ type: 'plan', name, title, folder: run.folder, cells, finished, stale, dropped, workers })
        continue
      }
      case 'started':
        times.start(event.cell)
        break
      case 'progress':
        times.progress(event.cell, event.share)
        break
      case 'stored': {
        done++
        const { metric, series } = event.result
        const { mean: value, cycle } = series[series.length - 1]
        const seconds = times.end(event.cell) / 1000
        await teller.tell({ type: 'cell', ...keyOf(event.cell), metric: metric.name, value, cycle, seconds })
        break
      }
      case 'failed':
        done++
        times.end(event.cell)
        await teller.tell(failedEvent(event.cell, event.error))
        break
      case 'end':
        return event
    }
    if (now() < due) continue
    due = now() + teller.progressMs
    const { running, seconds: secondsLeft = null } = times
    await teller.tell({ type: 'progress', done, cells, running, secondsLeft })
  }
  throw new Error('the run has not told its end')
}

function failedEvent(cell: PlannedCell, error: Error): FailedEvent {
  return {
    type: 'failed',
    ...keyOf(cell),
    code: error instanceof HearsayError ? error.code : '',
    message: error.message,
  }
}

function keyOf({
  id,
  contestant,
  levels,
  seed,
}: PlannedCell): Pick<PlannedCell, 'id' | 'contestant' | 'levels' | 'seed'> {
  return { id, contestant, levels, seed }
}

function summaryOf(end: RunEnd, rest: Pick<SummaryEvent, 'folder' | 'seconds' | 'next'>): SummaryEvent {
  const { interrupted, stored, failed, complete } = end
  return { type: 'summary', interrupted, stored, failed: failed.length, complete, ...rest }
}

function nextCommand({ interrupted, failed }: RunEnd, folder: string, command: string, flags: RunFlags): string {
  if (!interrupted && failed.length === 0) return `${hearsayCommand()} report ${shellWord(folder)}`
  const { out, shard, workers } = flags
  return [
    command,
    ...(out === undefined ? [] : ['--out', shellWord(out)]),
    ...(shard === undefined ? [] : ['--shard', `${shard.index}/${shard.of}`]),
    ...(workers === undefined ? [] : ['--workers', String(workers)]),
  ].join(' ')
}

function exitCode({ interrupted, failed }: RunEnd, { signal }: Session): number {
  if (interrupted) return exitCodeOf(signal.reason)
  return failed.length === 0 ? ExitCode.done : exitCodeOf(failed[0].error)
}
