import type { Archive, Context, Message, Protocol } from '@hearsay/core'
import { type Kernels, Rows } from '@hearsay/kernels'

export const WORDS = 4
const MODEL = 0

/** Gossip learning without data: a peer sends its model once a period, and takes the mean of it and what it receives. */
export class TinyLearning implements Protocol {
  readonly ages: Float64Array
  readonly #kernels: Kernels
  readonly #rows: Rows
  readonly #peers: number
  readonly #periodMs: number

  constructor(peers: number, kernels: Kernels, periodMs: number) {
    this.ages = new Float64Array(peers)
    this.#kernels = kernels
    this.#rows = new Rows(kernels.memory, peers, WORDS)
    this.#peers = peers
    this.#periodMs = periodMs
    for (let peer = 0; peer < peers; peer++) this.#reset(peer)
  }

  model(peer: number): number {
    return this.#rows.offset(peer)
  }

  weights(peer: number): number[] {
    return [...this.#kernels.memory.float32.subarray(this.model(peer), this.model(peer) + WORDS)]
  }

  onStart(context: Context): void {
    context.setTimer(0, this.#periodMs * context.random.float64())
  }

  onTimeout(context: Context): void {
    const { self, random } = context
    const other = (self + 1 + random.below(this.#peers - 1)) % this.#peers
    context.send(other, MODEL, context.now, this.ages[self], this.model(self), WORDS)
    context.setTimer(0, this.#periodMs)
  }

  onMessage({ self }: Context, _from: number, message: Message): void {
    const model = this.model(self)
    this.#kernels.merge(model, message.offset, 1, model, 1, WORDS)
    this.ages[self] = Math.max(this.ages[self], message.stamp) + 1
  }

  onForget({ self }: Context): void {
    this.#reset(self)
  }

  persist(archive: Archive): void {
    archive.array(this.ages)
  }

  #reset(peer: number): void {
    this.ages[peer] = 0
    for (let i = 0; i < WORDS; i++) this.#kernels.memory.float32[this.model(peer) + i] = 1 + peer + i
  }
}
