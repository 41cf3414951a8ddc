import { EnvironmentError, type Random, randomStream } from '@hearsay/core'
import { createKernels, type Kernels } from '@hearsay/kernels'
import type { Delay } from '../network/delay.ts'
import { independentNetwork } from '../network/independent-network.ts'
import { Purpose } from '../purpose.ts'
import { Simulation } from '../simulation.ts'
import type { SimulationOptions } from '../simulation-options.ts'
import type { Attack } from './byzantine/attack.ts'
import type { FaultPlan } from './fault-plan.ts'
import { countersConsistent } from './invariants/counters-consistent.ts'
import type { Invariant } from './invariants/invariant.ts'
import { InvariantError, InvariantMonitor, type Violation } from './invariants/invariant-monitor.ts'
import { nobodyAbsent } from './invariants/nobody-absent.ts'
import { randomFaultPlan } from './random-fault-plan.ts'
import { type SimulatedFaults, simulateFaults } from './simulate-faults.ts'

/** A small population under a random plan, to build protocols for. */
export interface FaultSetting {
  /** 8 … 32. */
  readonly peers: number
  readonly seed: number
  /** Milliseconds of a cycle. */
  readonly periodMs: number
  readonly kernels: Kernels
  /** For what is drawn before the run. */
  readonly random: Random
  readonly plan: FaultPlan
  readonly faults: SimulatedFaults
}

/** Protocols, and what must hold of them. */
export interface ObservedProtocols extends Pick<SimulationOptions, 'protocols' | 'bootstrap'> {
  readonly invariants: readonly Invariant[]
}

/** What is held against random plans. */
export interface FaultSubject {
  readonly name: string
  /**
   * Attacks that its Byzantine peers may make.
   *
   * @defaultValue none
   */
  readonly attacks?: readonly Attack['kind'][]
  build(setting: FaultSetting): ObservedProtocols
}

/** What came out of one seed. */
export interface Exploration {
  readonly subject: string
  readonly seed: number
  readonly peers: number
  /** Cycles of 100 ms, 20 … 50. */
  readonly cycles: number
  readonly plan: FaultPlan
  /** Events that were handled. */
  readonly events: number
  /** `undefined` where all went as it must. */
  readonly violation: Violation | undefined
  /** What happened last before the violation, in words; empty unless asked for. */
  readonly recent: readonly string[]
  readonly traceHash: string
}

/** Milliseconds of a cycle in explored runs. */
const PERIOD_MS = 100

/** The stream that settings are drawn from; protocols are set up from the one behind it. */
const SETTINGS = 128

/** One seed in so many is run twice. */
const TWICE = 16

/**
 * Runs a subject under the plan, in the population and on the network that a seed draws, and holds every step against its
 * invariants and those of every run: counters consistent, nobody absent, nothing thrown; one seed in sixteen is run twice,
 * to the same trace hash. A seed and a subject always give the same.
 *
 * @param seed - A safe integer ≥ 0.
 * @param recentMax - How many events before a violation are told. Default 0.
 * @throws {@link EnvironmentError} where the machine cannot do it.
 */
export function exploreSeed(subject: FaultSubject, seed: number, recentMax = 0): Exploration {
  const first = runSeed(subject, seed, recentMax)
  if (seed % TWICE !== 0 || first.violation !== undefined) return first
  const { traceHash } = runSeed(subject, seed, 0)
  if (traceHash === first.traceHash) return first
  const problem = `the trace hash is ${first.traceHash} at first, and then ${traceHash}`
  const where = { timeMs: first.cycles * PERIOD_MS, peer: -1, event: 'at the end' }
  return { ...first, violation: { invariant: 'same seed, same run', ...where, problem } }
}

function runSeed(subject: FaultSubject, seed: number, recentMax: number): Exploration {
  const random = randomStream(seed, SETTINGS, Purpose.faults)
  const peers = 8 + random.below(25)
  const cycles = 20 + random.below(31)
  const limits = { durationMs: cycles * PERIOD_MS, periodMs: PERIOD_MS, attacks: subject.attacks ?? [] }
  const plan = randomFaultPlan(seed, limits)
  const faults = simulateFaults(plan, { peers, seed, network: independentNetwork({ delay: drawDelay(random) }) })
  const kernels = createKernels()
  const setup = randomStream(seed, SETTINGS + 1, Purpose.faults)
  const setting = { peers, seed, periodMs: PERIOD_MS, kernels, random: setup, plan, faults }
  const { invariants, ...stack } = subject.build(setting)
  const always = [countersConsistent(), nobodyAbsent(peers, faults.pauses)]
  const monitor = new InvariantMonitor([...always, ...invariants], recentMax)
  const simulation = new Simulation({ ...stack, ...faults, peers, seed, kernels, tap: monitor })
  monitor.watch(simulation)
  const violation = violationOf(() => simulation.run(limits.durationMs), monitor)
  const { events, recent } = monitor
  const told = violation === undefined ? [] : recent
  return {
    subject: subject.name,
    seed,
    peers,
    cycles,
    plan,
    events,
    violation,
    recent: told,
    traceHash: simulation.traceHash,
  }
}

/** A network that is quick or slow, even or not. */
function drawDelay(random: Random): Delay {
  const ms = 1 + random.below(2 * PERIOD_MS)
  const kind = random.below(3)
  if (kind === 0) return { kind: 'constant', ms }
  return kind === 1 ? { kind: 'uniform', minMs: 1, maxMs: ms } : { kind: 'exponential', meanMs: ms, minMs: 1 }
}

function violationOf(run: () => void, monitor: InvariantMonitor): Violation | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    if (error instanceof InvariantError) return error.violation
    if (error instanceof EnvironmentError) throw error
    const { timeMs, peer, event } = monitor.last
    return { invariant: 'nothing thrown', timeMs, peer, event: `after ${event}`, problem: String(error) }
  }
}
