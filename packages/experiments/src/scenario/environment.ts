import { type FaultPlan, type SimulationOptions, simulateFaults } from '@hearsay/simulator'
import { buildAvailability } from './churn/build-availability.ts'
import { sparedPeer } from './methods/spared-peer.ts'
import type { Liars } from './methods/world.ts'
import { buildNetwork } from './network/build-network.ts'
import type { ScenarioOptions } from './scenario-options.ts'
import { sparedByChurn, sparedByPauses } from './spare-peer.ts'

/** What surrounds the peers of a scenario. */
export interface Environment {
  readonly simulated: Pick<SimulationOptions, 'network' | 'availability' | 'pauses' | 'clocks'>
  /** Peers that lie, where some do. */
  readonly liars?: Liars | undefined
}

/**
 * Network, churn and faults of a run: what a plan says comes on top of what options say. Throws what the parts throw.
 *
 * @param modelWords - Words of a whole model on the wire.
 */
export function buildEnvironment(
  options: ScenarioOptions,
  modelWords: number,
  plan: FaultPlan | undefined,
): Environment {
  const { peers, seed } = options
  const spared = sparedPeer(options)
  const network = buildNetwork(options, modelWords, spared)
  const availability = buildAvailability(options)
  if (plan === undefined) return { simulated: { network, availability: sparing(availability, spared) } }
  const faults = simulateFaults(plan, { peers, seed, network, ...(availability && { availability }) })
  const { pauses, clocks, attackers } = faults
  const liars = plan.byzantine && { attack: plan.byzantine.attack, attackers }
  return {
    simulated: {
      ...{ network: faults.network, availability: sparing(faults.availability, spared), clocks },
      pauses: pauses === undefined || spared === undefined ? pauses : sparedByPauses(pauses, spared),
    },
    liars,
  }
}

function sparing(availability: SimulationOptions['availability'], spared: number | undefined): typeof availability {
  return availability === undefined || spared === undefined ? availability : sparedByChurn(availability, spared)
}
