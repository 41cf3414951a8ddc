import { RemoteError } from '@hearsay/core'
import type { Stream } from '@libp2p/interface'
import { decode } from 'it-length-prefixed'
import { pipe } from 'it-pipe'
import type { Uint8ArrayList } from 'uint8arraylist'
import type { Clock } from './clock.ts'
import { FRAME_LENGTH_BYTES_MAX, framedBytes, readFrameLength } from './frame.ts'
import { readBlocks } from './inbound-blocks.ts'
import type { Conduct, Conducts } from './inbound-conduct.ts'
import { countBytes, type CutOffReason, type TransportCounters } from './libp2p-counters.ts'
import type { TransportLimits } from './libp2p-limits.ts'

/** What the inbound side needs of its transport. */
export interface InboundHost {
  readonly clock: Clock
  readonly limits: TransportLimits
  readonly counters: TransportCounters
  readonly conducts: Conducts
  /** As {@link TransportReceiver.onFrame}. */
  onFrame(peer: string, protocol: string, frame: Uint8Array): boolean
  /** The peer has broken a rule: its connections are to be closed. */
  cutOff(peer: string, reason: CutOffReason): void
}

/** A frame that has begun to come in: bytes of it that are here, and since when. */
interface Reading {
  readonly peer: string
  readonly protocol: string
  pendingBytes: number
  pendingSinceMs: number
}

/** Reads the frames of every remote peer, and sees to it that none of them takes more than its share. */
export class InboundStreams {
  readonly #host: InboundHost
  readonly #readings = new Set<Reading>()

  constructor(host: InboundHost) {
    this.#host = host
  }

  /** Takes over a stream that a remote peer has opened. Never throws and never rejects, whatever comes in. */
  accept(peer: string, protocol: string, frameBytesMax: number, stream: Stream): void {
    const { conducts } = this.#host
    const conduct = conducts.of(peer)
    if (!conducts.openStream(conduct, protocol)) {
      stream.abort(new Error('too many streams'))
      this.#host.cutOff(peer, 'streams')
      return
    }
    void this.#read(peer, protocol, frameBytesMax, stream, conduct)
  }

  /** Enforces the deadlines; to be called now and then. */
  check(): void {
    const { clock, limits } = this.#host
    const now = clock.now()
    for (const reading of this.#readings) {
      if (reading.pendingBytes > 0 && now - reading.pendingSinceMs > limits.frameDeadlineMs) {
        this.#host.cutOff(reading.peer, 'stalled')
      }
    }
  }

  async #read(peer: string, protocol: string, frameBytesMax: number, stream: Stream, conduct: Conduct): Promise<void> {
    const reading: Reading = { peer, protocol, pendingBytes: 0, pendingSinceMs: 0 }
    this.#readings.add(reading)
    try {
      await pipe(
        readBlocks(stream, (bytes) => this.#note(reading, bytes)),
        (source) =>
          decode(source, {
            maxDataLength: frameBytesMax,
            maxLengthLength: FRAME_LENGTH_BYTES_MAX,
            lengthDecoder: readFrameLength,
          }),
        (source) => this.#deliver(source, reading, protocol, conduct),
      )
      stream.close().catch((error: Error) => stream.abort(error))
    } catch (error) {
      stream.abort(error as Error)
      if (conduct.isCutOff) return
      if (isOversize(error)) this.#host.cutOff(peer, 'oversize')
      // The stream ended inside a frame: a peer that crashes does so once, not time and again.
      else if (reading.pendingBytes > 0) this.#refuse(peer, conduct)
    } finally {
      this.#readings.delete(reading)
      this.#host.conducts.closeStream(conduct, protocol)
    }
  }

  /** Counts the bytes, and since when a frame is incomplete. The decoder asks for a block only when it needs one. */
  #note(reading: Reading, bytes: number): void {
    countBytes(this.#host.counters, reading.protocol, bytes, 0)
    if (reading.pendingBytes === 0) reading.pendingSinceMs = this.#host.clock.now()
    reading.pendingBytes += bytes
  }

  async #deliver(
    source: AsyncIterable<Uint8ArrayList>,
    reading: Reading,
    protocol: string,
    conduct: Conduct,
  ): Promise<void> {
    const { clock, counters } = this.#host
    for await (const frame of source) {
      if (conduct.isCutOff) return
      counters.framesIn++
      reading.pendingBytes -= framedBytes(frame.byteLength)
      reading.pendingSinceMs = conduct.lastFrameMs = clock.now()
      if (!conduct.frames.take()) this.#host.cutOff(reading.peer, 'rate')
      else if (!this.#host.onFrame(reading.peer, protocol, frame.subarray())) this.#refuse(reading.peer, conduct)
    }
  }

  #refuse(peer: string, conduct: Conduct): void {
    this.#host.counters.framesRefused++
    if (!conduct.refused.take()) this.#host.cutOff(peer, 'refused')
  }
}

/** Whether a stream has ended because more came than an honest peer sends. */
export function isOversize(error: unknown): boolean {
  if (error instanceof RemoteError) return error.code === 'FRAME_LENGTH'
  return (
    error instanceof Error && (error.name === 'InvalidDataLengthError' || error.name === 'InvalidDataLengthLengthError')
  )
}
