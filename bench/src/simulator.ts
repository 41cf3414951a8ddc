import { loadData, runScenario, Scenario, W2 } from 'hearsay'
import { type Benchmark, median } from './measure.ts'

const ROUNDS = 5

/** Workload W2: 1000 peers × 1000 cycles of Spambase, a fixed random graph of degree 10, a delay of one cycle. */
export const simulatorBenchmark: Benchmark = {
  name: 'simulator',
  description: 'workload W2 on one core: received, merged and trained models a second, evaluation included',
  async run(report) {
    const data = await loadData({ kind: 'builtin', name: 'spambase' }, 'standardise', W2.seed)
    const speeds: number[] = []
    let error = Number.NaN
    for (let round = -1; round < ROUNDS; round++) {
      const scenario = new Scenario({ ...W2, seed: 1 + Math.max(0, round) }, data)
      const { signal } = new AbortController()
      const now = (): number => performance.now()
      for await (const event of runScenario(scenario, { cycles: 1000, reportAt: [], signal, now })) {
        if (event.type !== 'summary') continue
        if (round >= 0) speeds.push(event.updatesPerSecond)
        error = event.error.mean
      }
    }
    report({ name: 'simulator.w2.updatesPerSecond', value: median(speeds), unit: 'updates/s' })
    report({ name: 'simulator.w2.updatesPerSecond.best', value: Math.max(...speeds), unit: 'updates/s' })
    report({ name: 'simulator.w2.error', value: error, unit: 'share' })
  },
}
