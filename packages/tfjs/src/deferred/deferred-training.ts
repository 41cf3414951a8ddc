import { type Archive, type Context, type Message, type Protocol, UsageError } from '@hearsay/core'
import { type Kernels, Rows } from '@hearsay/kernels'
import type { Learner } from '@hearsay/learning'
import type { DeferrableLearner } from './deferrable-learner.ts'
import { HeldMessages } from './held-messages.ts'
import { PayloadDecoder, type PayloadEncoding } from './payload-decoder.ts'
import { TrainedLearner } from './trained-learner.ts'
import type { Trainer } from './trainer.ts'

/** The timer of a {@link DeferredTraining}; the protocol in it uses others. */
const TRAINED = 127

/** A protocol of which it is known what each hosted peer has learned, such as `GossipLearning`. */
export interface TrainedProtocol extends Protocol {
  readonly ages: Float64Array
  /** Offset of the current model of a hosted peer. */
  model(peer: number): number
}

/** What a {@link DeferredTraining} needs. */
export interface DeferredTrainingOptions<P extends TrainedProtocol> {
  /** Hosted peers. */
  readonly peers: number
  readonly kernels: Kernels
  /** What merges, and keeps what there is beside the models. */
  readonly learner: DeferrableLearner
  readonly trainer: Trainer
  /** Makes the protocol, once, with the learner that it is to use. Whole models only; it merges with its current model. */
  readonly protocol: (learner: Learner) => P
  /**
   * The kind of the messages that bring a model to train.
   *
   * @defaultValue 0, that of gossip learning
   */
  readonly kind?: number | undefined
  /**
   * Which number of their header is the age of their model: 'value' for federated averaging.
   *
   * @defaultValue 'stamp', as in gossip learning
   */
  readonly age?: 'stamp' | 'value' | undefined
  /**
   * The only peer whose models are trained, such as the server of federated averaging; those of others are dropped.
   *
   * @defaultValue everybody
   */
  readonly from?: number | undefined
  /**
   * What is trained: a received model merged with the peer's current one (`merged`: MU of Ormándi, Hegedűs, Jelasity 2013), or as it
   * came (`received`: RW, and the clients of federated averaging).
   *
   * @defaultValue 'merged'
   */
  readonly input?: 'merged' | 'received' | undefined
  /**
   * How a message carries its weights.
   *
   * @defaultValue 'float32'
   */
  readonly weights?: PayloadEncoding | undefined
}

/**
 * Puts the time that training takes between the receipt of a model and the handler that uses it: `onMessage` of the protocol
 * inside runs when the model that it is going to ask for has been trained, as if the message had arrived then. Timers and other messages
 * reach it as ever, and what it sends meanwhile is the model that it has.
 *
 * A model that arrives while the peer is training waits. One waits at most, the newest: an older one is dropped, and counted in
 * {@link superseded}, like a message that was lost. A peer that goes offline loses what is under way.
 */
export class DeferredTraining<P extends TrainedProtocol> implements Protocol {
  /** The protocol inside. */
  readonly inner: P
  /** Received models of each hosted peer that gave way to newer ones. */
  readonly superseded: Uint32Array
  readonly #trainer: Trainer
  readonly #learner: DeferrableLearner
  readonly #trained: TrainedLearner
  readonly #kind: number
  readonly #age: 'stamp' | 'value'
  readonly #from: number | undefined
  readonly #isMerged: boolean
  readonly #decoder: PayloadDecoder
  /** What the peer trains for. */
  readonly #current: HeldMessages
  readonly #waiting: HeldMessages
  readonly #models: Rows

