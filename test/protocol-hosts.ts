import { randomStream } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import { type Codec, MemoryNetwork, memoryPeerName, ProtocolHost, VirtualClock } from '@hearsay/peer'
import { independentNetwork, Simulation } from '@hearsay/simulator'
import { PERIOD_MS, type ProtocolScenario } from './protocol-scenarios.ts'

/** How a scenario is run. */
export interface RunOptions {
  readonly peers: number
  readonly cycles: number
  readonly seed: number
  readonly delayMs: number
}

/** Runs a scenario in the simulator. @returns The outcome of each peer. */
export function simulate(scenario: ProtocolScenario, { peers, cycles, seed, delayMs }: RunOptions): unknown[] {
  const kernels = createKernels()
  const same = (peer: number): number => peer
  const stack = scenario.build({ kernels, first: 0, count: peers, total: peers, peerOf: same, numberOf: same })
  for (let peer = 0; peer < peers; peer++) stack.begin(peer, peer)
  const network = independentNetwork({ delay: { kind: 'constant', ms: delayMs } })
  new Simulation({ peers, seed, kernels, protocols: stack.mounts, network }).run(cycles * PERIOD_MS)
  return Array.from({ length: peers }, (_, peer) => stack.outcome(peer))
}

/**
 * Runs it with one host for each peer, with a memory and an address book of its own, over encoded frames.
 *
 * @param onFrame - Sees every frame that is sent.
 * @returns The outcome of each peer.
 */
export async function deploy(
  scenario: ProtocolScenario,
  { peers, cycles, seed, delayMs }: RunOptions,
  onFrame: (protocol: string, kind: number, frame: Uint8Array) => void = () => {},
): Promise<unknown[]> {
  const clock = new VirtualClock()
  const network = new MemoryNetwork({ clock, delay: delayMs })
  const numbers = new Map(Array.from({ length: peers }, (_, number) => [memoryPeerName(number), number]))
  const hosts = Array.from({ length: peers }, (_, first) => {
    const kernels = createKernels()
    const stack = scenario.build({
      ...{ kernels, first, count: 1, total: peers },
      peerOf: (number) => host.peers.intern(memoryPeerName(number)),
      numberOf: (peer) => numbers.get(host.peers.nameOf(peer) ?? '') ?? Number.NaN,
    })
    const transport = network.createTransport(memoryPeerName(first))
    const host: ProtocolHost = new ProtocolHost({
      ...{ transport, clock, memory: kernels.memory, random: randomStream(seed, first) },
      protocols: stack.mounts.map((mount) => ({ ...mount, codec: watched(mount.codec, onFrame) })),
      onRefusal: (refusal) => {
        throw new Error(`refused: ${JSON.stringify(refusal)}`)
      },
      onFault: ({ error }) => {
        throw error
      },
    })
    stack.begin(0, first)
    return { host, transport, stack }
  })
  for (const { transport } of hosts) await transport.start()
  for (const { host } of hosts) host.start()
  clock.run(cycles * PERIOD_MS - 1)
  return hosts.map(({ stack }) => stack.outcome(0))
}

function watched(codec: Codec, onFrame: (protocol: string, kind: number, frame: Uint8Array) => void): Codec {
  return {
    name: codec.name,
    frameBytesMax: codec.frameBytesMax,
    payloadWordsMax: codec.payloadWordsMax,
    encode(message, memory, peers) {
      const frame = codec.encode(message, memory, peers)
      onFrame(codec.name, message.kind, frame)
      return frame
    },
    decode: (frame, target, memory, peers) => codec.decode(frame, target, memory, peers),
  }
}
