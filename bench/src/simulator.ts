import { availableParallelism } from 'node:os'
import { type ScenarioOptions, W2 } from '@hearsay/experiments'
import type { Benchmark, Figure } from './measure.ts'
import { median, medianRatio } from './measure.ts'
import { runSimulatorJob, type SimulatorJob, type SimulatorJobResult } from './simulator-job.ts'

const W2_JOB: SimulatorJob = {
  options: W2,
  scale: 'standardise',
  cycles: 1000,
  rounds: 5,
  warmUp: true,
  workers: 0,
}

/** Workload W1: 1000 peers × 100 cycles, everybody knows everybody. */
const W1: ScenarioOptions = { ...W2, overlay: 'uniform' }

/** Peers with one row each, of which a hundred are evaluated each cycle. */
function oneRowEach(peers: number): ScenarioOptions {
  return { ...W2, peers, rowsPerPeer: 1, evaluate: 100 / peers }
}

type Report = (figure: Figure) => void

/** The simulator's speed and memory, on workloads that other simulators were measured on. */
export const simulatorBenchmark: Benchmark = {
  name: 'simulator',
  description: 'received, merged and trained models a second, from 10³ to 10⁶ peers, on one core and on all',
  async run(report) {
    await measureW2(report)
    await measureW1(report)
    await measureSizes(report)
    await measureParallel(report)
    await measureRows(report)
    await measureNewsCast(report)
  },
}

function reportUpdates(report: Report, name: string, { updatesPerSecond }: SimulatorJobResult): void {
  report({ name: `${name}.updatesPerSecond`, value: median(updatesPerSecond), unit: 'updates/s' })
}

async function measureW2(report: Report): Promise<void> {
  const result = await runSimulatorJob(W2_JOB)
  reportUpdates(report, 'simulator.w2', result)
  report({ name: 'simulator.w2.updatesPerSecond.best', value: Math.max(...result.updatesPerSecond), unit: 'updates/s' })
  report({ name: 'simulator.w2.error', value: result.error, unit: 'share' })
  const workers = availableParallelism()
  reportUpdates(report, 'simulator.w2.allCores', await runSimulatorJob({ ...W2_JOB, workers }))
}

/** In a fresh process, the first run: what compiling the code costs is part of it. */
async function measureW1(report: Report): Promise<void> {
  const job = { ...W2_JOB, options: W1, cycles: 100 }
  const cold: number[] = []
  for (let round = 0; round < 5; round++) {
    cold.push(...(await runSimulatorJob({ ...job, rounds: 1, warmUp: false })).updatesPerSecond)
  }
  report({ name: 'simulator.w1.updatesPerSecond', value: median(cold), unit: 'updates/s' })
  reportUpdates(report, 'simulator.w1.warm', await runSimulatorJob(job))
}

async function measureSizes(report: Report): Promise<void> {
  const job = { ...W2_JOB, cycles: 10, rounds: 3 }
  const small = await runSimulatorJob({ ...job, options: oneRowEach(1000), cycles: 1000 })
  reportUpdates(report, 'simulator.1e3', small)
  reportUpdates(report, 'simulator.1e5', await runSimulatorJob({ ...job, options: oneRowEach(100_000) }))
  const large = await runSimulatorJob({ ...job, options: oneRowEach(1_000_000), rounds: 1, warmUp: false })
  reportUpdates(report, 'simulator.1e6', large)
  report({ name: 'simulator.1e6.megabytes', value: large.megabytes, unit: 'MB' })
  const growth = median(small.updatesPerSecond) / median(large.updatesPerSecond)
  report({ name: 'simulator.1e6.costGrowth', value: growth, unit: 'x' })
}

async function measureParallel(report: Report): Promise<void> {
  const job = { ...W2_JOB, options: oneRowEach(100_000), cycles: 20, rounds: 1, warmUp: false }
  const speeds: [number[], number[]] = [[], []]
  for (let round = 0; round < 5; round++) {
    const [one, two] = [await runSimulatorJob({ ...job, workers: 1 }), await runSimulatorJob({ ...job, workers: 2 })]
    if (one.traceHash !== two.traceHash) throw new Error('two workers have not run the run of one')
    speeds[0].push(...one.updatesPerSecond)
    speeds[1].push(...two.updatesPerSecond)
  }
  report({ name: 'simulator.parallel.speedup', value: medianRatio(speeds[1], speeds[0]), unit: 'x' })
}

async function measureRows(report: Report): Promise<void> {
  const options: ScenarioOptions = { ...W2, peers: 100, rowsPerPeer: 41 }
  const { updatesPerSecond } = await runSimulatorJob({ ...W2_JOB, options })
  report({ name: 'simulator.rows41.rowsPerSecond', value: 41 * median(updatesPerSecond), unit: 'rows/s' })
}

/** What views of 30 descriptors that are exchanged every cycle cost beside a fixed overlay. */
async function measureNewsCast(report: Report): Promise<void> {
  const job = { ...W2_JOB, cycles: 200, rounds: 1, warmUp: true }
  const speeds: [number[], number[]] = [[], []]
  for (let round = 0; round < 3; round++) {
    speeds[0].push(...(await runSimulatorJob(job)).updatesPerSecond)
    const options: ScenarioOptions = { ...W2, overlay: 'newscast', viewSize: 30 }
    speeds[1].push(...(await runSimulatorJob({ ...job, options })).updatesPerSecond)
  }
  report({ name: 'simulator.newscast.ratio', value: medianRatio(speeds[0], speeds[1]), unit: 'x' })
}
