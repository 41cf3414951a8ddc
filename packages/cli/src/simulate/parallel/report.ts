import { randomStream } from '@hearsay/core'
import { digestOf, firstPeer, Purpose } from '@hearsay/simulator'
import { PeerSample, type ScenarioOptions, Statistics, type SummaryStatistics } from '@hearsay/experiments'
import { type Snapshot, sumOf } from '../snapshot.ts'
import type { CyclesMessage, DoneMessage, ReadyMessage } from './messages.ts'

/** A cycle that all workers have run. */
export interface FinishedCycle {
  readonly snapshot: Snapshot
  /** Over the cycle's sample. */
  readonly error: SummaryStatistics
}

/** Puts together what the workers of a run tell, in the order in which one worker alone would have told it. */
export class Report {
  /** Milliseconds that the slowest worker has needed so far. */
  busyMs = 0
  readonly #options: ScenarioOptions
  readonly #sample: PeerSample
  readonly #ready: ReadyMessage[] = []
  readonly #done: DoneMessage[]
  /** What each worker has told and was not used yet. */
  readonly #errors: (readonly number[])[][]
  readonly #snapshots: Snapshot[][]
  #cycle = 0

  constructor(options: ScenarioOptions, workers: number) {
    this.#options = options
    this.#sample = new PeerSample(options.peers, options.evaluate, randomStream(options.seed, 0, Purpose.observers))
    this.#done = Array.from({ length: workers })
    this.#errors = Array.from({ length: workers }, () => [])
    this.#snapshots = Array.from({ length: workers }, () => [])
  }

  /** What is known of the run once all workers are ready. */
  addReady(message: ReadyMessage): Omit<ReadyMessage, 'type'> | undefined {
    this.#ready.push(message)
    if (this.#ready.length < this.#errors.length) return undefined
    const { rowsPerPeer, backend } = message
    return { rowsPerPeer, backend }
  }

  /** The cycles that all workers have run now that `worker` has told of some. */
  addCycles(worker: number, { errors, snapshot, busyMs }: CyclesMessage): FinishedCycle[] {
    this.busyMs = Math.max(this.busyMs, busyMs)
    this.#errors[worker].push(...errors)
    this.#snapshots[worker].push(snapshot)
    const finished: FinishedCycle[] = []
    while (this.#errors.every((told) => told.length > 0)) finished.push(this.#finishCycle())
    return finished
  }

  /** The end of the run, once all workers are done. */
  addDone(worker: number, message: DoneMessage): (FinishedCycle & { readonly traceHash: string }) | undefined {
    this.#done[worker] = message
    for (const done of this.#done) if (done === undefined) return undefined
    const error = new Statistics()
    for (const { errors } of this.#done) for (const value of errors) error.add(value)
    const lanes = new Int32Array(2 * this.#options.peers)
    let next = 0
    for (const { traceLanes } of this.#done) {
      lanes.set(traceLanes, next)
      next += traceLanes.length
    }
    const snapshot = sumOf(this.#done.map((done) => done.snapshot))
    return { snapshot, error: error.toSummary(), traceHash: digestOf(lanes) }
  }

  #finishCycle(): FinishedCycle {
    this.#cycle++
    const told = this.#errors.map((cycles) => (cycles.shift() ?? []).values())
    const error = new Statistics()
    for (const peer of this.#sample.draw()) {
      const { value } = told[this.#workerOf(peer)].next()
      if (value === undefined) throw new Error(`nobody has told the error of peer ${peer}`)
      error.add(value)
    }
    return { snapshot: this.#snapshotAt(this.#cycle), error: error.toSummary() }
  }

  /** Exact where the workers had to report at this cycle; otherwise of the first report behind it. */
  #snapshotAt(cycle: number): Snapshot {
    const chosen = this.#snapshots.map((snapshots) => {
      while (snapshots.length > 1 && snapshots[0].cycle < cycle) snapshots.shift()
      return snapshots[0]
    })
    return { ...sumOf(chosen), cycle }
  }

  #workerOf(peer: number): number {
    const workers = this.#errors.length
    let worker = 0
    while (peer >= firstPeer(this.#options.peers, workers, worker + 1)) worker++
    return worker
  }
}
