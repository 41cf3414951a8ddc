import { randomStream } from '@hearsay/core'
import { Purpose, type Simulation } from '@hearsay/simulator'
import { PeerSample } from '../../scenario/peer-sample.ts'
import type { WorldOptions } from '../../scenario/scenario-options.ts'
import { distributionOf } from '../distribution.ts'
import type { MeasuredRun } from '../measured-run.ts'
import { bytesOf, onlinePeers, peerTraffic } from '../simulation-counts.ts'
import type { Measurement, Metric, PeerMeasurement } from '../trial-result.ts'

/** A protocol in its world, and what it is measured by. */
export interface BuiltTask {
  readonly metric: Metric
  readonly simulation: Simulation
  /** Told before each cycle; `cycle` is the number of those that have been run. */
  readonly beforeCycle?: ((cycle: number) => void) | undefined
  /** Answers, for now, the metric of each peer; NaN where there is nothing to measure. */
  readonly look: () => (peer: number) => number
}

/** A run in which nothing learns. */
export class TaskRun implements MeasuredRun {
  readonly #options: WorldOptions
  readonly #task: BuiltTask
  readonly #sample: PeerSample
  #cycle = 0

  constructor(options: WorldOptions, task: BuiltTask) {
    this.#options = options
    this.#task = task
    this.#sample = new PeerSample(options.peers, options.evaluate, randomStream(options.seed, 0, Purpose.observers))
  }

  get metric(): Metric {
    return this.#task.metric
  }

  get cycle(): number {
    return this.#cycle
  }

  get traceHash(): string {
    return this.#task.simulation.traceHash
  }

  runCycle(): void {
    this.#task.beforeCycle?.(this.#cycle)
    this.#cycle++
    this.#task.simulation.run(this.#cycle * this.#options.periodMs)
  }

  measure(): Promise<Measurement> {
    const { simulation } = this.#task
    const { sent, words } = simulation.counters
    const { peers, periodMs } = this.#options
    const { measured, ...distribution } = distributionOf(Array.from(this.#sample.draw(), this.#look()))
    return Promise.resolve({
      ...distribution,
      ...{ cycle: this.#cycle, timeMs: this.#cycle * periodMs, measured, online: onlinePeers(simulation, peers) },
      ...{ age: 0, messages: sent, bytes: bytesOf(sent, words, this.#options), steps: 0 },
    })
  }

  measurePeers(): Promise<PeerMeasurement[]> {
    const { simulation } = this.#task
    const look = this.#look()
    const peers = Array.from({ length: this.#options.peers }, (_, peer): PeerMeasurement => {
      const value = look(peer)
      return {
        peer,
        role: 'peer',
        value,
        ...{ age: 0, steps: 0, rows: 0 },
        ...peerTraffic(simulation, peer, this.#options),
      }
    })
    return Promise.resolve(peers)
  }

  #look(): (peer: number) => number {
    const look = this.#task.look()
    if (this.#options.measure !== 'online') return (peer) => look(peer)
    const { simulation } = this.#task
    return (peer) => (simulation.isOnline(peer) ? look(peer) : Number.NaN)
  }
}
