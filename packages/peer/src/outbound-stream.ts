import type { Stream } from '@libp2p/interface'
import type { Clock } from './clock.ts'
import { framedBytes, packFrames } from './frame.ts'
import { countBytes, type TransportCounters } from './libp2p-counters.ts'

/** Told about the end of a stream: `error` is absent where the remote peer closed it in good order. */
export type OutboundEnd = (stream: OutboundStream, error: Error | undefined) => void

/** The frames for one peer and one protocol: a bounded queue in front of a stream that comes and goes. */
export class OutboundStream {
  readonly protocol: string
  /** When a frame was last queued, in milliseconds of the clock. */
  lastUsedMs = 0
  /** The attempt to open a stream, while there is one. */
  opening: Promise<void> | undefined
  readonly #bytesMax: number
  readonly #clock: Clock
  readonly #counters: TransportCounters
  readonly #onEnd: OutboundEnd
  #frames: Uint8Array[] = []
  #bytes = 0
  #stream: Stream | undefined
  #stalled = false
  #stalledSinceMs = 0

  constructor(protocol: string, bytesMax: number, clock: Clock, counters: TransportCounters, onEnd: OutboundEnd) {
    this.protocol = protocol
    this.#bytesMax = bytesMax
    this.#clock = clock
    this.#counters = counters
    this.#onEnd = onEnd
  }

  get isOpen(): boolean {
    return this.#stream !== undefined
  }

  /** Queues a frame. @returns Whether it fitted. */
  enqueue(frame: Uint8Array): boolean {
    const bytes = framedBytes(frame.byteLength)
    if (this.#bytes + (this.#stream?.writeBufferLength ?? 0) + bytes > this.#bytesMax) return false
    this.lastUsedMs = this.#clock.now()
    this.#frames.push(frame)
    this.#bytes += bytes
    return true
  }

  /** Takes a stream into use. Nothing is read from it: a remote peer that writes to it breaks the protocol. */
  attach(stream: Stream): void {
    this.#stream = stream
    this.#stalled = false
    stream.addEventListener('drain', () => {
      if (this.#stream !== stream) return
      this.#stalled = false
      this.flush()
    })
    stream.addEventListener('message', () => stream.abort(new Error('the remote peer wrote to a one-way stream')))
    stream.addEventListener('remoteCloseWrite', () => this.#end(stream, undefined))
    stream.addEventListener('close', (event) => this.#end(stream, event.error))
    if (stream.status !== 'open') this.#end(stream, new Error('the stream closed while it opened'))
  }

  /** Writes all that is queued as one block, unless the stream has not taken the previous one yet. */
  flush(): void {
    const stream = this.#stream
    if (stream === undefined || this.#stalled || this.#frames.length === 0) return
    try {
      if (!this.#write(stream)) {
        this.#stalled = true
        this.#stalledSinceMs = this.#clock.now()
      }
    } catch (error) {
      this.#end(stream, error as Error)
    }
  }

  /** Whether the stream has accepted nothing for longer than `deadlineMs`. */
  isOverdue(nowMs: number, deadlineMs: number): boolean {
    return this.#stream !== undefined && this.#stalled && nowMs - this.#stalledSinceMs > deadlineMs
  }

  /** Drops the queue and resets the stream. */
  abort(error: Error): void {
    const stream = this.#stream
    this.discard()
    if (stream === undefined) return
    this.#stream = undefined
    stream.abort(error)
  }

  /**
   * Writes what is queued, closes the stream, and waits until the remote peer, having read it all, has closed its side.
   * What is not written when `signal` aborts is lost. Never rejects.
   */
  async close(signal: AbortSignal): Promise<void> {
    const stream = this.#stream
    if (stream === undefined) return
    this.#stream = undefined
    try {
      if (this.#frames.length > 0) this.#write(stream)
      await closeWhenRead(stream, signal)
    } catch (error) {
      stream.abort(error as Error)
    }
  }

  /** Drops and counts what is queued. */
  discard(): void {
    this.#counters.framesDropped += this.#frames.length
    this.#frames = []
    this.#bytes = 0
  }

  #write(stream: Stream): boolean {
    const frames = this.#frames
    const bytes = this.#bytes
    this.#frames = []
    this.#bytes = 0
    this.#counters.framesOut += frames.length
    countBytes(this.#counters, this.protocol, 0, bytes)
    return stream.send(packFrames(frames, bytes))
  }

  #end(stream: Stream, error: Error | undefined): void {
    if (this.#stream !== stream) return
    this.#stream = undefined
    this.discard()
    if (error === undefined) stream.close().catch((failure: Error) => stream.abort(failure))
    else stream.abort(error)
    this.#onEnd(this, error)
  }
}

/**
 * Closes a stream, and waits until the remote peer, having read it all, has closed its side, or `signal` aborts.
 *
 * @throws where the stream breaks before it is closed.
 */
export async function closeWhenRead(stream: Stream, signal: AbortSignal): Promise<void> {
  const closed = whenClosed(stream, signal)
  await stream.close({ signal })
  await closed
}

/** Resolves when both sides have closed the stream, or `signal` aborts. */
function whenClosed(stream: Stream, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    stream.addEventListener('close', () => resolve())
    signal.addEventListener('abort', () => resolve())
    if (stream.status !== 'open' || signal.aborted) resolve()
  })
}
