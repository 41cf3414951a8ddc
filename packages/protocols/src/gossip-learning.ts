import {
  type Context,
  type Memory,
  type Message,
  NOBODY,
  type PeerSampler,
  type Protocol,
  UsageError,
} from '@hearsay/core'
import { type Kernels, Rows } from '@hearsay/kernels'
import type { Learner } from '@hearsay/learning'
import { type FlowControl, proactive } from './flow-control.ts'
import { Period, type PeriodOptions } from './period.ts'

/** The one kind of message: stamp = age, payload = the weights, as the learner's shape lays them out. */
export const MODEL = 0

const PERIOD = 0

/** A peer's place in its ring of models is a byte. */
const VOTES_MAX = 255

/** What a {@link GossipLearning} needs. */
export interface GossipLearningOptions extends PeriodOptions {
  /** Hosted peers. */
  readonly peers: number
  readonly kernels: Kernels
  readonly learner: Learner
  /** Where models are sent. */
  readonly sampler: PeerSampler
  /** @defaultValue {@link proactive} */
  readonly flow?: FlowControl
  /**
   * What a received model is merged with. `last`: the model received before it, which keeps the walks of models
   * independent (Ormándi, Hegedűs, Jelasity 2013, algorithm 1). `current`: the peer's own model (Hegedűs, Danner, Jelasity
   * 2021, algorithm 1), which averages more and needs no second model in memory.
   *
   * @defaultValue 'last'
   */
  readonly mergeWith?: 'last' | 'current'
  /**
   * How many of its last models each peer keeps, its current one included, for the voting predictor: 1, which keeps no
   * others, … 255.
   *
   * @defaultValue 1
   */
  readonly votes?: number
}

/**
 * Gossip learning (Ormándi, Hegedűs, Jelasity 2013, algorithm 1): models walk from peer to peer; a peer that receives one
 * combines it with another that it holds, trains it on its own rows, and sends its current model on once a period.
 */
export class GossipLearning implements Protocol {
  /** Age of each hosted peer's current model: rows that it has been trained on. */
  readonly ages: Float64Array
  /** Models that each hosted peer has received and used. */
  readonly received: Uint32Array
  /** Models that each hosted peer has sent. */
  readonly sent: Uint32Array
  readonly #words: number
  readonly #learner: Learner
  readonly #sampler: PeerSampler
  readonly #flow: FlowControl
  readonly #period: Period
  /** Each peer's last `votes` models, as a ring. */
  readonly #models: Rows
  readonly #votes: number
  readonly #newest: Uint8Array
  /** The last model that each peer has received, and its age; the ages of the current models where none is kept. */
  readonly #last: Rows | undefined
  readonly #lastAges: Float64Array

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: GossipLearningOptions) {
    const { peers, learner } = options
    const memory: Memory = options.kernels.memory
    this.ages = new Float64Array(peers)
    this.#learner = learner
    this.#words = learner.shape.words
    this.#sampler = options.sampler
    this.#flow = options.flow ?? proactive
    this.#period = new Period(options)
    this.#votes = options.votes ?? 1
    if (!Number.isInteger(this.#votes) || this.#votes < 1 || this.#votes > VOTES_MAX) {
      throw new UsageError('VOTES', `votes is an integer in 1 … ${VOTES_MAX}, not ${options.votes}`)
    }
    this.#models = new Rows(memory, peers * this.#votes, this.#words)
    this.#newest = new Uint8Array(peers)
    this.#last = options.mergeWith === 'current' ? undefined : new Rows(memory, peers, this.#words)
    this.#lastAges = this.#last === undefined ? this.ages : new Float64Array(peers)
    this.received = new Uint32Array(peers)
    this.sent = new Uint32Array(peers)
  }

  /** Offset of the current model of a hosted peer in the host's memory. */
  model(peer: number): number {
    return this.#models.offset(peer * this.#votes + this.#newest[peer])
  }

  /** Offsets of the models that vote for a hosted peer, the newest first: at most `votes`, at least one. */
  votingModels(peer: number): number[] {
    const kept = Math.min(this.#votes, this.received[peer] + 1)
    return Array.from({ length: kept }, (_, back) => {
      const slot = (this.#newest[peer] - back + this.#votes) % this.#votes
      return this.#models.offset(peer * this.#votes + slot)
    })
  }

  onStart(context: Context): void {
    context.setTimer(PERIOD, this.#period.phase(context))
  }

  onTimeout(context: Context): void {
    this.#send(context, this.#flow.onPeriod(context))
    context.setTimer(PERIOD, this.#period.next(context))
  }

  onMessage(context: Context, _from: number, message: Message): void {
    if (message.kind !== MODEL) return
    const self = context.self
    const age = message.stamp
    const useful = age >= this.ages[self]
    const last = this.#last
    const partner = last === undefined ? this.model(self) : last.offset(self)
    if (this.#votes > 1) this.#newest[self] = (this.#newest[self] + 1) % this.#votes
    const target = this.model(self)
    const partnerAge = this.#lastAges[self]
    this.#lastAges[self] = age
    this.ages[self] = this.#learner.create(self, target, message.offset, age, partner, partnerAge, last !== undefined)
    this.received[self]++
    this.#send(context, this.#flow.onReceived(context, useful))
  }

  #send(context: Context, count: number): void {
    const self = context.self
    for (let i = 0; i < count; i++) {
      const peer = this.#sampler.selectPeer(context)
      if (peer === NOBODY) return
      context.send(peer, MODEL, 0, this.ages[self], this.model(self), this.#words)
      this.sent[self]++
    }
  }
}
