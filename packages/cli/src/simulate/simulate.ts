import type { Invocation, SimulateFlags } from './simulate-flags.ts'
import { ConfigurationError } from '@hearsay/core'
import type { SplitDataset } from '@hearsay/datasets'
import { parseDataSource } from '../flags/data-source.ts'
import { ExitCode, exitCodeOf } from '../exit-code.ts'
import { drained, writeJsonLine } from '../output/json-lines.ts'
import type { Session } from '../session.ts'
import { TraceFile } from '../trace/trace-file.ts'
import { packageVersion } from '../version.ts'
import { checkCheckpointFile } from './checkpoint/write-checkpoint.ts'
import { planRun, type RunPlan, saveTo, verifyFingerprint } from './checkpoint/run-plan.ts'
import type { SimulateEvent } from './events.ts'
import { exportSessions } from './churn/export-sessions.ts'
import { loadData, Scenario, type ScenarioOptions } from '@hearsay/experiments'
import { runParallel } from './parallel/run-parallel.ts'
import { repeatRuns } from './repeat/repeat-runs.ts'
import { type RunOptions, runScenario } from './run.ts'
import { scenarioOptions } from './scenario-flags.ts'
import { SimulateText } from './simulate-text.ts'

/** `hearsay simulate`. Returns the exit code. */
export async function simulate(flags: SimulateFlags, session: Session, invocation: Invocation): Promise<number> {
  if (flags.exportSessions !== undefined) return exportSessions(flags.exportSessions, flags, session)
  if (flags.repeat !== undefined) return repeatRuns(flags.repeat, flags, session)
  const plan = planRun(flags, invocation)
  try {
    return await carryOut(plan, session)
  } finally {
    plan.checkpoint?.close()
  }
}

async function carryOut(plan: RunPlan, session: Session): Promise<number> {
  const { flags } = plan
  const source = parseDataSource(flags, 'spambase')
  const options = scenarioOptions(flags)
  const data = await loadData(source, flags.scale, flags.seed)
  const { signal, now } = session
  const { cycles, reportAt } = flags
  // A terminal is redrawn often; lines of JSON are for the record.
  const run: RunOptions = { cycles, reportAt, signal, now, progressMs: flags.json === true ? 1000 : 250 }
  const { workers = 1 } = flags
  if (workers > 1) {
    refuseFiles(flags)
    return tellAll(runParallel(options, data, { ...run, workers }), flags, session)
  }
  return runAlone(plan, options, data, run, session)
}

/** What only a run on one thread can do. */
function refuseFiles({ trace, checkpoint, resume }: SimulateFlags): void {
  const flag = trace === undefined ? (checkpoint === undefined ? resume && '--resume' : '--checkpoint') : '--trace'
  if (flag === undefined) return
  throw new ConfigurationError('WORKERS', `${flag} needs a run on one thread: leave --workers away`)
}

async function runAlone(
  plan: RunPlan,
  options: ScenarioOptions,
  data: SplitDataset,
  run: RunOptions,
  session: Session,
): Promise<number> {
  const { flags, checkpoint } = plan
  const cycle = checkpoint?.header.cycle ?? 0
  const trace = flags.trace === undefined ? undefined : new TraceFile(flags.trace, traceHeader(plan, cycle))
  const backend = checkpoint?.header.backend ?? options.backend
  const names = options.overlay === 'newscast' ? ['newscast', 'learning'] : ['learning']
  const scenario = new Scenario({ ...options, backend }, data, {
    tapOn: trace && ((memory) => trace.tapOn(memory, names)),
  })
  if (checkpoint !== undefined) {
    verifyFingerprint(checkpoint, scenario)
    checkpoint.restore(scenario)
  }
  if (flags.checkpoint !== undefined) await checkCheckpointFile(flags.checkpoint)
  const checkpoints = flags.checkpoint === undefined ? undefined : saveTo(flags.checkpoint, plan)
  try {
    trace?.open()
    const code = await tellAll(runScenario(scenario, { ...run, checkpoints }), flags, session)
    const { simulation } = scenario
    trace?.end({
      ...{ cycles: scenario.cycle, interrupted: scenario.cycle < run.cycles, traceHash: simulation.traceHash },
    })
    return code
  } finally {
    trace?.close()
  }
}

function traceHeader({ flags, arguments: words }: RunPlan, cycle: number): ConstructorParameters<typeof TraceFile>[1] {
  const { seed, period } = flags
  return { version: packageVersion(), seed, fromMs: Math.ceil(cycle * period), arguments: [...words] }
}

/** Tells the events of a run. Returns the exit code. */
async function tellAll(
  events: AsyncIterable<SimulateEvent>,
  { json }: SimulateFlags,
  session: Session,
): Promise<number> {
  const { stdout, signal } = session
  const text = json === true ? undefined : new SimulateText(session)
  let code: number = ExitCode.done
  for await (const event of events) {
    if (text === undefined) writeJsonLine(stdout, event)
    else text.tell(event)
    await drained(stdout, signal)
    if (event.type === 'summary' && event.interrupted) code = exitCodeOf(signal.reason)
  }
  return code
}
