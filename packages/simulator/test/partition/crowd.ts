import type { Context, Message, Protocol } from '@hearsay/core'
import { createKernels, type Kernels, Rows } from '@hearsay/kernels'
import {
  bandwidth,
  composeAvailability,
  composeNetwork,
  duplication,
  gilbertElliottLoss,
  independentNetwork,
  massCrash,
  type NetworkModel,
  oneWayReachability,
  type PeerRange,
  renewalSessions,
  Simulation,
  type SimulationOptions,
  withStateLoss,
} from '../../src/index.ts'

export const PEERS = 40
export const UNTIL_MS = 3000

/** Runs that use all of a simulation: by name, since a worker thread is told which. */
export const CROWDS = ['plain', 'hub', 'moody'] as const
export type Crowd = (typeof CROWDS)[number]

const WORDS = 7

/** Every state depends on all that came before it, and on its order. */
class Gossip implements Protocol {
  readonly #rows: Rows
  readonly #kernels: Kernels
  readonly #hub: boolean

  constructor(kernels: Kernels, hub: boolean) {
    this.#kernels = kernels
    this.#rows = new Rows(kernels.memory, PEERS, WORDS)
    this.#hub = hub
  }

  onStart(context: Context): void {
    // In a hub, all send at the same moments, and to the same peer.
    context.setTimer(0, this.#hub ? 10 : context.random.below(100))
  }

  onForget(context: Context): void {
    this.#kernels.memory.float32.fill(0, this.#row(context), this.#row(context) + WORDS)
  }

  onTimeout(context: Context): void {
    const row = this.#row(context)
    this.#kernels.memory.float32[row + (context.self % WORDS)] += context.random.float64()
    const to = this.#hub ? 0 : context.random.below(PEERS)
    context.send(to, 0, context.random.float64(), context.now, row, WORDS)
    if (context.random.below(3) === 0) context.send(to, 1, 0, 1, row, 3)
    context.setTimer(0, this.#hub ? 100 : 50 + context.random.below(100))
  }

  onMessage(context: Context, from: number, message: Message): void {
    const row = this.#row(context)
    this.#kernels.merge(row, row, 1, message.offset, 1 + message.value, message.length)
    if (message.kind === 0 && context.random.below(3) === 0) context.send(from, 1, 0.5, 2, row, WORDS)
  }

  #row(context: Context): number {
    return this.#rows.offset(context.self)
  }
}

/** A run, or the share of one that `range` hosts. */
export function crowd(name: Crowd, seed: number, range?: PeerRange): Simulation {
  const kernels = createKernels()
  const protocols = [new Gossip(kernels, name === 'hub'), new Gossip(kernels, false)]
  const common = { peers: PEERS, seed, kernels, protocols }
  return new Simulation({ ...common, ...CONDITIONS[name](seed) }, range)
}

type Conditions = Pick<SimulationOptions, 'network' | 'availability' | 'wholeTransfers'>

const CONDITIONS: Record<Crowd, (seed: number) => Conditions> = {
  plain: () => ({ network: delays(5, 60) }),
  hub: () => ({ network: delays(20, 20) }),
  moody: (seed) => ({
    network: composeNetwork([
      delays(2, 300),
      gilbertElliottLoss({
        peers: PEERS,
        chain: { kind: 'stepped', toBad: 0.1, toGood: 0.3 },
        lossGood: 0.01,
        lossBad: 0.6,
      }),
      duplication({ probability: 0.3, delay: { kind: 'uniform', minMs: 1, maxMs: 500 } }),
      bandwidth({ peers: PEERS, seed, upload: 2000, download: 3000 }),
      oneWayReachability({ peers: PEERS, seed, share: 0.3, timeoutMs: 800 }),
    ]),
    availability: composeAvailability({
      peers: PEERS,
      parts: [
        withStateLoss(
          renewalSessions({ online: { kind: 'lognormal', medianMs: 400, sigma: 1 }, onlineFraction: 0.8 }),
          0.5,
        ),
        massCrash({ peers: PEERS, seed, share: 0.2, atMs: 1500, untilMs: 2500 }),
      ],
    }),
    wholeTransfers: true,
  }),
}

function delays(minMs: number, maxMs: number): NetworkModel {
  return independentNetwork({ delay: { kind: 'uniform', minMs, maxMs } })
}
