import {
  alignWords,
  type Context,
  type Guard,
  type Memory,
  type Protocol,
  type Random,
  RemoteError,
  UsageError,
} from '@hearsay/core'
import type { Clock } from './clock.ts'
import type { Codec, LargeMessages, MessageSlot, PeerInterner } from './codec.ts'
import { createCounters, type HostFault, type HostRefusal, type MutableCounters } from './host-counters.ts'
import { TransferSlots } from './transfer/transfer-slots.ts'
import type { OutgoingTransfer, TransferRefusal, TransferSink, Transport } from './transport.ts'

const KIND_MAX = 127
const SELF = 0

/** One floor of a host's stack. */
export interface ProtocolMount {
  readonly protocol: Protocol
  /** Its name tells protocols of one host apart. */
  readonly codec: Codec
  /** What decides whether the protocol sees a well-formed message. @defaultValue admits all */
  readonly guard?: Guard
}

/** What the protocols of one host share. */
export interface HostCore {
  readonly transport: Transport
  readonly clock: Clock
  readonly memory: Memory
  readonly random: Random
  readonly peers: PeerInterner
  readonly onRefusal: (refusal: HostRefusal) => void
  readonly onFault: (fault: HostFault) => void
  /** On the clock's scale. */
  timeOriginMs: number
  /** Time of the handler that runs, or ran last. */
  now: number
  /** Whether a handler runs. */
  running: boolean
  /** `stopping` while the handlers of `onStop` run: they can send, and set no timers. */
  state: 'new' | 'started' | 'stopping' | 'stopped'
  /** What runs as soon as no handler does. */
  readonly deferred: (() => void)[]
}

/** One protocol of a host, and the context that it sees. */
export class HostedProtocol implements Context {
  readonly self: number = SELF
  readonly counters: MutableCounters = createCounters()
  readonly codec: Codec
  readonly #core: HostCore
  readonly #protocol: Protocol
  readonly #guard: Guard | undefined
  /** The one message that this protocol can be lent, and its place in memory. */
  readonly #received: MessageSlot
  /** The one message on its way out. */
  readonly #sending = { kind: 0, value: 0, stamp: 0, offset: 0, length: 0 }
  /** Where messages come in that are longer than a frame. */
  readonly #slots: TransferSlots
  readonly #timers = new Set<() => void>()
  #started = false

  constructor(core: HostCore, { protocol, codec, guard }: ProtocolMount) {
    this.#core = core
    this.#protocol = protocol
    this.#guard = guard
    this.codec = codec
    const offset = core.memory.allocate(alignWords(codec.payloadWordsMax))
    this.#received = { kind: 0, value: 0, stamp: 0, offset, length: 0 }
    this.#slots = new TransferSlots(core.memory, codec.large?.wordsMax ?? 0)
  }

  get now(): number {
    return this.#core.now
  }

  get random(): Random {
    return this.#core.random
  }

  send(to: number, kind: number, value = 0, stamp = 0, offset = 0, length = 0): void {
    const core = this.#core
    if (core.state !== 'started' && core.state !== 'stopping') return
    if (!Number.isInteger(kind) || kind < 0 || kind > KIND_MAX || !Number.isSafeInteger(stamp) || stamp < 0) {
      throw new UsageError('MESSAGE_HEADER', `a kind is in 0 … ${KIND_MAX} and a stamp ≥ 0, not ${kind} and ${stamp}`)
    }
    const name = to === SELF ? undefined : core.peers.nameOf(to)
    if (name === undefined) {
      this.counters.dropped++
      return
    }
    const message = Object.assign(this.#sending, { kind, value, stamp, offset, length })
    const { large } = this.codec
    const bytes = large?.bodyBytes(message) ?? 0
    if (large !== undefined && bytes > 0) return this.#transfer(to, name, large, bytes)
    const frame = this.codec.encode(message, core.memory, core.peers)
    this.counters.sent++
    this.counters.bytesSent += frame.length
    core.transport.send(name, this.codec.name, frame, core.peers.addressesOf(to))
  }

  /** Sends {@link #sending} as a transfer. */
  #transfer(to: number, name: string, large: LargeMessages, bytes: number): void {
    const core = this.#core
    const message = this.#sending
    const head = large.encodeHead(message)
    const transfer: OutgoingTransfer = { head, bytes, copyBody: () => large.encodeBody(message, core.memory) }
    this.counters.sent++
    this.counters.bytesSent += head.length + bytes
    core.transport.transfer(name, this.codec.name, transfer, core.peers.addressesOf(to))
  }

