import { type Archive, ConfigurationError, type Memory, type Persistent, randomStream } from '@hearsay/core'
import type { SplitDataset } from '@hearsay/datasets'
import { createKernels, type Kernels, persistMemory } from '@hearsay/kernels'
import { Evaluator, LinearLearner, loadRows, shapeOf, Shards, votingError } from '@hearsay/learning'
import { createFlowControl, exchangePeriodMs, FULL_EXCHANGE, GossipLearning, partsOf } from '@hearsay/protocols'
import { type PeerRange, Purpose, type SimulatedProtocol, Simulation, type Tap } from '@hearsay/simulator'
import { checkExchange } from './check-exchange.ts'
import { assignRows } from './assign-rows.ts'
import { buildAvailability } from './churn/build-availability.ts'
import { buildGuard } from './guard.ts'
import { buildNetwork } from './network/build-network.ts'
import { buildOverlay } from './overlay.ts'
import { PeerSample } from './peer-sample.ts'
import type { ScenarioOptions } from './scenario-options.ts'
import { Statistics, type SummaryStatistics } from './summary-statistics.ts'

/** Gossip learning in a simulated network, ready to run, cycle by cycle. It reads no clock. */
export class Scenario implements Persistent {
  readonly options: ScenarioOptions
  readonly data: SplitDataset
  readonly kernels: Kernels
  readonly shards: Shards
  readonly learning: GossipLearning
  readonly simulation: Simulation
  readonly #evaluator: Evaluator
  readonly #sample: PeerSample
  readonly #hosted: { readonly first: number; readonly end: number }
  #cycle = 0

  /**
   * @param data - Scaled rows to learn from, and rows that the error is measured on.
   * @param range - The peers that this worker hosts, of a run that is split over several; all where nothing is said.
   * @param tapOn - Makes what watches the simulation, given the memory that messages lie in. Default: nobody watches.
   * @throws {@link ConfigurationError} where options contradict each other or the data; {@link EnvironmentError} where
   *   the memory is too small; {@link UsageError} for a number out of its range.
   */
  constructor(options: ScenarioOptions, data: SplitDataset, range?: PeerRange, tapOn?: (memory: Memory) => Tap) {
    checkLearner(options)
    const { peers, seed, periodMs } = options
    const { model } = options.learner
    const kernels = createKernels(options.backend === 'auto' ? {} : { backend: options.backend })
    const { train } = data
    const shape = shapeOf(model, train.featureNames.length, train.classNames.length, options.bias)
    checkExchange({ ...options.learner, ...options, parameters: shape.outputs * shape.dimension })
    const shards = new Shards(kernels.memory, shape, train, assignRows(train, options))
    const learner = new LinearLearner(kernels, shards, options.learner)
    const overlay = buildOverlay(options, kernels)
    this.options = options
    this.data = data
    this.kernels = kernels
    this.shards = shards
    const { exchange = FULL_EXCHANGE, weights = 'float32', flow = { kind: 'proactive' } } = options
    this.learning = new GossipLearning({
      ...{ ...options, kernels, learner, sampler: overlay.sampler, exchange, weights },
      flow: createFlowControl(flow, peers, partsOf(exchange)),
      periodMs: exchangePeriodMs(exchange, periodMs),
    })
    const learning: SimulatedProtocol = options.guard
      ? {
          protocol: this.learning,
          guard: buildGuard({ options, kernels, shape, plan: learner.plan, shards, train }),
        }
      : { protocol: this.learning }
    const protocols = overlay.protocol === undefined ? [learning] : [overlay.protocol, learning]
    this.#hosted = range ?? { first: 0, end: peers }
    this.simulation = new Simulation(
      {
        ...{ peers, seed, kernels, protocols, wholeTransfers: options.wholeTransfers },
        network: buildNetwork(options, shape.words),
        availability: buildAvailability(options),
        tap: tapOn?.(kernels.memory),
      },
      range,
    )
    this.#evaluator = new Evaluator(kernels, shape, loadRows(kernels.memory, shape, data.test))
    this.#sample = new PeerSample(peers, options.evaluate, randomStream(seed, 0, Purpose.observers))
  }

  /** Cycles that have been run. */
  get cycle(): number {
    return this.#cycle
  }

  /** Models that peers have received, merged and trained. */
  get updates(): number {
    let sum = 0
    for (const received of this.learning.received) sum += received
    return sum
  }

  runCycle(): void {
    this.#cycle++
    this.simulation.run(this.#cycle * this.options.periodMs)
  }

  /** Hosted peers that are online. */
  get online(): number {
    const { first, end } = this.#hosted
    let online = 0
    for (let peer = first; peer < end; peer++) if (this.simulation.isOnline(peer)) online++
    return online
  }

  /** The 0–1 error of one hosted peer's prediction on the held-out rows; NaN where it does not count. */
  error(peer: number): number {
    if (this.options.measure === 'online' && !this.simulation.isOnline(peer)) return Number.NaN
    if (this.options.votes === 1) return this.#evaluator.error(this.learning.model(peer))
    return votingError(this.#evaluator, this.learning.votingModels(peer), this.data.train.classNames.length)
  }

  /** The error over the next random sample of peers. */
  sampleError(): SummaryStatistics {
    const errors = new Statistics()
    for (const peer of this.#sample.draw()) errors.add(this.error(peer))
    return errors.toSummary()
  }

  /** The errors of those peers of the next random sample that are hosted here, in the order of the sample. */
  sampleHostedErrors({ first, end }: PeerRange): number[] {
    return [...this.#sample.draw()].filter((peer) => peer >= first && peer < end).map((peer) => this.error(peer))
  }

  /** The sum of the ages of the hosted peers' models, in rows. */
  ageSum(): number {
    let sum = 0
    for (const age of this.learning.ages) sum += age
    return sum
  }

  /** Rows that a peer holds. */
  rowsPerPeer(): { readonly min: number; readonly max: number } {
    const rows = new Statistics()
    for (let peer = 0; peer < this.options.peers; peer++) rows.add(this.shards.size(peer))
    return { min: rows.min, max: rows.max }
  }

  /** Between cycles. What is restored goes into a fresh scenario with the same options and data. */
  persist(archive: Archive): void {
    this.#cycle = archive.number(this.#cycle)
    persistMemory(this.kernels.memory, archive)
    this.simulation.persist(archive)
    this.#sample.persist(archive)
  }
}

function checkLearner({ learner }: ScenarioOptions): void {
  if (learner.lambda === 0 && learner.eta === undefined && learner.model !== 'adaline') {
    throw new ConfigurationError('ETA', 'the step size follows from λ unless it is given: with λ = 0, set --eta')
  }
}
