import type { Archive, Context, Message, Persistent } from '@hearsay/core'
import { type Federation, trainLocally } from './federation.ts'
import { FederatedKind, UPDATE_ROWS_MAX, updateValue } from './messages.ts'
import { TIMER_CHECK_IN, trainedTimer } from './timers.ts'

// Constants of this module, which the engine folds: those that a module imports it reads anew each time.
const { checkIn: CHECK_IN, update: UPDATE, leave: LEAVE } = FederatedKind

/** The clients among the hosted peers: they train when they are asked to, and say that they are there when they are not. */
export class Clients implements Persistent {
  readonly #federation: Federation
  readonly #trainingMs: ((peer: number) => number) | undefined
  /** The last round that each peer was asked in. */
  readonly #rounds: Float64Array
  /** The round that each peer is training for, while that takes time; 0 for none. */
  readonly #training: Float64Array
  /** Whether the server has asked each peer since its timer fired last. */
  readonly #heard: Uint8Array
  /** Peers that have turned out to have no rows: they are no clients. */
  readonly #rowless: Uint8Array
  /** Whether the server could not be reached since each peer has received its last model. */
  readonly #lost: Uint8Array

  constructor(federation: Federation, peers: number, trainingMs: ((peer: number) => number) | undefined) {
    this.#federation = federation
    this.#trainingMs = trainingMs
    this.#rounds = new Float64Array(peers)
    this.#training = new Float64Array(peers)
    this.#heard = new Uint8Array(peers)
    this.#rowless = new Uint8Array(peers)
    this.#lost = new Uint8Array(peers)
  }

  /** The last round that a peer has received a model in; 0 for none. */
  round(peer: number): number {
    return this.#rounds[peer]
  }

  hasLostServer(peer: number): boolean {
    return this.#lost[peer] === 1
  }

  /** The server cannot be reached: its last model is kept, and check-ins go on. */
  loseServer(self: number): void {
    this.#lost[self] = 1
  }

  start(context: Context): void {
    this.#training[context.self] = 0
    this.#heard[context.self] = 0
    this.#checkIn(context)
    context.setTimer(TIMER_CHECK_IN, this.#federation.settings.checkInMs * context.random.float64())
  }

  timeout(context: Context, timer: number): void {
    const { self } = context
    if (timer !== TIMER_CHECK_IN) {
      const round = this.#training[self]
      if (round > 0 && timer === trainedTimer(round)) this.#train(context, round)
      return
    }
    if (this.#heard[self] === 0) this.#checkIn(context)
    this.#heard[self] = 0
    context.setTimer(TIMER_CHECK_IN, this.#federation.settings.checkInMs)
  }

  receiveModel(context: Context, message: Message): void {
    const { self } = context
    const { kernels, modelCoder, models, ages, training } = this.#federation
    if (!(message.stamp > this.#rounds[self])) return
    this.#rounds[self] = message.stamp
    this.#heard[self] = 1
    this.#lost[self] = 0
    kernels.copy(modelCoder.decode(message.offset), models.offset(self), training.shape.words)
    ages[self] = message.value
    if (this.#trainingMs === undefined) return this.#train(context, message.stamp)
    this.#training[self] = message.stamp
    context.setTimer(trainedTimer(message.stamp), this.#trainingMs(self))
  }

  stop(context: Context): void {
    this.#federation.traffic.send(context, this.#federation.settings.server, LEAVE)
  }

  forget(self: number): void {
    this.#rounds[self] = 0
    this.#training[self] = 0
    this.#heard[self] = 0
    this.#rowless[self] = 0
    this.#lost[self] = 0
  }

  persist(archive: Archive): void {
    archive.array(this.#rounds)
    archive.array(this.#training)
    archive.array(this.#heard)
    archive.array(this.#rowless)
    archive.array(this.#lost)
  }

  #checkIn(context: Context): void {
    if (this.#rowless[context.self] === 1) return
    this.#federation.traffic.send(context, this.#federation.settings.server, CHECK_IN)
  }

  #train(context: Context, round: number): void {
    const { self } = context
    const { settings, updates, traffic, scratch } = this.#federation
    this.#training[self] = 0
    const rows = trainLocally(this.#federation, self)
    if (rows === 0) {
      this.#rowless[self] = 1
      return this.stop(context)
    }
    const seed = updates.drawSeed(context.random)
    const payload = updates.encode(scratch, seed)
    const value = updateValue(Math.min(rows, UPDATE_ROWS_MAX), seed)
    traffic.send(context, settings.server, UPDATE, value, round, payload, updates.words)
  }
}
