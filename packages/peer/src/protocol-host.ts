import { type Memory, type Random, UsageError } from '@hearsay/core'
import { AddressBook } from './address-book.ts'
import type { Clock } from './clock.ts'
import type { PeerInterner } from './codec.ts'
import type { HostCounters, HostFault, HostRefusal, ProtocolCounters } from './host-counters.ts'
import { type HostCore, HostedProtocol, type ProtocolMount } from './hosted-protocol.ts'
import type { TransferRefusal, TransferSink, Transport, TransportReceiver } from './transport.ts'

export interface ProtocolHostOptions {
  /** Whoever composes a peer starts it before the host and stops it after. The host sets itself as its receiver. */
  readonly transport: Transport
  readonly clock: Clock
  /** Holds the protocols' rows and, from now on, one payload for each protocol of the stack. */
  readonly memory: Memory
  /** This peer's own stream. */
  readonly random: Random
  /** The stack, from the bottom: `onStart` and `onStop` run in this order. No two codecs have one name. */
  readonly protocols: readonly ProtocolMount[]
  /** Integer 0 must be this peer. @defaultValue a new {@link AddressBook} with the transport's addresses as its own */
  readonly addressBook?: PeerInterner
  /**
   * Time 0 of the run, in milliseconds on the clock's scale; see {@link timeOriginOf}. Until then `Context.now` stays 0.
   *
   * @defaultValue the time of `start`
   */
  readonly timeOriginMs?: number
  /** Hears of every refused frame. */
  readonly onRefusal?: (refusal: HostRefusal) => void
  /** Hears of every exception of this host's own code; the host goes on. What it throws itself is not caught. */
  readonly onFault: (fault: HostFault) => void
}

/**
 * Runs a stack of protocols for one peer, a population of one in row 0: between them and a {@link Transport} it turns
 * messages into frames and back, lets each message through its protocol's guard, and keeps time.
 *
 * - A handler that throws is reported to `onFault`; what it has sent and the timers that it has set stand. The next
 *   event comes as usual, but a timer that it meant to set again is gone.
 * - A message to this peer itself, to nobody, or to a peer that the address book has dropped goes nowhere.
 * - A frame that comes before `start` or after `stop` goes nowhere; afterwards nothing is sent and no timer fires.
 */
export class ProtocolHost {
  readonly #core: HostCore
  readonly #protocols = new Map<string, HostedProtocol>()
  readonly #timeOriginMs: number | undefined
  #unknownProtocol = 0

  /** @throws {@link UsageError} `PROTOCOL_TWICE` for two codecs of one name; what `memory.allocate` throws. */
  constructor(options: ProtocolHostOptions) {
    const { transport, clock, memory, random, protocols, onRefusal = () => {}, onFault } = options
    const peers =
      options.addressBook ?? new AddressBook({ self: transport.self, selfAddresses: () => transport.addresses })
    this.#timeOriginMs = options.timeOriginMs
    const services = { transport, clock, memory, random, peers, onRefusal, onFault }
    this.#core = { ...services, timeOriginMs: 0, now: 0, running: false, state: 'new', deferred: [] }
    for (const mount of protocols) {
      const name = mount.codec.name
      if (this.#protocols.has(name))
        throw new UsageError('PROTOCOL_TWICE', `two protocols of a host are named '${name}'`)
      this.#protocols.set(name, new HostedProtocol(this.#core, mount))
    }
    transport.listen(this.#receiver())
  }

  /** Live: the same objects count on. */
  get counters(): HostCounters {
    const protocols = new Map<string, ProtocolCounters>()
    for (const [name, protocol] of this.#protocols) protocols.set(name, protocol.counters)
    return { protocols, unknownProtocol: this.#unknownProtocol }
  }

  /** Who has been heard of. */
  get peers(): PeerInterner {
    return this.#core.peers
  }

  /**
   * Runs every protocol's `onStart`. Once.
   *
   * @throws {@link UsageError} `HOST_STARTED` when called again.
   */
  start(): void {
    const core = this.#core
    if (core.state !== 'new') throw new UsageError('HOST_STARTED', 'a host starts once: make another')
    core.timeOriginMs = this.#timeOriginMs ?? core.clock.now()
    core.state = 'started'
    for (const protocol of this.#protocols.values()) protocol.start()
  }

  /**
   * Cancels all timers and runs every protocol's `onStop`; at once, or if a handler runs, when it has returned. What
   * those handlers send is with the transport then. Idempotent.
   */
  stop(): void {
    const core = this.#core
    if (core.running) {
      core.deferred.push(() => this.stop())
      return
    }
    if (core.state === 'stopping') return
    if (core.state === 'started') {
      core.state = 'stopping'
      for (const protocol of this.#protocols.values()) protocol.stop()
    }
    core.state = 'stopped'
  }

  #receiver(): TransportReceiver {
    return {
      onFrame: (peer, protocol, frame) => this.#onFrame(peer, protocol, frame),
      onTransfer: (peer, protocol, head, bytes) => this.#onTransfer(peer, protocol, head, bytes),
      onUnreachable: (peer) => this.#onUnreachable(peer),
    }
  }

  #onFrame(peer: string, protocol: string, frame: Uint8Array): boolean {
    const core = this.#core
    if (core.running) throw new UsageError('HOST_REENTERED', 'a transport delivered a frame while it was sending one')
    if (core.state !== 'started') return true
    const hosted = this.#protocols.get(protocol)
    if (hosted !== undefined) return hosted.receive(peer, frame)
    this.#unknownProtocol++
    core.onRefusal({ from: peer, protocol, code: 'UNKNOWN_PROTOCOL' })
    return false
  }

  #onTransfer(peer: string, protocol: string, head: Uint8Array, bytes: number): TransferSink | TransferRefusal {
    const core = this.#core
    if (core.state !== 'started') return 'busy'
    const hosted = this.#protocols.get(protocol)
    if (hosted !== undefined) return hosted.receiveTransfer(peer, head, bytes)
    this.#unknownProtocol++
    core.onRefusal({ from: peer, protocol, code: 'UNKNOWN_PROTOCOL' })
    return 'refused'
  }

  #onUnreachable(name: string): void {
    const core = this.#core
    if (core.running) {
      core.deferred.push(() => this.#onUnreachable(name))
      return
    }
    const peer = core.peers.find(name)
    if (peer === undefined || core.state !== 'started') return
    for (const protocol of this.#protocols.values()) protocol.peerUnreachable(peer)
  }
}
