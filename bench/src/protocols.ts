import { Worker } from 'node:worker_threads'
import type { DemersSums, DemersTask } from './demers-runs.ts'
import type { Benchmark, Figure } from './measure.ts'

const WORKERS = 2
const RUNS = 2000
/** Runs of one task: small enough for both workers to end at about the same time. */
const TASK_RUNS = 250

/** Demers et al. 1987, table 1: residue s, traffic m, t_last in cycles. */
const PUBLISHED = [
  { k: 1, residue: 0.18, traffic: 1.7, cyclesLast: 16.8 },
  { k: 2, residue: 0.037, traffic: 3.3, cyclesLast: 16.9 },
  { k: 3, residue: 0.011, traffic: 4.5, cyclesLast: 17.4 },
  { k: 4, residue: 0.0036, traffic: 5.6, cyclesLast: 17.5 },
  { k: 5, residue: 0.0012, traffic: 6.7, cyclesLast: 17.7 },
] as const

/** Hands tasks out to workers, the next one to whoever is free. */
async function runTasks(tasks: DemersTask[]): Promise<DemersSums[]> {
  const results: DemersSums[] = []
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./demers-worker.js', import.meta.url))
    await new Promise<void>((resolve, reject) => {
      const next = (): void => {
        const task = tasks.shift()
        if (task === undefined) resolve()
        else worker.postMessage(task)
      }
      worker.on('error', reject)
      worker.on('message', (sums: DemersSums) => {
        results.push(sums)
        next()
      })
      next()
    })
    await worker.terminate()
  }
  await Promise.all(Array.from({ length: WORKERS }, work))
  return results
}

function reportRow(report: (figure: Figure) => void, published: (typeof PUBLISHED)[number], parts: DemersSums[]): void {
  const sum = (pick: (part: DemersSums) => number): number =>
    parts.reduce((total, part) => total + pick(part), 0) / RUNS
  const residue = sum((part) => part.residue)
  const error = Math.sqrt((sum((part) => part.residueSquares) - residue * residue) / RUNS)
  const name = `protocols.demers1.k${published.k}`
  report({ name: `${name}.residue`, value: residue, unit: `share (${published.residue}, s.e. ${error.toFixed(6)})` })
  report({ name: `${name}.traffic`, value: sum((part) => part.traffic), unit: `sends/site (${published.traffic})` })
  const cyclesLast = sum((part) => part.cyclesLast)
  report({ name: `${name}.cyclesLast`, value: cyclesLast, unit: `cycles (${published.cyclesLast})` })
}

/** Table 1 of Demers et al. 1987: 2000 epidemics among 1000 sites for each of its rows. */
export const protocolsBenchmark: Benchmark = {
  name: 'protocols',
  description: 'rumor mongering: 2000 runs of each row of Demers table 1, on two threads, beside what is published',
  async run(report) {
    const tasks: DemersTask[] = []
    // The longest first, so that the last ones to end are short.
    for (const { k } of [...PUBLISHED].reverse()) {
      for (let runs = 0; runs < RUNS; runs += TASK_RUNS) tasks.push({ k, runs: TASK_RUNS, seed: 1000 * k + runs })
    }
    const started = performance.now()
    const results = await runTasks(tasks)
    report({ name: 'protocols.demers1.seconds', value: (performance.now() - started) / 1000, unit: 's' })
    for (const row of PUBLISHED) {
      reportRow(
        report,
        row,
        results.filter(({ k }) => k === row.k),
      )
    }
  },
}
