import {
  type Archive,
  type Context,
  type Message,
  NOBODY,
  type PeerSampler,
  type Protocol,
  UsageError,
} from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import type { Learner } from '@hearsay/learning'
import type { BiasCorrection } from './bias/bias-correction.ts'
import { type Correction, correctionProblem } from './bias/correction.ts'
import { createBiasCorrection } from './bias/create-bias-correction.ts'
import { createModelExchange } from './exchange/create-model-exchange.ts'
import { type FlowControl, proactive } from './flow-control.ts'
import { MODEL, type ModelExchange } from './exchange/model-exchange.ts'
import type { Exchange, WeightEncoding } from './exchange/exchange-settings.ts'
import { ModelFormat } from './exchange/model-format.ts'
import { PeerModels } from './exchange/peer-models.ts'
import { Period, type PeriodOptions } from './period.ts'

const PERIOD = 0

/** What a {@link GossipLearning} needs. */
export interface GossipLearningOptions extends PeriodOptions {
  /** Hosted peers. */
  readonly peers: number
  readonly kernels: Kernels
  readonly learner: Learner
  /** Where models are sent. */
  readonly sampler: PeerSampler
  /**
   * How many models are sent, and when; see `createFlowControl`. Where models travel in parts, it is made for as many.
   *
   * @defaultValue {@link proactive}
   */
  readonly flow?: FlowControl
  /**
   * How much of a model a message carries. A partitioned model is meant to be exchanged S times as often as a whole one:
   * `periodMs` is then that of its parts, see `exchangePeriodMs`.
   *
   * @defaultValue `{ kind: 'full' }`
   */
  readonly exchange?: Exchange
  /**
   * How a message carries a weight.
   *
   * @defaultValue 'float32'
   */
  readonly weights?: WeightEncoding
  /**
   * What a received model is merged with. `last`: the model received before it, which keeps the walks of models
   * independent (Ormándi, Hegedűs, Jelasity 2013, algorithm 1). `current`: the peer's own model (Hegedűs, Danner, Jelasity
   * 2021, algorithm 1), which averages more and needs no second model in memory.
   *
   * @defaultValue 'last' where whole models are exchanged, otherwise 'current', which is then the only choice
   */
  readonly mergeWith?: 'last' | 'current'
  /**
   * How many of its last models each peer keeps, its current one included, for the voting predictor: 1, which keeps no
   * others, … 255.
   *
   * @defaultValue 1
   */
  readonly votes?: number
  /**
   * How much longer each hosted peer's period is than Δ, > 0: peers of different speeds.
   *
   * @defaultValue 1 for every peer
   */
  readonly periodFactors?: Float64Array | undefined
  /**
   * What is done against the bias towards peers of high degree or speed. It needs whole float32 models and, as the sampler,
   * an undirected `StaticGraph`; all but `pass-through` also merging with the current model, and no reactions to models.
   *
   * @defaultValue nothing
   */
  readonly correction?: Correction | undefined
}

/**
 * Gossip learning (Ormándi, Hegedűs, Jelasity 2013, algorithm 1): models walk from peer to peer; a peer that receives one
 * combines it with another that it holds, trains it on its own rows, and sends its current model on once a period, or
 * as often as its flow control says.
 */
export class GossipLearning implements Protocol {
  /** Models, or parts of them, that each hosted peer has received and used. */
  readonly received: Uint32Array
  /** Models, or parts of them, that each hosted peer has sent. */
  readonly sent: Uint32Array
  readonly #learner: Learner
  readonly #sampler: PeerSampler
  readonly #flow: FlowControl
  readonly #period: Period
  readonly #models: PeerModels
  readonly #exchange: ModelExchange
  readonly #correction: BiasCorrection | undefined
  readonly #isWhole: boolean

  /**
   * @throws {@link UsageError} when an option is out of its range, or two of them contradict each other (`EXCHANGE`,
   *   `FLOW_PARTS`, `CORRECTION`).
   */
  constructor(options: GossipLearningOptions) {
    const { peers, kernels, learner, flow = proactive, votes = 1 } = options
    const { shape } = learner
    const format = new ModelFormat({ ...options, shape })
    const mergeWith = options.mergeWith ?? (format.exchange.kind === 'full' ? 'last' : 'current')
    if (flow.parts !== undefined && flow.parts !== format.parts) {
      throw new UsageError(
        'FLOW_PARTS',
        `the flow control is made for ${flow.parts} parts, the exchange has ${format.parts}`,
      )
    }
    checkCorrection(options, mergeWith)
    this.#learner = learner
    this.#sampler = options.sampler
    this.#flow = flow
    this.#period = new Period(options, options.periodFactors)
    this.#models = new PeerModels({ peers, kernels, words: shape.words, votes, keepsLast: mergeWith === 'last' })
    this.#exchange = createModelExchange(peers, kernels, format, this.#models, learner)
    this.#correction =
      options.correction &&
      createBiasCorrection(options.correction, { ...options, models: this.#models, exchange: this.#exchange })
    this.#isWhole = format.parts === 1
    this.received = new Uint32Array(peers)
    this.sent = new Uint32Array(peers)
  }

  /** Age of each hosted peer's current model: rows that it has been trained on; of a partitioned model, its oldest part. */
  get ages(): Float64Array {
    return this.#models.ages
  }

  /** Offset of the current model of a hosted peer in the host's memory. */
  model(peer: number): number {
    return this.#models.current(peer)
  }

  /** Offsets of the models that vote for a hosted peer, the newest first: at most `votes`, at least one. */
  votingModels(peer: number): number[] {
    return this.#models.kept(peer)
  }

  onStart(context: Context): void {
    context.setTimer(PERIOD, this.#period.phase(context))
  }

  onTimeout(context: Context): void {
    this.#correction?.onPeriod(context)
    const part = this.#isWhole ? 0 : this.#exchange.choosePart(context)
    this.#send(context, part, this.#flow.onPeriod(context, part))
    context.setTimer(PERIOD, this.#period.next(context))
  }

  onMessage(context: Context, from: number, message: Message): void {
    if (message.kind !== MODEL) return
    const useful =
      this.#correction === undefined
        ? this.#exchange.receive(context.self, message)
        : this.#correction.receive(context, from, message)
    this.received[context.self]++
    const part = this.#isWhole ? 0 : message.value
    this.#send(context, part, this.#flow.onReceived(context, useful, part))
  }

  /** The counters of what has been sent and received go on. */
  onForget(context: Context): void {
    this.#models.forget(context.self)
    this.#exchange.forget(context.self)
    this.#correction?.forget(context.self)
    this.#flow.onForget?.(context)
    this.#learner.forget?.(context.self)
  }

  persist(archive: Archive): void {
    archive.array(this.received)
    archive.array(this.sent)
    this.#models.persist(archive)
    this.#exchange.persist(archive)
    this.#correction?.persist(archive)
    this.#flow.persist?.(archive)
    this.#learner.persist?.(archive)
  }

  #send(context: Context, part: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const peer = this.#sampler.selectPeer(context)
      if (peer === NOBODY) return
      this.#exchange.send(context, peer, part)
      this.sent[context.self]++
    }
  }
}

function checkCorrection(options: GossipLearningOptions, mergeWith: 'last' | 'current'): void {
  const { correction, flow = proactive } = options
  const kind = flow === proactive ? 'proactive' : 'simple'
  const problem = correction && correctionProblem(correction, { ...options, mergeWith, flow: kind })
  if (problem !== undefined) throw new UsageError('CORRECTION', problem)
}
