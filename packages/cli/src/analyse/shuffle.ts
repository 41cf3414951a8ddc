import {
  classicMeanField,
  createShuffle,
  PopulationSimulation,
  refinedMeanField,
  shuffleStart,
} from '@hearsay/analysis'
import { ConfigurationError } from '@hearsay/core'
import type { ShuffleFlags } from './analyse-flags.ts'
import { formatCount } from '../output/format.ts'
import type { Analysis } from './analysis.ts'

/** `hearsay analyse shuffle`: how gossip shuffle spreads an item. */
export function shuffleAnalysis(flags: ShuffleFlags): Analysis {
  const { peers, gmax, items, cache, exchange, slots, seed } = flags
  checkSizes(flags)
  const { model, replication, coverage } = createShuffle({ sizes: { items, cache, exchange }, gmax })
  const start = shuffleStart(peers)
  const observables = [replication, coverage]
  const classic = classicMeanField(model, start, slots, observables)
  const refined = refinedMeanField(model, start, slots, peers, observables)
  const simulation = new PopulationSimulation(model, { start, steps: slots, population: peers, seed, observables })
  const labels = ['replication (share that holds the item)', 'coverage (share that has ever held it)']
  return {
    name: 'shuffle',
    title: `Gossip shuffle, ${formatCount(peers)} peers, n = ${items}, c = ${cache}, s = ${exchange}, Gmax = ${gmax}`,
    subtitle: 'One peer keeps the item for good; simulated: the six-state model at random',
    parameters: { peers, gmax, items, cache, exchange },
    time: { unit: 'slot', steps: slots, stride: 1 },
    quantities: ['replication', 'coverage'].map((name, i) => ({
      name,
      label: labels[i],
      theories: [
        { name: 'classic', label: 'classic mean field', values: classic[i] },
        { name: 'refined', label: 'refined mean field', values: refined[i].expectation },
      ],
      simulated: simulation.ensembles[i],
    })),
    logarithmic: false,
    simulate: () => simulation.run(),
    facts: () => [{ name: 'replicationLimit', label: 'replication in the end: c/n', value: cache / items }],
  }
}

function checkSizes({ items, cache, exchange }: ShuffleFlags): void {
  if (exchange > cache) {
    throw new ConfigurationError(
      'SHUFFLE_SIZES',
      `an exchange of ${exchange} items needs a --cache of as many, not ${cache}`,
    )
  }
  if (cache > items || exchange === items) {
    const least = Math.max(cache, exchange + 1)
    throw new ConfigurationError(
      'SHUFFLE_SIZES',
      `a cache of ${cache} and exchanges of ${exchange} need --items of at least ${least}, not ${items}`,
    )
  }
}
