import { LinearLearner, Shards } from '@hearsay/learning'
import {
  createFlowControl,
  exchangePeriodMs,
  FULL_EXCHANGE,
  GossipLearning,
  ModelFormat,
  MODEL,
  partsOf,
} from '@hearsay/protocols'
import { checkCorrection } from '../check-correction.ts'
import { checkExchange } from '../check-exchange.ts'
import { buildGuard } from '../guard.ts'
import { buildOverlay } from '../overlay.ts'
import { buildPeriodFactors } from '../speeds.ts'
import type { BuiltMethod } from './built-method.ts'
import { lyingProtocol } from './liars.ts'
import type { World } from './world.ts'

/** Throws what {@link checkExchange}, {@link checkCorrection} and {@link buildOverlay} throw. */
export function buildGossip(world: World): BuiltMethod {
  const { options, kernels, shape, train, assignment, liars } = world
  const { peers, periodMs, exchange = FULL_EXCHANGE, weights = 'float32', flow = { kind: 'proactive' } } = options
  checkExchange({ ...options.learner, ...options, parameters: shape.outputs * shape.dimension })
  checkCorrection(options)
  const shards = new Shards(kernels.memory, shape, train, assignment)
  const steps = world.counts ? new Float64Array(peers) : undefined
  const learner = new LinearLearner(kernels, shards, options.learner, steps)
  const overlay = buildOverlay(options, kernels, world.isOnline)
  const learning = new GossipLearning({
    ...{ ...options, kernels, learner, sampler: overlay.sampler, exchange, weights },
    flow: createFlowControl(flow, peers, partsOf(exchange)),
    periodMs: exchangePeriodMs(exchange, periodMs),
    periodFactors: buildPeriodFactors(options),
  })
  const guard = options.guard ? buildGuard({ options, kernels, shape, plan: learner.plan, shards, train }) : undefined
  const format = new ModelFormat({ shape, exchange, weights })
  const protocol = lyingProtocol({ protocol: learning, kernels, format, kind: MODEL, liars })
  const stacked = { protocol, guard }
  return {
    shards,
    learning,
    protocols: overlay.protocol === undefined ? [stacked] : [{ protocol: overlay.protocol }, stacked],
    steps,
    votingModels: options.votes === 1 ? undefined : (peer) => learning.votingModels(peer),
    updates: () => learning.received.reduce((sum, received) => sum + received, 0),
  }
}