  /** @throws {@link UsageError} `EXCHANGE` where the weights of models with padding are encoded. */
  constructor(options: DeferredTrainingOptions<P>) {
    const { peers, kernels, learner, kind = 0, input = 'merged' } = options
    this.#isMerged = input === 'merged'
    this.#decoder = new PayloadDecoder(kernels, learner.shape, options.weights ?? 'float32')
    this.#learner = learner
    this.#trainer = options.trainer
    this.#kind = kind
    this.#age = options.age ?? 'stamp'
    this.#from = options.from
    this.#trained = new TrainedLearner(kernels, learner, this.#isMerged)
    this.#current = new HeldMessages(peers, kernels, kind, this.#decoder.words)
    this.#waiting = new HeldMessages(peers, kernels, kind, this.#decoder.words)
    this.#models = new Rows(kernels.memory, peers, learner.shape.words)
    this.superseded = new Uint32Array(peers)
    this.inner = options.protocol(this.#trained)
  }

  /** As those of the protocol inside. */
  get ages(): Float64Array {
    return this.inner.ages
  }

  /** As that of the protocol inside. */
  model(peer: number): number {
    return this.inner.model(peer)
  }

  onStart(context: Context): void {
    this.#giveUp(context)
    this.inner.onStart(context)
  }

  onTimeout(context: Context, timer: number): void {
    if (timer === TRAINED) this.#finish(context)
    else this.inner.onTimeout(context, timer)
  }

  onMessage(context: Context, from: number, message: Message): void {
    if (message.kind !== this.#kind) return this.inner.onMessage(context, from, message)
    // A guard lets no other length pass, and a handler that found no model would throw.
    if (message.length !== this.#decoder.words) return
    // Nor does a stranger's take the place of one that is to be trained.
    if (this.#from !== undefined && from !== this.#from) return
    if (!this.#current.has(context)) {
      this.#current.hold(context, from, message)
      this.#begin(context)
      return
    }
    if (this.#waiting.has(context)) this.superseded[context.self]++
    this.#waiting.hold(context, from, message)
  }

  onPeerUnreachable(context: Context, peer: number): void {
    this.inner.onPeerUnreachable?.(context, peer)
  }

  onStop(context: Context): void {
    this.#giveUp(context)
    this.inner.onStop?.(context)
  }

  onForget(context: Context): void {
    this.#giveUp(context)
    this.inner.onForget?.(context)
  }

  /** @throws {@link UsageError} `PERSIST` where the trainer, or the protocol inside, cannot be saved. */
  persist(archive: Archive): void {
    if (this.#trainer.persist === undefined || this.inner.persist === undefined) {
      throw new UsageError('PERSIST', 'deferred training can be saved where its trainer and its protocol can')
    }
    this.#current.persist(archive)
    this.#waiting.persist(archive)
    archive.array(this.superseded)
    this.#trainer.persist(archive)
    this.inner.persist(archive)
  }

  /** Begins to train for the current message. */
  #begin(context: Context): void {
    const { self } = context
    const message = this.#current.message(context)
    const target = this.#models.offset(self)
    const received = this.#decoder.decode(message.offset)
    let age = message[this.#age]
    if (this.#isMerged) {
      age = this.#learner.merge(target, received, age, this.inner.model(self), this.inner.ages[self])
    } else {
      this.#decoder.copy(received, target)
    }
    try {
      context.setTimer(TRAINED, this.#trainer.begin(self, target, age))
    } catch (error) {
      this.#current.drop(context)
      throw error
    }
  }

  /** Hands the current message on, if its model is ready, and begins with the one that waits. */
  #finish(context: Context): void {
    if (!this.#current.has(context)) return
    let isReady = true
    try {
      isReady = this.#deliver(context)
    } finally {
      if (isReady) this.#proceed(context)
      else context.setTimer(TRAINED, this.#trainer.retryMs)
    }
  }

  /** @returns Whether the model was ready. */
  #deliver(context: Context): boolean {
    const model = this.#models.offset(context.self)
    const age = this.#trainer.result(context.self, model)
    if (age === undefined) return false
    const message = this.#current.message(context)
    const from = this.#current.from(context)
    this.#trained.supply(model, age, () => this.inner.onMessage(context, from, message))
    return true
  }

  #proceed(context: Context): void {
    this.#current.drop(context)
    if (!this.#waiting.has(context)) return
    this.#current.hold(context, this.#waiting.from(context), this.#waiting.message(context))
    this.#waiting.drop(context)
    this.#begin(context)
  }

  #giveUp(context: Context): void {
    if (this.#current.has(context)) this.#trainer.cancel(context.self)
    this.#current.drop(context)
    this.#waiting.drop(context)
  }
}
