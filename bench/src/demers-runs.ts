import { createKernels } from '@hearsay/kernels'
import { GroupSampler, RumorMongering, rumorTrials } from '@hearsay/protocols'
import { independentNetwork, Simulation } from '@hearsay/simulator'

const SITES = 1000
/** Epidemics that run side by side: few enough for their state to stay in the processor's cache. */
const GROUPS = 4
const PERIOD_MS = 10

/** A part of a row of Demers table 1. */
export interface DemersTask {
  readonly k: number
  readonly runs: number
  readonly seed: number
}

/** Sums over the runs of a task. */
export interface DemersSums {
  readonly k: number
  readonly runs: number
  readonly residue: number
  readonly residueSquares: number
  readonly traffic: number
  readonly cyclesLast: number
}

/** Runs epidemics with push, feedback and counter in synchronous cycles: Demers et al. 1987, table 1. */
export function demersRuns({ k, runs, seed }: DemersTask): DemersSums {
  const kernels = createKernels()
  const peers = SITES * GROUPS
  const sampler = new GroupSampler(SITES)
  const periodMs = PERIOD_MS
  const protocol = new RumorMongering({
    peers,
    memory: kernels.memory,
    sampler,
    k,
    rumors: 1,
    periodMs,
    synchronous: true,
  })
  const network = independentNetwork({ delay: { kind: 'constant', ms: 1 } })
  const simulation = new Simulation({ peers, seed, kernels, protocols: [protocol], network })
  const runUntil = (timeMs: number): void => simulation.run(timeMs)
  const outcomes = rumorTrials({ protocol, groups: GROUPS, size: SITES, runs, periodMs, runUntil })
  const sums = { k, runs, residue: 0, residueSquares: 0, traffic: 0, cyclesLast: 0 }
  for (const { residue, traffic, delayMsMax } of outcomes) {
    sums.residue += residue
    sums.residueSquares += residue * residue
    sums.traffic += traffic
    sums.cyclesLast += Math.ceil(delayMsMax / PERIOD_MS)
  }
  return sums
}
