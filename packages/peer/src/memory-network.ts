import { UsageError } from '@hearsay/core'
import * as Digest from 'multiformats/hashes/digest'
import type { Clock } from './clock.ts'
import type { OutgoingTransfer, Transport, TransportReceiver } from './transport.ts'
import { nameFromBytes } from './wire/names.ts'

const SHA2_256 = 0x12

export interface MemoryNetworkOptions {
  readonly clock: Clock
  /**
   * How long a frame travels, in milliseconds ≥ 0: a constant, or asked once for every frame at the time it is sent,
   * in the order of sending; `undefined` loses the frame.
   *
   * @defaultValue `0`: it arrives as a later event of the same instant
   */
  readonly delay?: number | ((from: string, to: string) => number | undefined)
}

/** What went through a network. A frame that was sent is counted in one of these, or still travels. */
export interface MemoryNetworkCounters {
  /** Frames that their receivers accepted. */
  readonly accepted: number
  /** Frames that their receivers refused. */
  readonly refused: number
  /** Frames that the network lost. */
  readonly lost: number
  /** Frames for a peer that was not online when they arrived. */
  readonly undeliverable: number
}

/** A frame on its way. */
interface Arrival {
  readonly from: MemoryTransport
  readonly to: string
  readonly protocol: string
  readonly frame: Uint8Array
  /** What goes before the frame, where that is the body of a transfer. */
  readonly head: Uint8Array | undefined
  readonly sentMs: number
}

/**
 * A network within one process, the twin of the real one for tests: it carries the same encoded frames between the same
 * hosts, and all its time is the given clock's. When a frame arrives and there is nobody, its sender hears that the
 * peer is unreachable. Where the clock has moments, frames arrive behind the timers of theirs, in the order of (time of
 * sending, age of the sending transport, sending), as messages do in a simulation.
 */
export class MemoryNetwork {
  readonly #clock: Clock
  readonly #delay: (from: string, to: string) => number | undefined
  readonly #online = new Map<string, MemoryTransport>()
  /** What arrives at each moment at which something does. */
  readonly #arrivals = new Map<number, Arrival[]>()
  #transports = 0
  readonly #counters = { accepted: 0, refused: 0, lost: 0, undeliverable: 0 }

  constructor({ clock, delay = 0 }: MemoryNetworkOptions) {
    this.#clock = clock
    this.#delay = typeof delay === 'number' ? () => delay : delay
  }

  get counters(): MemoryNetworkCounters {
    return this.#counters
  }

  /**
   * A transport for the peer of this name, offline until it is started.
   *
   * @param addresses - What the peer says of itself; frames are delivered by name alone. Default none.
   */
  createTransport(name: string, addresses: readonly string[] = []): MemoryTransport {
    return new MemoryTransport(this, this.#transports++, name, addresses)
  }

  /** @throws {@link UsageError} `PEER_ONLINE` where another transport of this name is online. */
  connect(transport: MemoryTransport): void {
    const other = this.#online.get(transport.self)
    if (other !== undefined && other !== transport) {
      throw new UsageError('PEER_ONLINE', `'${transport.self}' is online already`)
    }
    this.#online.set(transport.self, transport)
  }

  disconnect(transport: MemoryTransport): void {
    if (this.#online.get(transport.self) === transport) this.#online.delete(transport.self)
  }

  carry(from: MemoryTransport, to: string, protocol: string, frame: Uint8Array, head?: Uint8Array): void {
    const delayMs = this.#delay(from.self, to)
    if (delayMs === undefined) this.#counters.lost++
    else this.#launch({ from, to, protocol, frame, head, sentMs: this.#clock.now() }, delayMs)
  }

  #launch(arrival: Arrival, delayMs: number): void {
    const clock = this.#clock
    if (clock.scheduleLate === undefined) {
      clock.schedule(delayMs, () => this.#deliver(arrival))
      return
    }
    const time = Math.round(arrival.sentMs + delayMs)
    const together = this.#arrivals.get(time)
    if (together !== undefined) {
      together.push(arrival)
      return
    }
    this.#arrivals.set(time, [arrival])
    clock.scheduleLate(delayMs, () => this.#deliverAll(time))
  }

  #deliverAll(time: number): void {
    const arrivals = this.#arrivals.get(time) ?? []
    this.#arrivals.delete(time)
    arrivals.sort((a, b) => a.sentMs - b.sentMs || a.from.index - b.from.index)
    for (const arrival of arrivals) this.#deliver(arrival)
  }

  #deliver({ from, to, protocol, frame, head }: Arrival): void {
    const target = this.#online.get(to)
    if (target === undefined) {
      this.#counters.undeliverable++
      if (this.#online.get(from.self) === from) from.receiver?.onUnreachable(to)
      return
    }
    const accepted =
      head === undefined
        ? (target.receiver?.onFrame(from.self, protocol, frame) ?? true)
        : acceptsTransfer(target.receiver, from.self, protocol, head, frame)
    this.#counters[accepted ? 'accepted' : 'refused']++
    // The receiver has only borrowed the frame: one that looks at it later shall notice.
    frame.fill(0xff)
  }
}

function acceptsTransfer(
  receiver: TransportReceiver | undefined,
  from: string,
  protocol: string,
  head: Uint8Array,
  body: Uint8Array,
): boolean {
  const sink = receiver?.onTransfer?.(from, protocol, head, body.length)
  if (sink === undefined || typeof sink === 'string') return sink === 'busy'
  // In two pieces, which no receiver should notice.
  const middle = Math.floor(body.length / 2)
  sink.write(body.subarray(0, middle))
  sink.write(body.subarray(middle))
  return sink.end()
}

/** One peer's door to a {@link MemoryNetwork}. `start` and `stop` take effect before they return their promise. */
export class MemoryTransport implements Transport {
  readonly self: string
  /** How many transports of its network are older. */
  readonly index: number
  readonly addresses: readonly string[]
  readonly #network: MemoryNetwork
  #receiver: TransportReceiver | undefined
  #online = false

  /** Use {@link MemoryNetwork.createTransport}. */
  constructor(network: MemoryNetwork, index: number, self: string, addresses: readonly string[]) {
    this.#network = network
    this.index = index
    this.self = self
    this.addresses = addresses
  }

  get receiver(): TransportReceiver | undefined {
    return this.#receiver
  }

  send(peer: string, protocol: string, frame: Uint8Array): void {
    if (this.#online) this.#network.carry(this, peer, protocol, frame)
  }

  transfer(peer: string, protocol: string, { head, copyBody }: OutgoingTransfer): void {
    if (this.#online) this.#network.carry(this, peer, protocol, copyBody(), head)
  }

  listen(receiver: TransportReceiver): void {
    this.#receiver = receiver
  }

  async start(): Promise<void> {
    this.#network.connect(this)
    this.#online = true
  }

  /** What is under way still arrives. */
  async stop(): Promise<void> {
    this.#network.disconnect(this)
    this.#online = false
  }
}

/**
 * A well-formed PeerId for peer `index` of a {@link MemoryNetwork}, the same every time. It is the hash of no key, so no
 * peer of a real network has it.
 *
 * @param index - An integer in 0 … 2³² − 1.
 */
export function memoryPeerName(index: number): string {
  const digest = new Uint8Array(32)
  new DataView(digest.buffer).setUint32(0, index)
  return nameFromBytes(Digest.create(SHA2_256, digest).bytes)
}
