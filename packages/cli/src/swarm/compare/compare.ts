import { ConfigurationError } from '@hearsay/core'
import type { TrialResult } from '@hearsay/experiments'
import type { FederatedSettings, RunSettings } from '@hearsay/peer'
import { COMPARE_DEFAULTS, MLP_COMPARE_DEFAULTS, type SwarmFlags } from '../swarm-flags.ts'
import { parseDataSource } from '../../flags/data-source.ts'
import { type MethodName, methodOf } from '../../peer/method-flags.ts'
import { gossipSettingsOf } from '../../peer/run-flags.ts'
import { exitCodeOf } from '../../exit-code.ts'
import { Interruption } from '../../interruption.ts'
import type { Session } from '../../session.ts'
import type { SwarmEvent, SwarmSummary } from '../events.ts'
import { mlpTaskOf, wantsMlp } from '../mlp/mlp-flags.ts'
import { planSwarm, type SwarmPlan } from '../plan.ts'
import { exitCode, runSwarm } from '../run-swarm.ts'
import type { WorkerProcess } from '../worker-process.ts'
import type { Workers } from '../workers.ts'
import { boundTrials } from './bounds.ts'
import type { ComparedMethod, SwarmComparison } from './comparison.ts'
import { starvationOf } from './starvation.ts'
import { measuredCycles, SwarmSeries } from './swarm-series.ts'

/** Where the results of a comparison go, unless the user says otherwise. */
const RESULTS_FOLDER = 'results/swarm'

/** What a comparison needs of its command. */
export interface CompareOptions {
  readonly flags: SwarmFlags
  readonly session: Session
  readonly workers: Workers
  /** When the command was started. */
  readonly startedUnixMs: number
  readonly tell: (event: SwarmEvent) => void
}

/** A run of the swarm by one method, and its curve. */
interface Contestant {
  readonly method: MethodName
  readonly summary: SwarmSummary
  readonly trial: TrialResult
  readonly series: SwarmSeries
}

/**
 * `hearsay swarm --compare`: runs the same peers, with the same rows, by gossip and then by a federated method, for the same
 * time, and works out what they would have learned alone and pooled. Returns the exit code.
 */
export async function compare(options: CompareOptions): Promise<number> {
  const { flags, session, workers, tell } = options
  const { peers, seed, shards, out = RESULTS_FOLDER } = flags
  const source = parseDataSource(flags, 'spambase')
  const isMlp = wantsMlp(flags)
  const run = gossipOf(flags, isMlp)
  const federated = federatedOf(flags, run.periodMs ?? COMPARE_DEFAULTS.period)
  const { checkResultsFolder } = await import('./write-comparison.ts')
  await checkResultsFolder(out)
  const first = workers.start()
  const plan = await planSwarm(source, {
    ...{ peers, seed, shards, run },
    ...(isMlp ? { mlp: (data) => mlpTaskOf(flags, data) } : {}),
  })
  // The processes of the second run load their code while those of the first one end.
  let second: WorkerProcess[] = []
  const gossip = await compete(options, plan, 'gossip', first, () => {
    if (!session.signal.aborted) second = workers.start()
  })
  if (gossip.summary.interrupted) return exitCode(gossip.summary, session.signal)
  const contender = { ...plan, run: { ...plan.run, method: federated } }
  const { kind } = federated.algorithm
  const other = await compete(options, contender, kind, second)
  const comparison = await compared(options, contender, federated.roundMs, [gossip, other])
  tell(comparison.event)
  if (!comparison.event.interrupted) await report(options, out, plan, comparison)
  const online = Math.min(gossip.summary.online, other.summary.online)
  return exitCode({ online, interrupted: comparison.event.interrupted }, session.signal)
}

/** The settings of the first run. A network's epochs are those of both. */
function gossipOf(flags: SwarmFlags, isMlp: boolean): RunSettings {
  if (!isMlp) return gossipSettingsOf(flags, COMPARE_DEFAULTS)
  const { epochs } = flags
  return { ...gossipSettingsOf(flags, MLP_COMPARE_DEFAULTS), ...(epochs !== undefined && { epochs }) }
}

