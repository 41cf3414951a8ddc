import { ConfigurationError, type PeerSampler, type Protocol } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import { type FaultPlan, simulateFaults, Simulation } from '@hearsay/simulator'
import { buildAvailability } from '../../scenario/churn/build-availability.ts'
import { buildNetwork } from '../../scenario/network/build-network.ts'
import { buildOverlay } from '../../scenario/overlay.ts'
import type { WorldOptions } from '../../scenario/scenario-options.ts'

/** A world around one protocol. */
export interface BuiltWorld<Made extends Protocol> {
  readonly protocol: Made
  readonly simulation: Simulation
}

/**
 * Simulates one protocol over an overlay, in a network, with churn and faults. Throws what these throw.
 *
 * @param make - Makes the protocol, given whom its peers know.
 * @throws {@link ConfigurationError} `BYZANTINE` where peers are to lie: attacks are on models.
 */
export function buildWorld<Made extends Protocol>(
  options: WorldOptions,
  { kernels, faults: plan }: { readonly kernels: Kernels; readonly faults?: FaultPlan | undefined },
  make: (sampler: PeerSampler) => Made,
): BuiltWorld<Made> {
  if (plan?.byzantine !== undefined) {
    throw new ConfigurationError('BYZANTINE', 'Byzantine peers lie about models: there is none here')
  }
  const { peers, seed, wholeTransfers } = options
  const isOnline = (peer: number): boolean => simulation.isOnline(peer)
  const overlay = buildOverlay(options, kernels, isOnline)
  const protocol = make(overlay.sampler)
  const network = buildNetwork(options, 0)
  const availability = buildAvailability(options)
  const simulation: Simulation = new Simulation({
    ...{ peers, seed, kernels, wholeTransfers, countsTraffic: true },
    ...{ network, availability },
    ...(plan && simulateFaults(plan, { peers, seed, network, ...(availability && { availability }) })),
    protocols: overlay.protocol === undefined ? [protocol] : [overlay.protocol, protocol],
  })
  return { protocol, simulation }
}
