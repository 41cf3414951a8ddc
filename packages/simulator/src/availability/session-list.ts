import type { SessionTrace } from './session-trace.ts'

/** Sessions in any order, on their way to a {@link SessionTrace}. */
export class SessionList {
  readonly #peers: number[] = []
  readonly #onlineMs: number[] = []
  readonly #offlineMs: number[] = []

  /** Adds a session in whole milliseconds, 0 ≤ onlineMs < offlineMs. */
  add(peer: number, onlineMs: number, offlineMs: number): void {
    this.#peers.push(peer)
    this.#onlineMs.push(onlineMs)
    this.#offlineMs.push(offlineMs)
  }

  /**
   * Sorts the sessions, and makes one of those that touch.
   *
   * @param peersMin - The recording has that many peers at least, and as many as the greatest number of a peer asks for.
   * @param refuse - Called where sessions of a peer overlap, with the position in which the later one was added; throws.
   */
  toTrace(peersMin: number, refuse: (index: number) => never): SessionTrace {
    const order = this.#order()
    const peers = Math.max(peersMin, order.length === 0 ? 0 : this.#peers[order[order.length - 1]] + 1)
    const starts = new Int32Array(peers + 1)
    const onlineMs = new Float64Array(order.length)
    const offlineMs = new Float64Array(order.length)
    let count = 0
    let last = -1
    for (const index of order) {
      const peer = this.#peers[index]
      const followsMs = peer === last ? offlineMs[count - 1] : Number.NEGATIVE_INFINITY
      if (this.#onlineMs[index] < followsMs) refuse(index)
      if (this.#onlineMs[index] === followsMs) {
        offlineMs[count - 1] = this.#offlineMs[index]
        continue
      }
      onlineMs[count] = this.#onlineMs[index]
      offlineMs[count] = this.#offlineMs[index]
      count++
      starts[peer + 1]++
      last = peer
    }
    for (let peer = 0; peer < peers; peer++) starts[peer + 1] += starts[peer]
    return { peers, starts, onlineMs: onlineMs.slice(0, count), offlineMs: offlineMs.slice(0, count) }
  }

  /** Positions of the sessions by peer and time; of equal ones, in the order added. */
  #order(): Int32Array {
    const order = Int32Array.from(this.#peers, (_, index) => index)
    return order.sort((a, b) => this.#peers[a] - this.#peers[b] || this.#onlineMs[a] - this.#onlineMs[b] || a - b)
  }
}
