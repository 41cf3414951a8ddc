import { availableParallelism } from 'node:os'
import { ConfigurationError } from '@hearsay/core'
import type { SimulateFlags } from '../simulate-flags.ts'
import { assertSeeds } from '../../flags/data-flags.ts'
import { parseDataSource } from '../../flags/data-source.ts'
import { ExitCode, exitCodeOf } from '../../exit-code.ts'
import { drained, writeJsonLine } from '../../output/json-lines.ts'
import type { Session } from '../../session.ts'
import { scenarioOptions } from '../scenario-flags.ts'
import type { RepeatEvent, RepeatSummary, RunEvent } from './events.ts'
import { RepeatText } from './repeat-text.ts'
import { Runners } from './runners.ts'
import { spreadOf } from './spread.ts'

/** `hearsay simulate --repeat N`: independent runs with the seeds seed … seed + N − 1. Returns the exit code. */
export async function repeatRuns(repeat: number, flags: SimulateFlags, session: Session): Promise<number> {
  refuseFiles(flags)
  assertSeeds(flags.seed, repeat, '--repeat')
  const { cycles, reportAt, scale, seed, workers = availableParallelism() } = flags
  const source = parseDataSource(flags, 'spambase')
  const options = scenarioOptions(flags)
  const seeds = Array.from({ length: repeat }, (_, index) => seed + index)
  const { stdout, signal, now } = session
  const text = flags.json === true ? undefined : new RepeatText(session, repeat)
  const start = now()
  const runners = new Runners({ options, source, scale, cycles, reportAt }, seeds, workers)
  const stop = (): void => runners.stop()
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  const tell = async (event: RepeatEvent): Promise<void> => {
    if (text === undefined) writeJsonLine(stdout, event)
    else text.tell(event)
    await drained(stdout, signal)
  }
  try {
    const runs: RunEvent[] = []
    for await (const event of runEvents(runners)) {
      if (event.type === 'run' && !event.interrupted) runs.push(event)
      await tell(event)
    }
    const summary = summarise(runs, repeat, seed, (now() - start) / 1000)
    await tell(summary)
    return summary.interrupted ? exitCodeOf(signal.reason) : ExitCode.done
  } finally {
    signal.removeEventListener('abort', stop)
    await runners.end()
  }
}

async function* runEvents(runners: Runners): AsyncGenerator<Exclude<RepeatEvent, RepeatSummary>, void, void> {
  const errors = new Map<number, Record<string, number>>()
  for await (const { seed, event } of runners.events()) {
    if (event.type === 'cycle') {
      errors.set(seed, { ...errors.get(seed), [event.cycle]: event.error.mean })
    } else if (event.type === 'progress') {
      const { cycle, cycles, updatesPerSecond } = event
      yield { type: 'progress', seed, cycle, cycles, updatesPerSecond }
    } else {
      yield { ...event, type: 'run', errors: errors.get(seed) ?? {} }
      errors.delete(seed)
    }
  }
}

function summarise(finished: readonly RunEvent[], repeat: number, seed: number, seconds: number): RepeatSummary {
  // In the order of their seeds, not in that of their ends: sums of floating-point numbers depend on it.
  const runs = [...finished].sort((one, other) => one.seed - other.seed)
  const cycles = new Set(runs.flatMap(({ errors }) => Object.keys(errors)))
  const errors = [...cycles].map((cycle) => [cycle, spreadOf(runs.map((run) => run.errors[cycle]))] as const)
  return {
    ...{ type: 'summary', interrupted: runs.length < repeat, repeat, runs: runs.length, seed },
    error: spreadOf(runs.map((run) => run.error.mean)),
    errors: Object.fromEntries(errors),
    seconds,
  }
}

/** What belongs to one run. */
function refuseFiles({ trace, checkpoint, checkpointEvery, resume }: SimulateFlags): void {
  const files = {
    '--trace': trace,
    '--checkpoint': checkpoint,
    '--checkpoint-every': checkpointEvery,
    '--resume': resume,
  }
  for (const [flag, value] of Object.entries(files)) {
    if (value === undefined) continue
    throw new ConfigurationError('REPEAT', `${flag} belongs to one run: leave it or --repeat away`)
  }
}
