import { isIPv6 } from 'node:net'
import { availableParallelism } from 'node:os'
import { SWARM_DEFAULTS, type SwarmFlags } from '../commands/swarm.ts'
import { formatShards } from '@hearsay/datasets'
import { parseDataSource } from '../flags/data-source.ts'
import { ExitCode, exitCodeOf } from '../exit-code.ts'
import { writeJsonLine } from '../output/json-lines.ts'
import { runSettingsOf } from '../peer/run-flags.ts'
import type { Session } from '../session.ts'
import type { SwarmEvent, SwarmSummary } from './events.ts'
import { Launcher } from './launcher.ts'
import { checkLogFile } from './log-file.ts'
import { planSwarm, type SwarmPlan } from './plan.ts'
import { SwarmText } from './swarm-text.ts'
import { WorkerProcess } from './worker-process.ts'

/** Milliseconds between two progress events: a terminal is redrawn more often than lines are written. */
const PROGRESS_MS = 1000
const REDRAW_MS = 500

/** `hearsay swarm`. Returns the exit code. */
export async function swarm(flags: SwarmFlags, session: Session): Promise<number> {
  const startedUnixMs = Date.now()
  const { peers, seed, shards, log } = flags
  const processes = Math.min(peers, flags.processes ?? availableParallelism())
  const source = parseDataSource(flags, 'spambase')
  if (log !== undefined) await checkLogFile(log)
  const run = runSettingsOf(flags, SWARM_DEFAULTS)
  // They load their code while the data is read here.
  const workers = Array.from({ length: processes }, () => new WorkerProcess())
  const killAll = (): void => workers.forEach((worker) => worker.kill())
  process.once('exit', killAll)
  try {
    const plan = await planSwarm(source, { peers, seed, shards, run })
    return await launch(plan, workers, startedUnixMs, flags, session)
  } finally {
    killAll()
    process.off('exit', killAll)
  }
}

async function launch(
  plan: SwarmPlan,
  workers: readonly WorkerProcess[],
  startedUnixMs: number,
  { seed, shards, log, json, listenHost }: SwarmFlags,
  session: Session,
): Promise<number> {
  const { signal, stdout } = session
  const text = json === true ? undefined : new SwarmText(session)
  const tell = (event: SwarmEvent): void => (text === undefined ? writeJsonLine(stdout, event) : text.tell(event))
  const { centralised, dataset, rowsPerPeer, heldOut } = plan
  const launcher = new Launcher({
    ...{
      plan,
      workers,
      shards: formatShards(shards),
      log,
      json: json === true,
      listen: listenAddress(listenHost),
      signal,
      tell,
    },
    facts: { centralised, dataset, rowsPerPeer, testRows: heldOut.rows, seed, startedUnixMs },
    progressMs: text !== undefined && stdout.isTTY === true ? REDRAW_MS : PROGRESS_MS,
  })
  const summary = await launcher.run()
  return exitCode(summary, signal)
}

function exitCode({ online, interrupted }: SwarmSummary, signal: AbortSignal): number {
  if (interrupted) return exitCodeOf(signal.reason)
  return online === 0 ? ExitCode.environment : ExitCode.done
}

function listenAddress(host: string): string {
  return `/${isIPv6(host) ? 'ip6' : 'ip4'}/${host}/tcp/0`
}
