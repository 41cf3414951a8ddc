import { type Memory, type Random, randomStream } from '@hearsay/core'
import { createKernels, type Kernels } from '@hearsay/kernels'
import { NewsCast } from '@hearsay/protocols'
import type { PrivateKey } from '@libp2p/interface'
import { type Clock, systemClock, timeOriginOf } from './clock.ts'
import { createNewsCastCodec } from './codecs/newscast-codec.ts'
import { ContactSampler, contactOf } from './contacts.ts'
import { entropy } from './entropy.ts'
import type { HostCounters } from './host-counters.ts'
import type { ProtocolMount } from './hosted-protocol.ts'
import { DESCRIPTOR_AGE_MAX } from './learning-stack.ts'
import type { TransportLimits } from './libp2p-limits.ts'
import type { TransportLog } from './libp2p-log.ts'
import { createLibp2pTransport, type Libp2pTransport } from './libp2p-transport.ts'
import { ProtocolHost } from './protocol-host.ts'

/** What a protocol can be built over: the host's memory and kernels, and somebody to talk to. */
export interface ProtocolEnvironment {
  readonly memory: Memory
  readonly kernels: Kernels
  /** NewsCast, which runs below. */
  readonly sampler: NewsCast
}

/** How to start a {@link ProtocolPeer}. */
export interface ProtocolPeerOptions {
  /** Builds the peer's protocols, each for a population of one; called once. */
  readonly protocols: (environment: ProtocolEnvironment) => readonly ProtocolMount[]
  /** Multiaddrs to listen on. @defaultValue `['/ip4/127.0.0.1/tcp/0']` */
  readonly listen?: readonly string[]
  /** Multiaddrs of peers to join, each with its `/p2p/…`. @defaultValue `[]` */
  readonly bootstrap?: readonly string[]
  /** @defaultValue a new Ed25519 key */
  readonly privateKey?: PrivateKey
  /** Milliseconds between two exchanges of views. @defaultValue 1000 */
  readonly periodMs?: number
  /** Descriptors of a view, 1 … 127. @defaultValue 20 */
  readonly viewSize?: number
  /**
   * Time 0 of the protocols, in milliseconds since the Unix epoch; until then they do not start. Peers whose protocols have
   * epochs, as aggregation has, agree on one.
   *
   * @defaultValue the time at which this peer starts
   */
  readonly startUnixMs?: number
  /** The peer's own random stream. @defaultValue seeded by the machine's entropy */
  readonly random?: Random
  readonly clock?: Clock
  readonly limits?: Partial<TransportLimits>
  readonly log?: TransportLog
}

/** A peer on libp2p that runs any protocols over NewsCast. Make one with {@link startProtocolPeer}. */
export class ProtocolPeer {
  readonly #transport: Libp2pTransport
  readonly #host: ProtocolHost
  readonly #sampler: NewsCast
  readonly #cancelStart: () => void

  constructor(transport: Libp2pTransport, host: ProtocolHost, sampler: NewsCast, cancelStart: () => void) {
    this.#transport = transport
    this.#host = host
    this.#sampler = sampler
    this.#cancelStart = cancelStart
  }

  /** The peer's name: its PeerId as a string. */
  get name(): string {
    return this.#transport.self
  }

  /** Full multiaddrs at which others can bootstrap from this peer. */
  get addresses(): string[] {
    return this.#transport.addresses.map((address) => `${address}/p2p/${this.name}`)
  }

  /** The names of the peers in view. */
  get view(): string[] {
    return this.#sampler.view(0).flatMap((peer) => this.#host.peers.nameOf(peer) ?? [])
  }

  get counters(): HostCounters {
    return this.#host.counters
  }

  /** Says goodbye to the peers in view, then closes everything. Idempotent. */
  async stop(): Promise<void> {
    this.#cancelStart()
    this.#host.stop()
    await this.#transport.stop()
  }

  /** Closes everything without a word to anybody: to the others it is a crash. Idempotent. */
  async crash(): Promise<void> {
    this.#cancelStart()
    await this.#transport.stop()
    this.#host.stop()
  }
}

/**
 * Starts a peer that runs protocols of the caller's own over libp2p, unchanged from the simulator.
 *
 * @throws {@link ConfigurationError} for addresses that cannot be used; {@link EnvironmentError} `LISTEN_FAILED`.
 */
export async function startProtocolPeer(options: ProtocolPeerOptions): Promise<ProtocolPeer> {
  const { periodMs = 1000, viewSize = 20, clock = systemClock, log, bootstrap = [] } = options
  const kernels = createKernels()
  const { memory } = kernels
  const contacts = bootstrap.map(contactOf)
  const fallback = new ContactSampler(contacts)
  const sampler = new NewsCast({
    peers: 1,
    memory,
    periodMs,
    viewSize,
    descriptorAgeMax: DESCRIPTOR_AGE_MAX,
    fallback,
  })
  const protocols = [
    { protocol: sampler, codec: createNewsCastCodec({ viewSize }) },
    ...options.protocols({ memory, kernels, sampler }),
  ]
  const { privateKey, listen, limits } = options
  const transport = await createLibp2pTransport({
    clock,
    bootstrap,
    protocols: protocols.map(({ codec: { name, frameBytesMax, large } }) => ({
      ...{ name, frameBytesMax, transfers: large !== undefined },
    })),
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(listen === undefined ? {} : { listen }),
    ...(limits === undefined ? {} : { limits }),
    ...(log === undefined ? {} : { log }),
  })
  const { startUnixMs = clock.unixNow() } = options
  const host = new ProtocolHost({
    transport,
    clock,
    memory,
    timeOriginMs: timeOriginOf(clock, startUnixMs),
    random: options.random ?? randomStream(entropy()),
    protocols,
    onRefusal: (refusal) => log?.info({ ...refusal }, 'refused a message'),
    onFault: (fault) => log?.warn({ ...fault, error: String(fault.error) }, 'a handler failed'),
  })
  fallback.use(host.peers, transport)
  for (const { name, address } of contacts) sampler.addContact(0, host.peers.intern(name, [address]))
  await transport.start()
  const delayMs = startUnixMs - clock.unixNow()
  if (delayMs <= 0) host.start()
  const cancelStart = delayMs > 0 ? clock.schedule(delayMs, () => host.start()) : () => {}
  return new ProtocolPeer(transport, host, sampler, cancelStart)
}
