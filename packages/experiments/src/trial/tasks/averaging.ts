import type { Random } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import { Counting, type EpochOptions, PushPullAveraging, PushSum } from '@hearsay/protocols'
import type { FaultPlan, Simulation } from '@hearsay/simulator'
import { setupStream } from '../../scenario/setup-stream.ts'
import {
  averagingMetric,
  type AveragingOptions,
  type CountMethod,
  type PushPullMethod,
  type PushSumMethod,
  type Values,
} from './averaging-options.ts'
import { buildWorld } from './build-world.ts'
import { onlinePeers } from '../simulation-counts.ts'
import type { BuiltTask } from './task-run.ts'

/** What the parts of a run are made of. */
interface Course {
  readonly cycles: number
  readonly faults?: FaultPlan | undefined
}

/** An epoch has no more cycles. */
const EPOCH_MAX = 1_000_000

/** Aggregation, ready to run. Throws what {@link buildWorld} and the protocols throw. */
export function buildAveraging(options: AveragingOptions, course: Course): BuiltTask {
  const { method } = options
  return method.kind === 'count' ? buildCount(options, method, course) : buildMean(options, method, course)
}

/** What each peer holds. */
function valuesOf(kind: Values, peers: number, random: Random): Float64Array {
  const values = new Float64Array(peers)
  if (kind === 'peak') values[random.below(peers)] = peers
  else for (let peer = 0; peer < peers; peer++) values[peer] = random.float64()
  return values
}

function buildMean(options: AveragingOptions, method: PushPullMethod | PushSumMethod, course: Course): BuiltTask {
  const { peers, seed, metric } = options
  const kernels = createKernels({ backend: 'javascript' })
  const values = valuesOf(options.values, peers, setupStream(seed, 'values'))
  const { protocol, simulation } = buildWorld(options, { kernels, ...course }, (sampler) => {
    const common = { ...epochsOf(options, course), sampler, values }
    if (method.kind === 'push-sum') return new PushSum({ ...common, memory: kernels.memory })
    return new PushPullAveraging({ ...common, ...(method.form !== undefined && { form: method.form }) })
  })
  const truth = mean(values)
  const scale = mean(values.map((value) => (value - truth) ** 2))
  const estimateOf = (peer: number): number => (protocol.participates(peer) ? protocol.estimate(peer) : Number.NaN)
  return {
    ...{ metric: averagingMetric(options), simulation },
    look: () => {
      const centre = metric === 'error' ? truth : centreOf(estimateOf, options, simulation)
      return (peer) => (estimateOf(peer) - centre) ** 2 / scale
    },
  }
}

/** The mean estimate of all that count. */
function centreOf(
  estimateOf: (peer: number) => number,
  { peers, measure }: AveragingOptions,
  simulation: Simulation,
): number {
  const estimates = Array.from({ length: peers }, (_, peer) =>
    measure === 'online' && !simulation.isOnline(peer) ? Number.NaN : estimateOf(peer),
  )
  return mean(estimates.filter((estimate) => !Number.isNaN(estimate)))
}

function buildCount(options: AveragingOptions, method: CountMethod, course: Course): BuiltTask {
  const { peers } = options
  const kernels = createKernels({ backend: 'javascript' })
  const { protocol, simulation } = buildWorld(options, { kernels, ...course }, (sampler) => {
    const { instances, leaders } = method
    return new Counting({
      ...{ ...epochsOf(options, course), sampler, memory: kernels.memory },
      ...(instances !== undefined && { instances }),
      ...(leaders !== undefined && { leaders }),
    })
  })
  const { epochCycles } = protocol
  /** Peers that were online when each epoch began: what it counts. */
  const sizes: number[] = []
  return {
    ...{ metric: averagingMetric(options), simulation },
    beforeCycle: (cycle) => {
      if (cycle % epochCycles !== 0) return
      // Before the first event it is not decided yet who is online.
      simulation.run(cycle * options.periodMs)
      sizes.push(onlinePeers(simulation, peers))
    },
    look: () => (peer) => {
      const estimate = protocol.participates(peer) ? protocol.estimate(peer) : Number.NaN
      return Math.abs(estimate / sizes[protocol.epoch(peer)] - 1)
    },
  }
}

function epochsOf({ peers, periodMs, method }: AveragingOptions, { cycles }: Course): Omit<EpochOptions, 'sampler'> {
  const { order, epochCycles = Math.min(cycles, EPOCH_MAX) } = method
  return { peers, periodMs, epochCycles, ...(order !== undefined && { order }) }
}

function mean(values: ArrayLike<number> & Iterable<number>): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}
