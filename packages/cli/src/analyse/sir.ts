import {
  basicReproductionNumber,
  linearObservable,
  PopulationSimulation,
  refinedMeanField,
  RungeKutta,
  sirEquilibrium,
  sirField,
  sirModel,
  type SirParameters,
} from '@hearsay/analysis'
import type { EpidemicFlags } from './analyse-flags.ts'
import { formatCount } from '../output/format.ts'
import type { Analysis, Fact } from './analysis.ts'

/** Steps of the simulated model in a unit of time. */
const STRIDE = 50
/** Steps of the integrator in one of those. */
const SUBSTEPS = 1
const STATES = ['S', 'I', 'R'] as const
const NAMES = ['susceptible', 'infective', 'removed'] as const

/** `hearsay analyse epidemic --model sir`. */
export function sirAnalysis({ beta = 1, gamma = 0.25, mu = 0, infected = 0.01, ...flags }: EpidemicFlags): Analysis {
  const { peers, cycles, seed } = flags
  const parameters = { beta, gamma, mu }
  const infective = Math.max(1, Math.round(infected * peers)) / peers
  const start = [1 - infective, infective, 0]
  const steps = cycles * STRIDE
  const model = sirModel(parameters, 1 / STRIDE)
  const observables = STATES.map((state) => linearObservable(model, { [state]: 1 }))
  const solution = solve(parameters, start, steps)
  const refined = refinedMeanField(model, start, steps, peers, observables)
  const simulation = new PopulationSimulation(model, { start, steps, population: peers, seed, observables })
  return {
    name: 'epidemic',
    title: `SIR epidemic, β = ${beta}, γ = ${gamma}, μ = ${mu}, ${formatCount(peers)} peers`,
    subtitle: `Infective at the start: ${infective * 100} %; simulated: the model in steps of 1/${STRIDE} unit`,
    parameters: { model: 'sir', peers, ...parameters, infected: infective },
    time: { unit: 'unit', steps: cycles, stride: STRIDE },
    quantities: NAMES.map((name, i) => ({
      name,
      label: `${name} peers (share)`,
      theories: [
        { name: 'ode', label: 'differential equation', values: solution[i] },
        { name: 'refined', label: 'refined mean field', values: refined[i].expectation },
      ],
      simulated: simulation.ensembles[i],
    })),
    logarithmic: false,
    simulate: () => simulation.run(),
    facts: () => facts(parameters),
  }
}

function solve(parameters: SirParameters, start: readonly number[], steps: number): Float64Array[] {
  const integrator = new RungeKutta(sirField(parameters), start)
  const series = start.map(() => new Float64Array(steps + 1))
  for (let step = 0; step <= steps; step++) {
    if (step > 0) integrator.advance(1 / STRIDE, SUBSTEPS)
    for (let i = 0; i < series.length; i++) series[i][step] = integrator.state[i]
  }
  return series
}

function facts(parameters: SirParameters): Fact[] {
  const { susceptible, infective, removed } = sirEquilibrium(parameters)
  return [
    { name: 'basicReproductionNumber', label: 'R₀ = β/(γ + μ)', value: basicReproductionNumber(parameters) },
    { name: 'equilibriumSusceptible', label: 'in the end susceptible', value: susceptible },
    { name: 'equilibriumInfective', label: 'in the end infective', value: infective },
    { name: 'equilibriumRemoved', label: 'in the end removed', value: removed },
  ]
}
