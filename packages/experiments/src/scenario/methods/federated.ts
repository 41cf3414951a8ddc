import { ConfigurationError } from '@hearsay/core'
import {
  createFederatedParts,
  createServerRule,
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
import { linearOf } from './build-learner.ts'
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

/** What clients and server do. A network makes all epochs of a round in one update, as it does on libp2p. */
function partsOf(
  world: World,
  shards: Shards,
  method: FederatedMethod,
): FederatedParts & { readonly network?: BuiltNetwork | undefined } {
  const { options, kernels } = world
  const { peers, learner } = options
  if (world.network === undefined || learner.model !== 'mlp') {
    return createFederatedParts(kernels, shards, linearOf(learner), method)
  }
  const epochs = epochsOf(method) * (learner.epochs ?? 1)
  const mu = method.kind === 'fedprox' ? method.mu : 0
  const network = world.network.build({ peers, kernels, shards, epochs, mu })
  const training = new EpochTraining(kernels, network.learner)
  return { training, rule: createServerRule(kernels, training.shape, method), network }
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