  setTimer(timer: number, delayMs: number): void {
    const core = this.#core
    if (core.state !== 'started') return
    if (!Number.isInteger(timer) || timer < 0 || timer > KIND_MAX || !(delayMs >= 0 && delayMs < Infinity)) {
      throw new UsageError('TIMER_INVALID', `a timer is in 0 … ${KIND_MAX} and its delay ≥ 0, not ${timer}, ${delayMs}`)
    }
    const cancel = core.clock.schedule(delayMs, () => {
      this.#timers.delete(cancel)
      this.#handle('onTimeout', () => this.#protocol.onTimeout(this, timer))
    })
    this.#timers.add(cancel)
  }

  /** @returns Whether the frame was acceptable. */
  receive(from: string, frame: Uint8Array): boolean {
    const core = this.#core
    const message = this.#received
    this.counters.bytesReceived += frame.length
    if (frame.length > this.codec.frameBytesMax) return this.#refuse(from, 'FRAME_TOO_LONG')
    try {
      this.codec.decode(frame, message, core.memory, core.peers)
    } catch (error) {
      return error instanceof RemoteError ? this.#refuse(from, error.code) : this.#fault('decode', error)
    }
    return this.#admit(from, message)
  }

  /** Takes a message that is announced, or says why not. */
  receiveTransfer(from: string, head: Uint8Array, bytes: number): TransferSink | TransferRefusal {
    const { large } = this.codec
    if (large === undefined || bytes > large.bytesMax) {
      this.#refuse(from, 'TRANSFER_TOO_LONG')
      return 'oversize'
    }
    const header = { kind: 0, value: 0, stamp: 0, offset: 0, length: 0 }
    try {
      large.decodeHead(head, bytes, header)
      return this.#sink(from, large, this.#slots.take(header), head.length)
    } catch (error) {
      if (error instanceof RemoteError) this.#refuse(from, error.code)
      else this.#fault('decode', error)
      return error instanceof RemoteError ? 'refused' : 'busy'
    }
  }

  #sink(from: string, large: LargeMessages, slot: MessageSlot, headBytes: number): TransferSink {
    const { memory } = this.#core
    let position = 0
    return {
      write: (chunk) => {
        large.writeBody(slot, memory, position, chunk)
        position += chunk.length
      },
      end: () => {
        this.counters.bytesReceived += headBytes + position
        try {
          large.finishBody(slot, memory)
          return this.#core.state === 'started' ? this.#admit(from, slot) : true
        } finally {
          this.#slots.release(slot)
        }
      },
      abort: () => this.#slots.release(slot),
    }
  }

  /** Lets the protocol see a message that is well-formed, unless its guard refuses it. @returns Whether it was acceptable. */
  #admit(from: string, message: MessageSlot): boolean {
    const core = this.#core
    try {
      const refusal = this.#guard?.inspect(message, timeOf(core))
      if (refusal !== undefined) return this.#refuse(from, refusal)
    } catch (error) {
      return this.#fault('guard', error)
    }
    const peer = core.peers.intern(from)
    if (peer === SELF) return this.#refuse(from, 'SENDER_IS_SELF')
    this.counters.received++
    this.#handle('onMessage', () => this.#protocol.onMessage(this, peer, message))
    return true
  }

  start(): void {
    this.#started = true
    this.#handle('onStart', () => this.#protocol.onStart(this))
  }

  peerUnreachable(peer: number): void {
    this.#handle('onPeerUnreachable', () => this.#protocol.onPeerUnreachable?.(this, peer))
  }

  stop(): void {
    if (!this.#started) return
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
    this.#handle('onStop', () => this.#protocol.onStop?.(this))
  }

  /** Runs a handler to its end: nothing that it throws goes further than the host's `onFault`. */
  #handle(during: HostFault['during'], handler: () => void): void {
    const core = this.#core
    if (core.state === 'new' || core.state === 'stopped') return
    core.now = timeOf(core)
    core.running = true
    try {
      handler()
    } catch (error) {
      this.#fault(during, error)
    } finally {
      core.running = false
    }
    for (let next = core.deferred.shift(); next !== undefined; next = core.deferred.shift()) next()
  }

  #refuse(from: string, code: string): false {
    this.counters.refused.set(code, (this.counters.refused.get(code) ?? 0) + 1)
    this.#core.onRefusal({ from, protocol: this.codec.name, code })
    return false
  }

  /** Our own defect: the sender is not to blame, so the frame counts as acceptable. */
  #fault(during: HostFault['during'], error: unknown): true {
    this.counters.faults++
    this.#core.onFault({ protocol: this.codec.name, during, error })
    return true
  }
}

function timeOf(core: HostCore): number {
  return Math.max(0, core.clock.now() - core.timeOriginMs)
}
