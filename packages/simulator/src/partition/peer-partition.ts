import { UsageError } from '@hearsay/core'
import { Barrier } from './barrier.ts'
import { MessageLog } from './message-log.ts'
import type { PeerRange } from './peer-range.ts'
import { emptyMessage, type SentMessage } from './sent-message.ts'
import { Control, firstPeer, type SharedRun } from './shared-run.ts'

/**
 * One worker's share of a run: a range of the peers, and the way to the others. Workers run in windows as wide as the
 * smallest delay of the network: what is sent in a window arrives after its end, so that until then no worker needs to
 * know what another one does (conservative synchronisation: Chandy and Misra 1979; Fujimoto 2000, §3.5).
 */
export class PeerPartition implements PeerRange {
  readonly first: number
  readonly end: number
  readonly #shared: SharedRun
  readonly #index: number
  readonly #peers: number
  readonly #barrier: Barrier
  readonly #control: Int32Array
  /** When each worker has something to do, in two turns. */
  readonly #dues: Float64Array
  /** Logs to and from each worker, in two turns: one is written while the other one may still be read. */
  readonly #outgoing: readonly (readonly MessageLog[])[]
  readonly #incoming: readonly (readonly MessageLog[])[]
  readonly #message = emptyMessage()
  #turn = 0
  #isStopped = false
  #postedMs = Number.POSITIVE_INFINITY

  /**
   * @param index - This worker, 0 … workers − 1.
   * @param peers - Peers of the whole run, at least as many as workers.
   */
  constructor(shared: SharedRun, index: number, peers: number) {
    const { workers, logs } = shared
    if (peers < workers) throw new UsageError('WORKERS', `${peers} peers cannot be split over ${workers} workers`)
    this.first = firstPeer(peers, workers, index)
    this.end = firstPeer(peers, workers, index + 1)
    this.#shared = shared
    this.#index = index
    this.#peers = peers
    this.#barrier = new Barrier(shared)
    this.#control = new Int32Array(shared.control)
    this.#dues = new Float64Array(shared.control, Control.dues * 4)
    const logOf = (turn: number, from: number, to: number): MessageLog =>
      new MessageLog(logs[(turn * workers + from) * workers + to])
    const others = Array.from({ length: workers }, (_, other) => other)
    this.#outgoing = [0, 1].map((turn) => others.map((to) => logOf(turn, index, to)))
    this.#incoming = [0, 1].map((turn) => others.map((from) => logOf(turn, from, index)))
    for (const turn of this.#outgoing) for (const log of turn) log.clear()
  }

  post(message: SentMessage): void {
    if (message.dueMs < this.#postedMs) this.#postedMs = message.dueMs
    this.#outgoing[this.#turn][this.#workerOf(message.to)].append(message)
  }

  synchronise(dueMs: number, receive: (message: SentMessage) => void): number {
    const { workers } = this.#shared
    const turn = this.#turn
    this.#dues[turn * workers + this.#index] = Math.min(dueMs, this.#postedMs)
    // What worker 0 has seen holds for all.
    if (this.#index === 0) this.#control[Control.seen + turn] = Atomics.load(this.#control, Control.stop)
    this.#barrier.wait()
    this.#isStopped = this.#control[Control.seen + turn] !== 0
    let earliest = Number.POSITIVE_INFINITY
    for (let worker = 0; worker < workers; worker++) {
      earliest = Math.min(earliest, this.#dues[turn * workers + worker])
    }
    for (const log of this.#incoming[turn]) log.forEach(this.#message, receive)
    this.#turn = 1 - turn
    this.#postedMs = Number.POSITIVE_INFINITY
    for (const log of this.#outgoing[this.#turn]) log.clear()
    return earliest
  }

  /** Waits for all workers outside of a run. */
  meet(): void {
    this.synchronise(Number.POSITIVE_INFINITY, () => {
      throw new UsageError('PARTITION', 'messages were posted outside a run')
    })
  }

  /** Whether the run had been asked to stop when the workers last met: all get the same answer. */
  get isStopped(): boolean {
    return this.#isStopped
  }

  #workerOf(peer: number): number {
    const { workers } = this.#shared
    let worker = Math.floor((peer * workers) / this.#peers)
    while (peer >= firstPeer(this.#peers, workers, worker + 1)) worker++
    return worker
  }
}
