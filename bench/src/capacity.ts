import { CAPACITY, CAPACITY_PROTOCOLS, capacityRun } from './capacity-run.ts'
import type { Benchmark } from './measure.ts'

const PEERS = 200
const CYCLES = 40
/** New events a cycle, as multiples of what a message carries. */
const LOADS = [0.125, 0.25, 0.5, 1, 2, 4] as const

/** Where dissemination breaks as events come faster than bounded messages carry them: `experiments/capacity`. */
export const capacityBenchmark: Benchmark = {
  name: 'capacity',
  description: 'events a cycle against messages of bounded size: the share of the peers that an event reaches',
  async run(report) {
    for (const protocol of CAPACITY_PROTOCOLS) {
      for (const load of LOADS) {
        const outcome = capacityRun({ protocol, peers: PEERS, rate: load * CAPACITY, cycles: CYCLES, seed: 1 })
        const name = `capacity.${protocol}.${load * CAPACITY}`
        report({ name: `${name}.reach`, value: outcome.reach, unit: 'share' })
        report({ name: `${name}.delay`, value: outcome.delayCycles, unit: 'cycles' })
      }
    }
  },
}
