import { buildCentralised, buildIsolated } from './baselines.ts'
import type { BuiltMethod } from './built-method.ts'
import { buildFederated } from './federated.ts'
import { buildGossip } from './gossip.ts'
import type { World } from './world.ts'

/** Builds the method of a world; throws what its parts throw. */
export function buildMethod(world: World): BuiltMethod {
  const { method = { kind: 'gossip' } } = world.options
  switch (method.kind) {
    case 'gossip':
      return buildGossip(world)
    case 'isolated':
      return buildIsolated(world)
    case 'centralised':
      return buildCentralised(world)
    default:
      return buildFederated(world, method)
  }
}
