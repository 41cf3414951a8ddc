import { createShuffle, PopulationSimulation, refinedMeanField, shuffleStart } from '@hearsay/analysis'
import { type Benchmark, median } from './measure.ts'

const PEERS = 2500
const SLOTS = 3000
const ROUNDS = 9
/** As many simulations as were published, of which a tenth is run. */
const SIMULATIONS = 500
const SHARE = 10

/** The published workload of gossip shuffle: the refined mean field (25.5 s in 2020) and 500 simulations of its model (7 m 1 s). */
export const analysisBenchmark: Benchmark = {
  name: 'analysis',
  description: `gossip shuffle by its six-state model, ${PEERS} peers, ${SLOTS} slots: refined mean field, ${SIMULATIONS} simulations`,
  async run(report) {
    const { model, replication, coverage } = createShuffle()
    const observables = [replication, coverage]
    const start = shuffleStart(PEERS)
    const refined = (): unknown => refinedMeanField(model, start, SLOTS, PEERS, observables)
    // The first round, before anything is compiled, counts: whoever asks once waits for it.
    const seconds = Array.from({ length: ROUNDS }, () => secondsOf(refined))
    report({ name: 'analysis.refined2500.seconds', value: median(seconds), unit: 's' })
    report({ name: 'analysis.refined2500.first.seconds', value: seconds[0], unit: 's' })
    const options = { start, steps: SLOTS, population: PEERS, seed: 1, observables }
    const simulation = new PopulationSimulation(model, options)
    const simulate = (): void => {
      for (let run = 0; run < SIMULATIONS / SHARE; run++) simulation.run()
    }
    report({ name: 'analysis.simulate2500x500.seconds', value: SHARE * secondsOf(simulate), unit: 's' })
  },
}

function secondsOf(body: () => unknown): number {
  const started = performance.now()
  body()
  return (performance.now() - started) / 1000
}
