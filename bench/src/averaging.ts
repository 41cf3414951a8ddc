import { runAveragingJob } from './averaging-job.ts'
import { type Benchmark, median } from './measure.ts'

const ROUNDS = 3

/** Push–pull averaging over a uniform sampler, delay a hundredth of a cycle, each run in a process of its own. */
export const averagingBenchmark: Benchmark = {
  name: 'averaging',
  description: 'push–pull averaging: exchanges a second at 10⁶ peers, time and memory of ten cycles of 10⁷',
  async run(report) {
    const speeds: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const { exchangesPerSecond } = await runAveragingJob({ peers: 1_000_000, cycles: 10, warmUpCycles: 1 })
      speeds.push(exchangesPerSecond)
    }
    const name = 'protocols.averaging.1e6.exchangesPerSecond'
    report({ name, value: median(speeds), unit: 'exchanges/s' })
    const huge = await runAveragingJob({ peers: 10_000_000, cycles: 10, warmUpCycles: 0 })
    report({ name: 'simulator.1e7.averaging.seconds', value: huge.seconds, unit: 's' })
    report({ name: 'simulator.1e7.averaging.megabytes', value: huge.megabytes, unit: 'MB' })
    report({ name: 'simulator.1e7.averaging.varianceLeft', value: huge.varianceLeft, unit: 'share' })
  },
}
