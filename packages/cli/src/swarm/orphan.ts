import { setTimeout as sleep } from 'node:timers/promises'
import type { LearningPeer, Progress } from '@hearsay/peer'
import type { SwarmSummary } from './events.ts'
import { Ledger } from './ledger.ts'
import type { Configure } from './messages.ts'
import { summarise } from './summary.ts'

/** After the last news of an end, nobody else is expected to end: not even a process that has stalled meanwhile. */
const QUIET_MS = 5000
const QUIET_STEP_MS = 100

/** What a worker process knows of the swarm by itself: its own peers, and what all peers tell each other. */
export class OrphanView {
  readonly #configuration: Configure
  readonly #ledger: Ledger
  readonly #views = new Map<number, readonly string[]>()
  /** The processes of which a peer has told its end. */
  readonly #ended = new Set<number>()
  #lastEndMs = 0

  constructor(configuration: Configure) {
    this.#configuration = configuration
    this.#ledger = new Ledger(configuration.peers, Number.POSITIVE_INFINITY)
  }

  /** Listens to the telemetry that reaches a peer of this process. */
  listenTo(peer: LearningPeer): void {
    peer.onTelemetry((name, progress) => this.#hear(name, progress))
  }

  /** A peer of this process has ended. Its view is not in its telemetry. */
  ended(peer: number, name: string, progress: Progress, view: readonly string[]): void {
    this.#views.set(peer, view)
    this.#end(peer, name, progress)
  }

  /**
   * Waits until the others have told their ends, too.
   *
   * @returns The summary, if it is for this process to tell: of those that have come to the end, the first one.
   */
  async summary(): Promise<SwarmSummary | undefined> {
    const { run, processes, peers, process: own, summary } = this.#configuration
    while (!this.#ledger.isSettled && performance.now() - this.#lastEndMs < QUIET_MS) await sleep(QUIET_STEP_MS)
    if (Math.min(...this.#ended) !== own) return undefined
    this.#ledger.loseTheRest()
    return summarise(this.#ledger, summary, {
      ...{ peers, processes, processesLost: processes - this.#ended.size, periodMs: run.periodMs ?? 0 },
      ...{ interrupted: false, orphaned: true, nowMs: performance.now(), unixNowMs: Date.now() },
    })
  }

  #hear(name: string, progress: Progress): void {
    const { index } = progress
    // Whoever has joined from elsewhere has no number.
    if (index === undefined || index >= this.#configuration.peers) return
    if (progress.final === true) this.#end(index, name, progress)
    else this.#ledger.join(index, name, progress, performance.now())
  }

  #end(peer: number, name: string, progress: Progress): void {
    this.#lastEndMs = performance.now()
    this.#ended.add(peer % this.#configuration.processes)
    this.#ledger.end(peer, name, progress, this.#views.get(peer) ?? [])
  }
}
