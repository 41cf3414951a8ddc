/** An event as the reference sees it. */
export interface Pending {
  readonly id: number
  readonly time: number
}

/** What an event queue means, without a thought for speed: a list in the order of insertion, searched for the earliest. */
export class SortedQueue {
  now = 0
  #pending: Pending[] = []

  get size(): number {
    return this.#pending.length
  }

  insert(id: number, time: number): void {
    this.#pending.push({ id, time: Math.max(Math.round(time), this.now) })
  }

  take(until: number): Pending | undefined {
    if (until < this.now) return undefined
    const earliest = this.#pending.reduce((least, { time }) => Math.min(least, time), Number.POSITIVE_INFINITY)
    if (earliest > until) {
      this.now = until
      return undefined
    }
    const next = this.#pending.find(({ time }) => time === earliest)
    this.#pending = this.#pending.filter((event) => event !== next)
    this.now = earliest
    return next
  }
}
