import type { Stream } from '@libp2p/interface'
import { readBlocks } from '../inbound-blocks.ts'

/** What a stream brings, asked for by number of bytes and not by the blocks in which it happens to come. */
export class ByteSource {
  readonly #blocks: AsyncGenerator<{ readonly byteLength: number; subarray(): Uint8Array }>
  #rest: Uint8Array = new Uint8Array(0)

  /** @param onBlock - Hears of the bytes of each block. */
  constructor(stream: Stream, onBlock: (bytes: number) => void) {
    this.#blocks = readBlocks(stream, onBlock)
  }

  /**
   * The next bytes, as many as there are, `max` at most; `undefined` where the remote peer has written its last one. Borrowed until
   * the next call.
   *
   * @throws What has ended the stream.
   */
  async some(max: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const { value, done } = await this.#blocks.next()
      if (done === true) return undefined
      this.#rest = value.subarray()
    }
    const bytes = this.#rest.subarray(0, max)
    this.#rest = this.#rest.subarray(bytes.length)
    return bytes
  }

  /** Exactly `length` bytes, or fewer where the stream ends before. A copy. */
  async exactly(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length;) {
      const chunk = await this.some(length - at)
      if (chunk === undefined) return bytes.subarray(0, at)
      bytes.set(chunk, at)
      at += chunk.length
    }
    return bytes
  }

  /** Reads nothing more, and lets go of the stream. */
  async release(): Promise<void> {
    await this.#blocks.return(undefined)
  }
}
