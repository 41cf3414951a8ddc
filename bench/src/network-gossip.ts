import { type Context, type PeerSampler, type Random, randomStream } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import { LinearLearner, modelShape, Shards } from '@hearsay/learning'
import { createLibp2pTransport, createModelCodec, type Libp2pTransport, ProtocolHost, systemClock } from '@hearsay/peer'
import { type FlowControl, GossipLearning, ModelGuard } from '@hearsay/protocols'
import type { MeasuredSwarm } from './measured-swarm.ts'

export interface GossipSwarmOptions {
  readonly peers: number
  readonly features: number
  /** Models that each peer sends at first; each one that arrives is answered by one to somebody else. */
  readonly inFlight: number
  readonly random: Random
}

/** A period that never ends during a measurement: after its first turn, a peer only reacts. */
const PERIOD_MS = 1e6
/** Limits that do not limit: the peers of this swarm are honest, and in a hurry. */
const LIMITS = { framesPerSecondMax: 1e7 }

/** Peers that send a model for each that they get: gossip learning whole, with guard, merge and update. */
export async function gossipSwarm(options: GossipSwarmOptions): Promise<MeasuredSwarm> {
  const peers: GossipPeer[] = []
  for (let i = 0; i < options.peers; i++) peers.push(await gossipPeer(i, options))
  for (const { host, known, transport } of peers) {
    for (const other of peers) {
      if (other.transport !== transport) known.push(host.peers.intern(other.transport.self, other.transport.addresses))
    }
  }
  for (const { host } of peers) host.start()
  return {
    received: () => peers.reduce((sum, { gossip }) => sum + gossip.received[0], 0),
    bytesSent: () => peers.reduce((sum, { transport }) => sum + transport.counters.bytesOut, 0),
    async stop() {
      for (const { host } of peers) host.stop()
      await Promise.all(peers.map(({ transport }) => transport.stop()))
    },
  }
}

interface GossipPeer {
  readonly host: ProtocolHost
  readonly gossip: GossipLearning
  readonly transport: Libp2pTransport
  /** Peers to choose from. */
  readonly known: number[]
}

async function gossipPeer(index: number, { features, inFlight }: GossipSwarmOptions): Promise<GossipPeer> {
  const kernels = createKernels()
  const shape = modelShape(features, 2, false)
  const random = randomStream(1, index)
  const row = {
    features: Float32Array.from({ length: features }, () => random.normal()),
    labels: Int32Array.of(index & 1),
  }
  const learner = new LinearLearner(kernels, new Shards(kernels.memory, shape, row, [[0]]), { model: 'pegasos' })
  const known: number[] = []
  const sampler: PeerSampler = { selectPeer: (context: Context) => known[context.random.below(known.length)] }
  const flow: FlowControl = { onPeriod: () => inFlight, onReceived: () => 1 }
  const gossip = new GossipLearning({ peers: 1, kernels, learner, sampler, flow, periodMs: PERIOD_MS, jitter: 0 })
  // Ages grow as fast as the machine allows here, not by the clock: the guard's bound is set out of their reach.
  const guard = new ModelGuard({ kernels, shape, periodMs: PERIOD_MS, updatesPerMerge: 1e12, normMax: () => Infinity })
  const codec = createModelCodec({ outputs: 1, dimension: shape.dimension })
  const transport = await createLibp2pTransport({ clock: systemClock, protocols: [codec], limits: LIMITS })
  const host = new ProtocolHost({
    transport,
    clock: systemClock,
    memory: kernels.memory,
    random,
    protocols: [{ protocol: firstTurnAtOnce(gossip), codec, guard }],
    onFault: ({ error }) => {
      throw error
    },
  })
  await transport.start()
  return { host, gossip, transport, known }
}

/** Gossip learning that takes its first turn as it starts instead of after a random phase. */
function firstTurnAtOnce(gossip: GossipLearning): GossipLearning {
  gossip.onStart = (context) => gossip.onTimeout(context)
  return gossip
}
