import { ConfigurationError } from '@hearsay/core'
import { createFederatedParts, FederatedKind, FederatedLearning } from '@hearsay/federated'
import { Shards } from '@hearsay/learning'
import { ModelFormat } from '@hearsay/protocols'
import type { FederatedMethod } from '../method.ts'
import { buildFederatedGuard } from './federated-guard.ts'
import { roundTimes } from '../round-times.ts'
import type { ScenarioOptions } from '../scenario-options.ts'
import { buildPeriodFactors } from '../speeds.ts'
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
  const parts = createFederatedParts(kernels, shards, options.learner, method)
  const learning = new FederatedLearning({
    ...{ peers: options.peers, kernels, ...parts, ...times, server, serverTrains },
    ...{ fraction, updatesMin, exchange, weights, modelWeights, trainingMs: trainingTimes(options) },
  })
  const guard = options.guard ? buildFederatedGuard(world, method, shards, times.roundMs) : undefined
  if (liars !== undefined) checkAttack(liars.attack.kind)
  const format = new ModelFormat({ shape, ...(exchange && { exchange }), ...(weights && { weights }) })
  const protocol = lyingProtocol({ protocol: learning, kernels, format, kind: FederatedKind.update, liars })
  return {
    ...{ shards, learning, steps: learning.steps, server },
    protocols: [{ protocol, guard }],
    predictor: predicts === 'global' ? server : undefined,
    updates: () => learning.trainings.reduce((sum, trainings) => sum + trainings, 0),
  }
}

/** How much later slow clients answer. */
function trainingTimes(options: ScenarioOptions): ((peer: number) => number) | undefined {
  const factors = buildPeriodFactors(options)
  return factors && ((peer) => Math.max(0, factors[peer] - 1) * options.periodMs)
}

/** Clients see no models of each other, and their updates have no age. */
function checkAttack(kind: string): void {
  if (kind !== 'age-lie' && kind !== 'alie' && kind !== 'inner-product') return
  throw new ConfigurationError(
    'BYZANTINE',
    `the attack ${kind} is one on gossip learning: on federated learning choose sign-flip, scale, noise or label-flip`,
  )
}
