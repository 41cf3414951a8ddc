import { type Archive, type Persistent, UsageError } from '@hearsay/core'
import type { RowRange } from '@hearsay/kernels'
import type { Shards } from './shards.ts'

/** Deals the rows of each shard out in turns of bounded length, round and round. */
export class ShardTurns implements Persistent {
  readonly #shards: Shards
  readonly #stride: number
  readonly #rowsMax: number
  /** Where the next turn of each shard starts; none where every shard fits into one turn. */
  readonly #next: Int32Array | undefined
  readonly #turn: { rows: number; labels: number; count: number } = { rows: 0, labels: 0, count: 0 }

  /**
   * @param rowsMax - Rows of a turn, ≥ 1.
   * @throws {@link UsageError} when it is not.
   */
  constructor(shards: Shards, rowsMax: number = Number.POSITIVE_INFINITY) {
    if (!(rowsMax >= 1)) throw new UsageError('ROWS_PER_UPDATE', `an update trains on ≥ 1 rows, not ${rowsMax}`)
    this.#shards = shards
    this.#stride = shards.shape.stride
    this.#rowsMax = Math.floor(rowsMax)
    this.#next = shards.sizeMax > this.#rowsMax ? new Int32Array(shards.peers) : undefined
  }

  /** The rows of the next turn of shard `peer`: the same object may be returned at every call. The last turn is shorter. */
  next(peer: number): RowRange {
    const whole = this.#shards.at(peer)
    if (this.#next === undefined) return whole
    const start = this.#next[peer]
    const turn = this.#turn
    turn.rows = whole.rows + start * this.#stride
    turn.labels = whole.labels + start
    turn.count = Math.min(this.#rowsMax, whole.count - start)
    this.#next[peer] = start + turn.count >= whole.count ? 0 : start + turn.count
    return turn
  }

  /** Makes the next turn of shard `peer` its first one. */
  restart(peer: number): void {
    if (this.#next !== undefined) this.#next[peer] = 0
  }

  persist(archive: Archive): void {
    if (this.#next !== undefined) archive.array(this.#next)
  }
}
