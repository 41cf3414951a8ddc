import { loadData, Scenario } from '@hearsay/experiments'
import { runParallel } from 'hearsay'
import type { SimulatorJob, SimulatorJobResult } from './simulator-job.ts'

// One workload of the simulator, in a process of its own.

type Round = Pick<SimulatorJobResult, 'error' | 'traceHash'> & { readonly updatesPerSecond: number }

async function runRound(job: SimulatorJob, seed: number): Promise<Round> {
  const data = await loadData({ kind: 'named', name: 'spambase' }, job.scale, job.options.seed)
  const options = { ...job.options, seed }
  if (job.workers > 0) return await runOnWorkers(job, options, data)
  const scenario = new Scenario(options, data)
  let error = Number.NaN
  const start = performance.now()
  for (let cycle = 0; cycle < job.cycles; cycle++) {
    scenario.runCycle()
    error = scenario.sampleError().mean
  }
  const seconds = (performance.now() - start) / 1000
  return { updatesPerSecond: scenario.updates / seconds, error, traceHash: scenario.simulation.traceHash }
}

async function runOnWorkers(
  { cycles, workers }: SimulatorJob,
  options: SimulatorJob['options'],
  data: Awaited<ReturnType<typeof loadData>>,
): Promise<Round> {
  const { signal } = new AbortController()
  const now = (): number => performance.now()
  let error = Number.NaN
  for await (const event of runParallel(options, data, { workers, cycles, reportAt: [cycles], signal, now })) {
    if (event.type === 'cycle') error = event.error.mean
    if (event.type !== 'summary') continue
    return { updatesPerSecond: event.updatesPerSecond, error, traceHash: event.traceHash }
  }
  throw new Error('a run ended without a summary')
}

process.once('message', async (job: SimulatorJob) => {
  const rounds: Round[] = []
  for (let round = job.warmUp ? -1 : 0; round < job.rounds; round++) {
    const result = await runRound(job, 1 + Math.max(0, round))
    if (round >= 0) rounds.push(result)
  }
  const last = rounds[rounds.length - 1]
  const result: SimulatorJobResult = {
    updatesPerSecond: rounds.map(({ updatesPerSecond }) => updatesPerSecond),
    error: last.error,
    traceHash: last.traceHash,
    megabytes: process.resourceUsage().maxRSS / 1000,
  }
  process.send?.(result)
  process.disconnect()
})
