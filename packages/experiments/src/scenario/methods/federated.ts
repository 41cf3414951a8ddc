import { ConfigurationError } from '@hearsay/core'
import {
  AveragingRule,
  createFederatedParts,
  EpochTraining,
  FederatedKind,
  FederatedLearning,
  type FederatedParts,
} from '@hearsay/federated'
import { Shards } from '@hearsay/learning'
import { ModelFormat } from '@hearsay/protocols'
import type { FederatedMethod } from '../method.ts'
import { buildFederatedGuard } from './federated-guard.ts'
import { updateMs } from '../mlp/mlp-learner.ts'
import type { BuiltNetwork } from '../mlp/prepared-network.ts'
import { roundTimes } from '../round-times.ts'
import { buildPeriodFactors } from '../speeds.ts'
import { buildLearner, linearOf } from './build-learner.ts'
import type { BuiltMethod } from './built-method.ts'
import { lyingProtocol } from './liars.ts'
import type { World } from './world.ts'

/** @throws {@link ConfigurationError} `METHOD`, `BYZANTINE`, and what the parts throw. */
export function buildFederated(world: World, method: FederatedMethod): BuiltMethod {
  const { options, kernels, shape, train, assignment, liars } = world
  const { server = 0, serverTrains = true, predicts = 'global' } = method
  const { fraction, updatesMin, exchange, weights, modelWeights } = method
  const times = roundTimes(options, method)
  const shards = new Shards(kernels.memory, shape, train, assignment)
  const { network, ...parts } = partsOf(world, shards, method)
  const learning = new FederatedLearning({
    ...{ peers: options.peers, kernels, ...parts, ...times, server, serverTrains },
    ...{ fraction, updatesMin, exchange, weights, modelWeights, trainingMs: trainingTimes(world, method) },
  })
  const guard = options.guard ? buildFederatedGuard(world, method, shards, times.roundMs) : undefined
  if (liars !== undefined) checkAttack(liars.attack.kind)
  const format = new ModelFormat({
    shape: parts.training.shape,
    ...(exchange && { exchange }),
    ...(weights && { weights }),
  })
  const protocol = lyingProtocol({ protocol: learning, kernels, format, kind: FederatedKind.update, liars })
  return {
    ...{ shards, learning, network, steps: learning.steps, server },
    protocols: [{ protocol, guard }],
    predictor: predicts === 'global' ? server : undefined,
    updates: () => learning.trainings.reduce((sum, trainings) => sum + trainings, 0),
  }
}

/** What clients and server do; a network knows plain averaging alone. */
function partsOf(
  world: World,
  shards: Shards,
  method: FederatedMethod,
): FederatedParts & { readonly network?: BuiltNetwork | undefined } {
  const { options, kernels } = world
  if (world.network === undefined) return createFederatedParts(kernels, shards, linearOf(options.learner), method)
  const { learner, network } = buildLearner(world, shards)
  const training = new EpochTraining(kernels, learner, { epochs: epochsOf(method) })
  return { training, rule: new AveragingRule(kernels, learner.shape), network }
}

function epochsOf(method: FederatedMethod): number {
  return 'epochs' in method ? (method.epochs ?? 1) : 1
}

/** How much later clients answer: slow ones, and all where training takes time. */
function trainingTimes(
  { options, assignment }: World,
  method: FederatedMethod,
): ((peer: number) => number) | undefined {
  const factors = buildPeriodFactors(options)
  const costs = assignment.map(({ length }) => epochsOf(method) * updateMs(options.learner, length))
  if (factors === undefined && costs.every((cost) => cost === 0)) return undefined
  return (peer) => Math.max(0, (factors?.[peer] ?? 1) - 1) * options.periodMs + costs[peer]
}

/** Clients see no models of each other, and their updates have no age. */
function checkAttack(kind: string): void {
  if (kind !== 'age-lie' && kind !== 'alie' && kind !== 'inner-product') return
  throw new ConfigurationError(
    'BYZANTINE',
    `the attack ${kind} is one on gossip learning: on federated learning choose sign-flip, scale, noise or label-flip`,
  )
}
