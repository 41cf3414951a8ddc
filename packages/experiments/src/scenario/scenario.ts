import { type Archive, ConfigurationError, type Memory, type Persistent, randomStream, UsageError } from '@hearsay/core'
import type { SplitDataset } from '@hearsay/datasets'
import type { LearningProtocol } from '@hearsay/federated'
import { createKernels, type Kernels, persistMemory } from '@hearsay/kernels'
import { Evaluator, loadRows, type ModelShape, modelShape, shapeOf, type Shards, votingError } from '@hearsay/learning'
import { type FaultPlan, type PeerRange, Purpose, Simulation, type Tap } from '@hearsay/simulator'
import { assignRows } from './assign-rows.ts'
import { buildEnvironment } from './environment.ts'
import type { BuiltMethod } from './methods/built-method.ts'
import { buildMethod } from './methods/build-method.ts'
import { rowsOf } from './methods/liars.ts'
import { checkMlp } from './mlp/check-mlp.ts'
import type { ErrorMeter, PreparedNetwork } from './mlp/prepared-network.ts'
import { PeerSample } from './peer-sample.ts'
import { reservedWords } from './reserved-words.ts'
import type { ScenarioOptions } from './scenario-options.ts'
import { Statistics, type SummaryStatistics } from './summary-statistics.ts'

/** What a scenario is besides its options. */
export interface ScenarioSetting {
  /** The peers that this worker hosts, of a run of gossip learning that is split over several. Default: all. */
  readonly range?: PeerRange | undefined
  /** Makes what watches the simulation, given the memory that messages lie in. Default: nobody watches. */
  readonly tapOn?: ((memory: Memory) => Tap) | undefined
  /** What goes wrong on top of the options. Default: nothing. */
  readonly faults?: FaultPlan | undefined
  /** Whether traffic and gossip learning's steps are counted peer by peer. Default: no. */
  readonly counts?: boolean | undefined
  /** What is learned where that is not a linear model, for this scenario alone. */
  readonly network?: PreparedNetwork | undefined
}

/** Gossip learning, or one of its contestants, in a simulated network, ready to run, cycle by cycle. It reads no clock. */
export class Scenario implements Persistent {
  readonly options: ScenarioOptions
  readonly data: SplitDataset
  readonly kernels: Kernels
  /** What is trained on: a shard for each peer, or one of all rows where learning is centralised. */
  readonly shards: Shards
  readonly learning: LearningProtocol
  readonly simulation: Simulation
  readonly #method: BuiltMethod
  readonly #rows: readonly number[]
  readonly #evaluator: Evaluator | ErrorMeter
  readonly #sample: PeerSample
  readonly #hosted: { readonly first: number; readonly end: number }
  /** The error of the model that all peers predict with, and when it was measured. */
  readonly #shared = { error: Number.NaN, timeMs: Number.NaN }
  #cycle = 0

  /**
   * @param data - Scaled rows to learn from, and rows that the error is measured on.
   * @throws {@link ConfigurationError} where options contradict each other or the data; {@link EnvironmentError} where
   *   the memory is too small; {@link UsageError} for a number out of its range.
   */
  constructor(options: ScenarioOptions, data: SplitDataset, setting: ScenarioSetting = {}) {
    checkLearner(options)
    const { peers, seed } = options
    const { range, tapOn, faults, counts = false, network } = setting
    checkRange(options, range)
    const { train } = data
    const shape = rowShape(options, data)
    const words = network?.words ?? shape.words
    const environment = buildEnvironment(options, words, faults)
    const { liars } = environment
    const rows = rowsOf(train, assignRows(train, options), liars)
    const sizes = rows.assignment.map(({ length }) => length)
    const initialWords = reservedWords(data, shape, sizes, words)
    const kernels = createKernels({ initialWords, ...(options.backend !== 'auto' && { backend: options.backend }) })
    const isOnline = range === undefined ? (peer: number) => this.simulation.isOnline(peer) : undefined
    const method = buildMethod({ ...rows, options, kernels, shape, liars, counts, isOnline, network })
    this.options = options
    this.data = data
    this.kernels = kernels
    this.shards = method.shards
    this.learning = method.learning
    this.#method = method
    this.#rows = sizes
    this.#hosted = range ?? { first: 0, end: peers }
    const { protocols } = method
    const tap = tapOn?.(kernels.memory)
    const { wholeTransfers } = options
    this.simulation = new Simulation(
      { ...environment.simulated, peers, seed, kernels, protocols, wholeTransfers, countsTraffic: counts, tap },
      range,
    )
    const heldOut = loadRows(kernels.memory, shape, data.test)
    this.#evaluator = method.network?.evaluator(heldOut) ?? new Evaluator(kernels, shape, heldOut)
    this.#sample = new PeerSample(peers, options.evaluate, randomStream(seed, 0, Purpose.observers))
  }

