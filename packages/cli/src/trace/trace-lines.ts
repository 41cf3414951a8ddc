import type { Memory } from '@hearsay/core'
import type { SimulatedEvent, Tap } from '@hearsay/simulator'

/**
 * Turns events into the lines of a trace, in the order of (time, peer, that peer's own order): within a moment a simulation
 * is free to let the events of different peers interleave as it likes. What is kept meanwhile are the lines of one moment.
 */
export class TraceLines implements Tap {
  /** Events that have been written. */
  events = 0
  readonly #memory: Memory
  readonly #protocols: readonly string[]
  readonly #write: (text: string) => void
  #time = 0
  #peers: number[] = []
  #lines: string[] = []
  #isSorted = true

  /**
   * @param memory - Where the payloads of messages lie.
   * @param protocols - Names of the protocols in the stack.
   * @param write - Takes some lines.
   */
  constructor(memory: Memory, protocols: readonly string[], write: (text: string) => void) {
    this.#memory = memory
    this.#protocols = protocols
    this.#write = write
  }

  onEvent(event: SimulatedEvent): void {
    const { time, peer } = event
    if (time !== this.#time) {
      this.flush()
      this.#time = time
    }
    if (this.#peers.length > 0 && peer < this.#peers[this.#peers.length - 1]) this.#isSorted = false
    this.#peers.push(peer)
    this.#lines.push(this.#format(event))
  }

  /** Writes the lines of the present moment, which must be over. */
  flush(): void {
    if (this.#lines.length === 0) return
    this.events += this.#lines.length
    this.#write(this.#inOrder().join(''))
    this.#peers = []
    this.#lines = []
    this.#isSorted = true
  }

  #inOrder(): readonly string[] {
    if (this.#isSorted) return this.#lines
    const order = this.#peers.map((_, index) => index)
    // Sorting is stable: the events of a peer keep their order.
    return order.sort((a, b) => this.#peers[a] - this.#peers[b]).map((index) => this.#lines[index])
  }

  #format({ time, what, peer, protocol, from, kind, message }: SimulatedEvent): string {
    if (protocol < 0) return `${time}\t${peer}\t${what}\t-\t-\t-\t-\t-\t-\n`
    const start = `${time}\t${peer}\t${what}\t${this.#protocols[protocol] ?? protocol}\t${kind}`
    if (message === undefined) return `${start}\t-\t-\t-\t-\n`
    const payload = message.length === 0 ? '-' : hashWords(this.#memory.int32, message.offset, message.length)
    return `${start}\t${from}\t${message.value}\t${message.stamp}\t${payload}\n`
  }
}

/** A hash of some words (FNV-1a by words, and the finaliser of MurmurHash3): eight hexadecimal digits. */
function hashWords(words: Int32Array, offset: number, length: number): string {
  let hash = 0x811c9dc5 ^ length
  for (let i = offset; i < offset + length; i++) hash = Math.imul(hash ^ words[i], 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0).toString(16).padStart(8, '0')
}
