import { type Archive, NOBODY, type Persistent, UsageError } from '@hearsay/core'

/** Accepts contacts of at most `limit` different partners per peer and cycle (Demers et al. 1987, §1.4). */
export class ConnectionGate implements Persistent {
  readonly #limit: number
  readonly #periodMs: number
  /** Cycle for which a row of `#partners` holds, and that row: NOBODY where a connection is free. */
  readonly #cycles: Float64Array
  readonly #partners: Int32Array

  /** @param limit - 1 … 64. */
  constructor(peers: number, limit: number, periodMs: number) {
    if (!Number.isInteger(limit) || limit < 1 || limit > 64) {
      throw new UsageError('CONNECTION_LIMIT', `connectionLimit is an integer in 1 … 64 or Infinity, not ${limit}`)
    }
    this.#limit = limit
    this.#periodMs = periodMs
    this.#cycles = new Float64Array(peers).fill(-1)
    this.#partners = new Int32Array(peers * limit).fill(NOBODY)
  }

  /** Whether `peer` accepts a contact of `partner` at `nowMs`. One that was accepted stays so for the cycle. */
  accepts(peer: number, partner: number, nowMs: number): boolean {
    const first = peer * this.#limit
    const end = first + this.#limit
    const cycle = Math.floor(nowMs / this.#periodMs)
    if (this.#cycles[peer] !== cycle) {
      this.#cycles[peer] = cycle
      this.#partners.fill(NOBODY, first, end)
    }
    for (let place = first; place < end; place++) {
      if (this.#partners[place] === partner) return true
      if (this.#partners[place] !== NOBODY) continue
      this.#partners[place] = partner
      return true
    }
    return false
  }

  persist(archive: Archive): void {
    archive.array(this.#cycles)
    archive.array(this.#partners)
  }
}
