import { isIPv6 } from 'node:net'
import { formatShards } from '@hearsay/datasets'
import type { Progress } from '@hearsay/peer'
import type { SwarmFlags } from './swarm-flags.ts'
import { ExitCode, exitCodeOf } from '../exit-code.ts'
import type { MethodName } from '../peer/method-flags.ts'
import type { Session } from '../session.ts'
import type { SwarmEvent, SwarmSummary } from './events.ts'
import { Launcher } from './launcher.ts'
import type { SwarmPlan } from './plan.ts'
import type { WorkerProcess } from './worker-process.ts'

/** Milliseconds between two progress events: a terminal is redrawn more often than lines are written. */
const PROGRESS_MS = 1000
const REDRAW_MS = 500

/** One run of a swarm. */
export interface SwarmRun {
  readonly plan: SwarmPlan
  readonly method: MethodName
  readonly workers: readonly WorkerProcess[]
  readonly flags: SwarmFlags
  readonly session: Session
  /** When the command was started. */
  readonly startedUnixMs: number
  readonly tell: (event: SwarmEvent) => void
  readonly observe?: (peer: number, progress: Progress) => void
}

/** Runs a swarm to its end. Throws as {@link Launcher.run} does. */
export async function runSwarm({ plan, method, workers, flags, session, ...rest }: SwarmRun): Promise<SwarmSummary> {
  const { startedUnixMs, tell, observe } = rest
  const { centralised, dataset, rowsPerPeer, heldOut } = plan
  const isJson = flags.json === true
  return await new Launcher({
    ...{ plan, workers, shards: formatShards(flags.shards), log: flags.log, json: isJson },
    ...{ listen: listenAddress(flags.listenHost), signal: session.signal, tell },
    ...(observe === undefined ? {} : { observe }),
    facts: { method, centralised, dataset, rowsPerPeer, testRows: heldOut.rows, seed: flags.seed, startedUnixMs },
    progressMs: !isJson && session.stdout.isTTY === true ? REDRAW_MS : PROGRESS_MS,
  }).run()
}

/** What a swarm that has ended like this exits with. */
export function exitCode(
  { online, interrupted }: Pick<SwarmSummary, 'online' | 'interrupted'>,
  signal: AbortSignal,
): number {
  if (interrupted) return exitCodeOf(signal.reason)
  return online === 0 ? ExitCode.environment : ExitCode.done
}

function listenAddress(host: string): string {
  return `/${isIPv6(host) ? 'ip6' : 'ip4'}/${host}/tcp/0`
}
