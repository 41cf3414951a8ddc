import { formatCount } from '../../output/format.ts'
import type { MethodName } from '../../peer/method-flags.ts'
import type { SwarmPlan } from '../plan.ts'
import type { SwarmSeries } from './swarm-series.ts'

/** A run of which this machine has done less than half. */
export interface Starvation {
  readonly method: MethodName
  /** Models that a peer has received, on average; of a federated run, a client. */
  readonly models: number
  /** Those that it would have received had every cycle or round taken its time; `null` where that follows from what happens. */
  readonly due: number | null
  /** Peers that had reported by the cycle `by`. */
  readonly started: number
  readonly peers: number
  readonly by: number
}

/** Whoever has not reported by then has hardly had a processor. */
const STARTED_BY = 10

/**
 * Whether peers got less than half of the models that were due, or some had not begun after ten cycles.
 *
 * @param roundMs - Of a federated run, its shortest round.
 * @param processesLost - Where a process has ended early, its peers lack models for another reason: nothing is told.
 */
export function starvationOf(
  method: MethodName,
  { shards, run }: Pick<SwarmPlan, 'shards' | 'run'>,
  series: SwarmSeries,
  { roundMs, processesLost }: { readonly roundMs: number; readonly processesLost: number },
): Starvation | undefined {
  const peers = shards.length
  const { cycles = 1, periodMs = 0 } = run
  const last = series.cycles.length - 1
  const receivers = shards.flatMap((_, peer) => (method !== 'gossip' && peer === 0 ? [] : [peer]))
  if (processesLost > 0 || receivers.length === 0 || peers < 2) return undefined
  const received = receivers.reduce((sum, peer) => sum + (series.report(peer, last)?.modelsIn ?? 0), 0)
  const models = received / receivers.length
  const due = method === 'gossip' ? gossipDue(run) : roundsDue(run, (cycles * periodMs) / roundMs)
  const reached = series.cycles.findIndex((cycle) => cycle >= STARTED_BY)
  const index = reached < 0 ? last : reached
  const started = shards.filter((_, peer) => series.report(peer, index) !== undefined).length
  const isBehind = due !== undefined && models < due / 2
  if (!isBehind && started === peers) return undefined
  return { method, models, due: due ?? null, started, peers, by: series.cycles[index] }
}

/** One model a cycle; undefined where how often models are sent follows from what happens. */
function gossipDue({ cycles = 1, flow, exchange }: SwarmPlan['run']): number | undefined {
  const isPlain = (flow?.kind ?? 'proactive') === 'proactive' && (exchange?.kind ?? 'full') === 'full'
  return isPlain ? cycles : undefined
}

function roundsDue({ method }: SwarmPlan['run'], rounds: number): number {
  const { fraction = 1 } = typeof method === 'object' ? method : {}
  return fraction * rounds
}

/** One sentence each. */
export function starvationTexts(starved: readonly Starvation[]): string[] {
  return starved.map(({ method, models, due, started, peers, by }) => {
    const late = started < peers ? `${formatCount(started)} of ${formatCount(peers)} peers begun by cycle ${by}, ` : ''
    const of = due === null ? '' : ` of ${formatCount(Math.round(due))} due`
    const counts = `${late}${formatCount(Math.round(models))} models a peer${of}`
    return `this machine could not keep up with ${method}: ${counts}; figures of both runs suffer`
  })
}
