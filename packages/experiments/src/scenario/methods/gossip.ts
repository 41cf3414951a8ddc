import { type Learner, passPlan, Shards } from '@hearsay/learning'
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
import { buildLearner, linearOf } from './build-learner.ts'
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
  const { learner: trained, network } = buildLearner(world, shards, { steps })
  const overlay = buildOverlay(options, kernels, world.isOnline)
  const gossipOf = (learner: Learner): GossipLearning =>
    new GossipLearning({
      ...{ ...options, kernels, learner, sampler: overlay.sampler, exchange, weights },
      flow: createFlowControl(flow, peers, partsOf(exchange)),
      periodMs: exchangePeriodMs(exchange, periodMs),
      periodFactors: buildPeriodFactors(options),
    })
  const deferred = network?.defer(weights, gossipOf)
  const gossip = deferred?.inner ?? gossipOf(trained)
  const learning = deferred ?? gossip
  const plan = options.guard ? passPlan(shape, linearOf(options.learner)) : undefined
  const guard = plan && buildGuard({ options, kernels, shape, plan, shards, train })
  const format = new ModelFormat({ shape: trained.shape, exchange, weights })
  const protocol = lyingProtocol({ protocol: learning, kernels, format, kind: MODEL, liars })
  const stacked = { protocol, guard }
  return {
    shards,
    learning,
    network,
    protocols: overlay.protocol === undefined ? [stacked] : [{ protocol: overlay.protocol }, stacked],
    steps,
    votingModels: options.votes === 1 ? undefined : (peer) => gossip.votingModels(peer),
    updates: () => gossip.received.reduce((sum, received) => sum + received, 0),
  }
}
