import {
  classicMeanField,
  createRumorMongering,
  type Ensemble,
  PopulationSimulation,
  refinedMeanField,
  rumorResidue,
  rumorStart,
} from '@hearsay/analysis'
import type { RumorFlags } from './analyse-flags.ts'
import { formatCount } from '../output/format.ts'
import type { Analysis, Fact, Quantity } from './analysis.ts'

/** `hearsay analyse rumor`: rumor mongering by push. */
export function rumorAnalysis({ k, stop, peers, cycles, seed }: RumorFlags): Analysis {
  const rumor = createRumorMongering({ k, stop, peers })
  const start = rumorStart(rumor, peers)
  const observables = [rumor.susceptible, rumor.infective]
  const classic = classicMeanField(rumor.model, start, cycles, observables)
  const refined = refinedMeanField(rumor.model, start, cycles, peers, observables)
  const simulation = new PopulationSimulation(rumor.model, {
    start,
    steps: cycles,
    population: peers,
    seed,
    observables,
  })
  const labels = ['susceptible peers (share)', 'infective peers (share)']
  const quantities = ['susceptible', 'infective'].map((name, i): Quantity => ({
    name,
    label: labels[i],
    theories: [
      { name: 'classic', label: 'classic mean field', values: classic[i] },
      { name: 'refined', label: 'refined mean field', values: refined[i].expectation },
    ],
    simulated: simulation.ensembles[i],
  }))
  return {
    name: 'rumor',
    title: `Rumor mongering by push, k = ${k}, ${stop}, ${formatCount(peers)} peers`,
    subtitle: 'It starts at one peer; simulated: the mean-field model at random',
    parameters: { k, stop, peers },
    time: { unit: 'cycle', steps: cycles, stride: 1 },
    quantities,
    logarithmic: false,
    simulate: () => simulation.run(),
    facts: () => facts(k, quantities, cycles),
  }
}

function facts(k: number, [susceptible, infective]: readonly Quantity[], cycles: number): Fact[] {
  const [classic, refined] = susceptible.theories
  const residue = susceptible.simulated
  return [
    { name: 'rumorEquation', label: `residue by the rumor equation, k = ${k}`, value: rumorResidue(k) },
    { name: 'residueClassic', label: 'residue by the classic mean field', value: classic.values[cycles] },
    { name: 'residueRefined', label: 'residue by the refined mean field', value: refined.values[cycles] },
    {
      name: 'residueSimulated',
      label: 'residue, simulated',
      value: residue.mean(cycles),
      standardError: residue.standardError(cycles),
    },
    {
      name: 'trafficClassic',
      label: 'messages a peer by the classic mean field',
      value: sum(infective.theories[0].values),
    },
    { name: 'trafficSimulated', label: 'messages a peer, simulated', value: sumOfMeans(infective.simulated, cycles) },
  ]
}

function sum(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, value) => total + value, 0)
}

function sumOfMeans(ensemble: Ensemble, steps: number): number {
  return sum(Array.from({ length: steps + 1 }, (_, time) => ensemble.mean(time)))
}
