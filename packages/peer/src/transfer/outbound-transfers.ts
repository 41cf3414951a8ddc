import { EnvironmentError } from '@hearsay/core'
import type { Connection, Stream } from '@libp2p/interface'
import { framedBytes, packFrames } from '../frame.ts'
import { countBytes } from '../libp2p-counters.ts'
import type { OutboundHost } from '../outbound-peers.ts'
import { closeWhenRead } from '../outbound-stream.ts'
import type { OutgoingTransfer } from '../transport.ts'
import { ByteSource } from './byte-source.ts'
import { encodeTransferHeader, TRANSFER_ACCEPTED } from './transfer-header.ts'

/** Bytes that are handed to a stream at once. */
const CHUNK_BYTES = 65_536

/** The stream to one peer for one protocol, on which transfers go one after another. */
interface Line {
  readonly key: string
  readonly peer: string
  readonly protocol: string
  open: { readonly stream: Stream; readonly answers: ByteSource } | undefined
  /** What gives up the transfer that is under way. */
  running: AbortController | undefined
  beganMs: number
  progressMs: number
}

/** Sends the messages that are longer than a frame: few at a time, each at the speed at which its receiver takes it. */
export class OutboundTransfers {
  readonly #host: OutboundHost
  readonly #lines = new Map<string, Line>()
  readonly #running = new Set<Promise<void>>()
  /** Of the bodies that are under way. */
  #bytes = 0

  constructor(host: OutboundHost) {
    this.#host = host
  }

  /** As {@link Transport.transfer}. */
  send(peer: string, protocol: string, transfer: OutgoingTransfer, addresses: readonly string[]): void {
    const { counters, limits, clock } = this.#host
    const line = this.#lineOf(peer, protocol)
    const isFull = this.#bytes > 0 && this.#bytes + transfer.bytes > limits.transferBytesOutMax
    if (line.running !== undefined || isFull || this.#running.size >= limits.transfersOutMax) {
      counters.framesDropped++
      return
    }
    line.running = new AbortController()
    line.beganMs = line.progressMs = clock.now()
    this.#bytes += transfer.bytes
    const header = encodeTransferHeader(transfer)
    const run = this.#run(line, header, transfer.copyBody(), addresses, line.running.signal).finally(() => {
      line.running = undefined
      this.#running.delete(run)
      this.#bytes -= transfer.bytes
    })
    this.#running.add(run)
  }

  /** Enforces the deadlines; to be called now and then. */
  check(): void {
    const { clock, limits } = this.#host
    const now = clock.now()
    for (const line of this.#lines.values()) {
      if (line.running === undefined) {
        if (now - line.progressMs > limits.idleMs) this.#close(line)
      } else if (now - line.progressMs > limits.writeDeadlineMs || now - line.beganMs > limits.transferDeadlineMs) {
        this.#abort(line, new Error('the transfer takes too long'))
      }
    }
  }

  /** When bytes for this peer last moved, in milliseconds of the clock; -∞ if there is no stream to it. */
  lastUsedMs(peer: string): number {
    let latest = Number.NEGATIVE_INFINITY
    for (const line of this.#lines.values()) if (line.peer === peer) latest = Math.max(latest, line.progressMs)
    return latest
  }

  /** Gives up what is under way to a peer. */
  drop(peer: string): void {
    for (const line of this.#lines.values()) {
      if (line.peer === peer) this.#abort(line, new Error('the peer is no longer wanted'))
    }
  }

  /** Lets what is under way come to its end, if it does before `signal` aborts. Never rejects. */
  async close(signal: AbortSignal): Promise<void> {
    const over = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    if (!signal.aborted) await Promise.race([Promise.all(this.#running), over])
    await Promise.all([...this.#lines.values()].map((line) => this.#end(line, signal)))
  }

  /** Never rejects. */
  async #end(line: Line, signal: AbortSignal): Promise<void> {
    if (line.running !== undefined) return this.#abort(line, new Error('stopping'))
    this.#lines.delete(line.key)
    const stream = line.open?.stream
    if (stream !== undefined) await closeWhenRead(stream, signal).catch((error: Error) => stream.abort(error))
  }

  #lineOf(peer: string, protocol: string): Line {
    const key = `${protocol} ${peer}`
    let line = this.#lines.get(key)
    if (line === undefined) {
      line = { key, peer, protocol, open: undefined, running: undefined, beganMs: 0, progressMs: 0 }
      this.#lines.set(key, line)
    }
    return line
  }

  /** Never rejects. */
  async #run(
    line: Line,
    header: Uint8Array,
    body: Uint8Array,
    addresses: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const { counters } = this.#host
    try {
      const { stream, answers } = await this.#opened(line, addresses, signal)
      this.#write(line, stream, packFrames([header], framedBytes(header.length)))
      const [answer] = await answers.exactly(1)
      if (answer === undefined) throw new EnvironmentError('TRANSFER_BROKEN', 'the receiver has closed the stream')
      if (answer !== TRANSFER_ACCEPTED) {
        counters.transfersRefused++
        return
      }
      for (let at = 0; at < body.length; at += CHUNK_BYTES) {
        if (!this.#write(line, stream, body.subarray(at, at + CHUNK_BYTES))) await stream.onDrain({ signal })
        line.progressMs = this.#host.clock.now()
      }
      counters.transfersOut++
      counters.framesOut++
    } catch (error) {
      counters.transfersBroken++
      this.#abort(line, error as Error)
    }
  }

  /** @returns Whether the stream takes more at once. */
  #write({ protocol }: Line, stream: Stream, bytes: Uint8Array): boolean {
    countBytes(this.#host.counters, protocol, 0, bytes.length)
    return stream.send(bytes)
  }

  async #opened(line: Line, addresses: readonly string[], signal: AbortSignal): Promise<NonNullable<Line['open']>> {
    if (line.open?.stream.status === 'open') return line.open
    const { clock, limits, counters, connect, onUnreachable } = this.#host
    const cancel = clock.schedule(limits.openDeadlineMs, () =>
      line.running?.abort(new Error('the deadline has passed')),
    )
    let connection: Connection | undefined
    try {
      connection = await connect(line.peer, addresses, signal)
      const stream = await connection.newStream(transferPath(line.protocol), { signal })
      line.open = { stream, answers: new ByteSource(stream, () => {}) }
      line.progressMs = clock.now()
      return line.open
    } catch (error) {
      counters.opensFailed++
      if (connection === undefined) onUnreachable(line.peer)
      throw error
    } finally {
      cancel()
    }
  }

  #abort(line: Line, error: Error): void {
    this.#lines.delete(line.key)
    line.running?.abort(error)
    line.open?.stream.abort(error)
  }

  #close(line: Line): void {
    this.#lines.delete(line.key)
    const stream = line.open?.stream
    stream?.close().catch((error: Error) => stream.abort(error))
  }
}

/** The libp2p protocol on which the transfers of a gossip protocol travel. */
export function transferPath(name: string): string {
  return `/hearsay/${name}/transfer/1.0.0`
}