  /** Cycles that have been run. */
  get cycle(): number {
    return this.#cycle
  }

  /** Trainings: of models that peers have received and merged, of clients, or of peers on their own. */
  get updates(): number {
    return this.#method.updates(this.simulation.counters)
  }

  /** Rows that each peer has trained on, each as often as it was; undefined for gossip learning that does not count. */
  get steps(): Float64Array | undefined {
    return this.#method.steps
  }

  /** The peer that coordinates, where one does. */
  get server(): number | undefined {
    return this.#method.server
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

  /** Offsets of the models that vote for a hosted peer, the newest first. */
  votingModels(peer: number): number[] {
    const { learning, predictor = peer, votingModels } = this.#method
    return votingModels?.(peer) ?? [learning.model(predictor)]
  }

  /** The 0–1 error of one hosted peer's prediction on the held-out rows; NaN where it does not count. */
  error(peer: number): number {
    if (this.options.measure === 'online' && !this.simulation.isOnline(peer)) return Number.NaN
    const { learning, predictor, votingModels } = this.#method
    if (predictor !== undefined) return this.#sharedError(predictor)
    if (votingModels === undefined || !(this.#evaluator instanceof Evaluator)) {
      return this.#evaluator.error(learning.model(peer))
    }
    return votingError(this.#evaluator, votingModels(peer), this.data.train.classNames.length)
  }

  /** The numbers of the peers in the next random sample: valid until the next one is drawn. */
  drawSample(): Int32Array {
    return this.#sample.draw()
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

  /** Ages, in rows, of the models that hosted peers predict with: valid until the next call. */
  ages(): Float64Array {
    const { learning, predictor } = this.#method
    const { ages } = learning
    return predictor === undefined ? ages : new Float64Array(ages.length).fill(ages[predictor])
  }

  /** The sum of the ages of the hosted peers' models, in rows. */
  ageSum(): number {
    let sum = 0
    for (const age of this.ages()) sum += age
    return sum
  }

  /** Rows that `peer` holds. */
  rows(peer: number): number {
    return this.#rows[peer]
  }

  /** Rows that a peer holds. */
  rowsPerPeer(): { readonly min: number; readonly max: number } {
    const rows = new Statistics()
    for (const count of this.#rows) rows.add(count)
    return { min: rows.min, max: rows.max }
  }

  /** Between cycles. What is restored goes into a fresh scenario with the same options and data. */
  persist(archive: Archive): void {
    this.#cycle = archive.number(this.#cycle)
    persistMemory(this.kernels.memory, archive)
    this.simulation.persist(archive)
    this.#sample.persist(archive)
  }

  #sharedError(predictor: number): number {
    const { now } = this.simulation
    if (this.#shared.timeMs !== now) {
      this.#shared.timeMs = now
      this.#shared.error = this.#evaluator.error(this.learning.model(predictor))
    }
    return this.#shared.error
  }
}

/** Rows of networks have no bias among their features. */
function rowShape({ learner, bias }: ScenarioOptions, { train }: SplitDataset): ModelShape {
  const [features, classes] = [train.featureNames.length, train.classNames.length]
  return learner.model === 'mlp'
    ? modelShape(features, classes, false)
    : shapeOf(learner.model, features, classes, bias)
}

function checkLearner(options: ScenarioOptions): void {
  checkMlp(options)
  const { learner } = options
  if (learner.model === 'mlp') return
  if (learner.lambda === 0 && learner.eta === undefined && learner.model !== 'adaline') {
    throw new ConfigurationError('ETA', 'the step size follows from λ unless it is given: with λ = 0, set --eta')
  }
}

function checkRange({ method = { kind: 'gossip' } }: ScenarioOptions, range: PeerRange | undefined): void {
  if (range === undefined || method.kind === 'gossip') return
  throw new UsageError(
    'RANGE',
    `a run of ${method.kind} is hosted as a whole: only gossip learning is split over workers`,
  )
}