/** The federated method with its times, FedAvg unless the flags say otherwise. */
function federatedOf(flags: SwarmFlags, periodMs: number) {
  const settings = methodOf({ ...flags, method: flags.method ?? 'fedavg' })
  if (settings === 'gossip') {
    throw new ConfigurationError('METHOD', '--compare: gossip is one of the two: choose a federated --method')
  }
  const { algorithm = { kind: 'fedavg' }, roundMs = 2 * periodMs } = settings satisfies FederatedSettings
  return { ...settings, algorithm, roundMs }
}

async function compete(
  { flags, session, startedUnixMs, tell }: CompareOptions,
  plan: SwarmPlan,
  method: MethodName,
  workers: readonly WorkerProcess[],
  onSummary: () => void = () => {},
): Promise<Contestant> {
  const { periodMs = 0, cycles = 1 } = plan.run
  const series = new SwarmSeries(plan.shards.length, measuredCycles(cycles))
  const summary = await runSwarm({
    ...{ plan, method, workers, flags, session, startedUnixMs },
    observe: (peer, progress) => series.observe(peer, progress),
    tell: (event) => {
      tell(event)
      if (event.type === 'summary') onSummary()
    },
  })
  const rows = plan.shards.map((shard) => shard.rows)
  return { method, summary, series, trial: series.toTrial({ periodMs, rows, hasServer: method !== 'gossip' }) }
}

/** The comparison, and the trials that it sums up, in the same order. */
interface Compared {
  readonly event: SwarmComparison
  readonly trials: readonly TrialResult[]
}

async function compared(
  { flags, startedUnixMs }: CompareOptions,
  plan: SwarmPlan,
  roundMs: number,
  [gossip, federated]: readonly [Contestant, Contestant],
): Promise<Compared> {
  const { cycles } = gossip.series
  const bounds = await boundTrials(plan, cycles, flags.seed, (peer, index) => {
    return gossip.series.report(peer, index)?.modelsIn ?? 0
  })
  const trials = [gossip.trial, federated.trial, ...bounds]
  const methods = [
    contestantOf(gossip),
    contestantOf(federated),
    boundOf('isolated', trials[2]),
    boundOf('centralised', trials[3]),
  ]
  const { dataset, rowsPerPeer, heldOut, run, shards } = plan
  const starved = [gossip, federated].flatMap(({ method, series, summary: { interrupted, processesLost } }) =>
    interrupted ? [] : (starvationOf(method, plan, series, { roundMs, processesLost }) ?? []),
  )
  const event: SwarmComparison = {
    ...{ type: 'comparison', methods, dataset, peers: shards.length, rowsPerPeer, testRows: heldOut.rows },
    ...{ cycles: run.cycles ?? 0, periodMs: run.periodMs ?? 0, roundMs, seed: flags.seed, starved },
    ...{ interrupted: federated.summary.interrupted, seconds: secondsSince(startedUnixMs) },
  }
  return { event, trials }
}

function contestantOf({ method, summary }: Contestant): ComparedMethod {
  const { error, online, steps, sent, serverSent } = summary
  return {
    ...{ method, error: (method === 'gossip' ? error.gossip : error.federated) ?? null, online, steps, sent },
    ...(serverSent === undefined ? {} : { serverSent }),
  }
}

function boundOf(method: 'isolated' | 'centralised', { series, peers }: TrialResult): ComparedMethod {
  const { mean, min, max, steps } = series[series.length - 1]
  return { method, error: { mean, min, max }, online: peers.length, steps }
}

async function report(
  { flags, session, startedUnixMs, tell }: CompareOptions,
  results: string,
  plan: SwarmPlan,
  { event, trials }: Compared,
): Promise<void> {
  const { writeComparison } = await import('./write-comparison.ts')
  const methods = event.methods.map(({ method }) => method)
  const written = writeComparison(
    results,
    {
      plan,
      flags,
      methods,
      trials,
      starved: event.starved,
      words: session.words,
    },
    session.signal,
  )
  const path = await written.catch((error: unknown) => {
    if (!session.signal.aborted || error !== session.signal.reason) throw error
    const message = `interrupted: no report was written; the results are in ${results}`
    throw new Interruption(message, exitCodeOf(error))
  })
  tell({ type: 'report', results, report: path, seconds: secondsSince(startedUnixMs) })
}

function secondsSince(unixMs: number): number {
  return Math.round(Date.now() - unixMs) / 1000
}
