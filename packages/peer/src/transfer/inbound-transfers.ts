import { RemoteError } from '@hearsay/core'
import type { Stream } from '@libp2p/interface'
import type { Conduct } from '../inbound-conduct.ts'
import { type InboundHost, isOversize } from '../inbound-streams.ts'
import { countBytes } from '../libp2p-counters.ts'
import type { TransferRefusal, TransferSink } from '../transport.ts'
import { ByteSource } from './byte-source.ts'
import {
  decodeTransferHeader,
  TRANSFER_ACCEPTED,
  TRANSFER_HEADER_BYTES_MAX,
  TRANSFER_REFUSED,
  type TransferHeader,
} from './transfer-header.ts'

/** What the inbound side of transfers needs of its transport. */
export interface TransferHost extends Omit<InboundHost, 'onFrame'> {
  /** As {@link TransportReceiver.onTransfer}. */
  onTransfer(peer: string, protocol: string, head: Uint8Array, bytes: number): TransferSink | TransferRefusal
}

/** A stream on which a remote peer sends one transfer after another. */
interface Incoming {
  readonly peer: string
  readonly protocol: string
  readonly stream: Stream
  readonly conduct: Conduct
  /** Whether nothing is under way. */
  isIdle: boolean
  /** When what is under way began, and when the last byte of it came. */
  beganMs: number
  progressMs: number
  /** Bytes of the body that is under way, 0 for none. */
  bytes: number
}

/**
 * Takes the messages that are longer than a frame. What an announced body costs is reserved before the remote peer is told to send it,
 * and given back as soon as the transfer ends, in whatever way: a broken one costs its sender this stream, and nobody else anything.
 */
export class InboundTransfers {
  readonly #host: TransferHost
  readonly #incoming = new Set<Incoming>()

  constructor(host: TransferHost) {
    this.#host = host
  }

  /** Takes over a stream that a remote peer has opened. Never throws and never rejects, whatever comes in. */
  accept(peer: string, protocol: string, stream: Stream): void {
    const { conducts, clock } = this.#host
    const conduct = conducts.of(peer)
    if (!conducts.openStream(conduct, kindOf(protocol))) {
      stream.abort(new Error('too many streams'))
      this.#host.cutOff(peer, 'streams')
      return
    }
    const now = clock.now()
    const idle = { isIdle: true, beganMs: now, progressMs: now, bytes: 0 }
    void this.#serve({ peer, protocol, stream, conduct, ...idle })
  }

  /** Enforces the deadlines; to be called now and then. */
  check(): void {
    const { clock, limits } = this.#host
    const now = clock.now()
    for (const { isIdle, beganMs, progressMs, stream } of this.#incoming) {
      const isLate = now - progressMs > limits.frameDeadlineMs || now - beganMs > limits.transferDeadlineMs
      if (!isIdle && isLate) stream.abort(new Error('the transfer takes too long'))
    }
  }

  async #serve(incoming: Incoming): Promise<void> {
    const { peer, protocol, stream, conduct } = incoming
    const { conducts, counters, clock } = this.#host
    this.#incoming.add(incoming)
    const source = new ByteSource(stream, (bytes) => {
      countBytes(counters, protocol, bytes, 0)
      incoming.progressMs = conduct.lastFrameMs = clock.now()
    })
    try {
      while (await this.#receive(source, incoming)) incoming.isIdle = true
      stream.close().catch((error: Error) => stream.abort(error))
    } catch (error) {
      stream.abort(error as Error)
      if (conduct.isCutOff) return
      if (isOversize(error)) this.#host.cutOff(peer, 'oversize')
      else if (!incoming.isIdle) this.#blame(incoming)
    } finally {
      this.#incoming.delete(incoming)
      conducts.closeStream(conduct, kindOf(protocol))
      await source.release()
    }
  }

  /** One transfer. @returns Whether another may follow. */
  async #receive(source: ByteSource, incoming: Incoming): Promise<boolean> {
    const { peer, stream, conduct } = incoming
    const header = await this.#readHeader(source, incoming)
    if (header === undefined || conduct.isCutOff) return false
    if (!conduct.frames.take()) {
      this.#host.cutOff(peer, 'rate')
      return false
    }
    const sink = this.#offer(incoming, header)
    if (typeof sink === 'object') {
      await this.#readBody(source, incoming, header.bytes, sink)
      return true
    }
    this.#host.counters.transfersRefused++
    if (sink === 'oversize') throw new RemoteError('FRAME_LENGTH', `a transfer of ${header.bytes} bytes is too long`)
    if (sink === 'refused') this.#blame(incoming)
    stream.send(Uint8Array.of(TRANSFER_REFUSED))
    return true
  }

  /** @returns `undefined` at the end of the stream. */
  async #readHeader(source: ByteSource, incoming: Incoming): Promise<TransferHeader | undefined> {
    let length = 0
    for (let shift = 0; ; shift += 7) {
      const [byte] = await source.exactly(1)
      if (byte === undefined && shift === 0) return undefined
      incoming.isIdle = false
      if (shift === 0) incoming.beganMs = this.#host.clock.now()
      if (byte === undefined) throw new RemoteError('TRANSFER_BROKEN', 'a stream ends within a header')
      length += (byte & 0x7f) << shift
      if (length > TRANSFER_HEADER_BYTES_MAX || shift > 7) {
        throw new RemoteError(
          'FRAME_LENGTH',
          `the header of a transfer is longer than ${TRANSFER_HEADER_BYTES_MAX} bytes`,
        )
      }
      if (byte < 0x80) break
    }
    return decodeTransferHeader(await source.exactly(length))
  }

  #offer({ peer, protocol }: Incoming, { head, bytes }: TransferHeader): TransferSink | TransferRefusal {
    const { limits, onTransfer } = this.#host
    let [count, open, own] = [0, 0, 0]
    for (const other of this.#incoming) {
      if (other.bytes === 0) continue
      count++
      open += other.bytes
      if (other.peer === peer) own++
    }
    const isFull = count >= limits.transfersInMax || (count > 0 && open + bytes > limits.transferBytesInMax)
    return isFull || own > 0 ? 'busy' : onTransfer(peer, protocol, head, bytes)
  }

  async #readBody(source: ByteSource, incoming: Incoming, bytes: number, sink: TransferSink): Promise<void> {
    const { counters } = this.#host
    incoming.bytes = bytes
    try {
      incoming.stream.send(Uint8Array.of(TRANSFER_ACCEPTED))
      for (let left = bytes; left > 0;) {
        const chunk = await source.some(left)
        if (chunk === undefined || incoming.conduct.isCutOff) {
          throw new RemoteError('TRANSFER_BROKEN', `a transfer ends ${left} bytes before its end`)
        }
        sink.write(chunk)
        left -= chunk.length
      }
    } catch (error) {
      counters.transfersBroken++
      sink.abort()
      throw error
    } finally {
      incoming.bytes = 0
    }
    counters.transfersIn++
    counters.framesIn++
    if (!sink.end()) this.#blame(incoming)
  }

  #blame({ peer, conduct }: Incoming): void {
    this.#host.counters.framesRefused++
    if (!conduct.refused.take()) this.#host.cutOff(peer, 'refused')
  }
}

function kindOf(protocol: string): string {
  return `${protocol}/transfer`
}
