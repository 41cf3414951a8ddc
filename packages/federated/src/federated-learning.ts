import type { Archive, Context, Message } from '@hearsay/core'
import { Rows } from '@hearsay/kernels'
import { Clients } from './clients.ts'
import { createUpdateExchange } from './exchange/create-update-exchange.ts'
import { VectorCoder } from './exchange/vector-coder.ts'
import { type FederatedLearningOptions, federatedSettings } from './federated-options.ts'
import type { Federation } from './federation.ts'
import type { LearningProtocol } from './learning-protocol.ts'
import { FederatedKind } from './messages.ts'
import { Server } from './server/server.ts'
import type { ServerCounts } from './server/server-counters.ts'
import { Traffic } from './traffic.ts'

// Constants of this module, which the engine folds: those that a module imports it reads anew each time.
const MODEL = FederatedKind.model

/**
 * Federated learning (McMahan et al. 2017, algorithm 1): a server sends its model to a share of the clients; each trains it
 * on its own rows and answers with the difference; the server adds the mean of those that come in time, weighted by rows.
 *
 * One of the peers is the server, the others are its clients. Nobody tells the server who they are: clients check in.
 * All that passes between them are messages of the host's network.
 */
export class FederatedLearning implements LearningProtocol {
  /** Age of the model of each hosted peer: of the server the global one, of a client the last one that it has received. */
  readonly ages: Float64Array
  /** Rows that each hosted peer has trained on, each as often as it was: gradient steps, where B = 1. */
  readonly steps: Float64Array
  /** Local trainings of each hosted peer. */
  readonly trainings: Float64Array
  /** What each hosted peer has sent and received. */
  readonly traffic: Traffic
  readonly #federation: Federation
  readonly #server: Server
  readonly #clients: Clients

  /** @throws {@link UsageError} `FEDERATED`, `EXCHANGE` when an option is out of its range. */
  constructor(options: FederatedLearningOptions) {
    const { peers, kernels, training } = options
    const { memory } = kernels
    const { shape } = training
    this.ages = new Float64Array(peers)
    this.steps = new Float64Array(peers)
    this.trainings = new Float64Array(peers)
    this.traffic = new Traffic(peers)
    this.#federation = {
      settings: federatedSettings(options),
      kernels,
      training,
      updates: createUpdateExchange(kernels, shape, options),
      modelCoder: new VectorCoder(kernels, shape, options.modelWeights ?? 'float32'),
      traffic: this.traffic,
      askItself: options.askItself,
      models: new Rows(memory, peers, shape.words),
      ages: this.ages,
      steps: this.steps,
      trainings: this.trainings,
      scratch: memory.allocate(shape.words),
    }
    this.#server = new Server(this.#federation, options.rule)
    this.#clients = new Clients(this.#federation, peers, options.trainingMs)
    if (training.initial !== undefined) for (let peer = 0; peer < peers; peer++) this.#resetModel(peer)
  }

  /** What the server has done, where it is hosted here. */
  get counters(): ServerCounts {
    return this.#server.counters
  }

  /** Offset of the model of a hosted peer: of the server the global one, of a client the last one that it has received. */
  model(peer: number): number {
    return this.#federation.models.offset(peer)
  }

  /** The round that a hosted peer is in: of the server the present one, of a client the last one that it was asked in. */
  round(peer: number): number {
    return this.#isServer(peer) ? this.#server.round : this.#clients.round(peer)
  }

  /** Whether a hosted client could not reach its server since it has received its last model, which it keeps. */
  hasLostServer(peer: number): boolean {
    return this.#clients.hasLostServer(peer)
  }

  onStart(context: Context): void {
    if (this.#isServer(context.self)) this.#server.start(context)
    else this.#clients.start(context)
  }

  onTimeout(context: Context, timer: number): void {
    if (this.#isServer(context.self)) this.#server.tick(context)
    else this.#clients.timeout(context, timer)
  }

  onMessage(context: Context, from: number, message: Message): void {
    const { self } = context
    if (from !== self) this.traffic.receive(self, message)
    if (this.#isServer(self)) this.#server.receive(context, from, message)
    else if (message.kind === MODEL && this.#isServer(from)) this.#clients.receiveModel(context, message)
  }

  onPeerUnreachable(context: Context, peer: number): void {
    if (this.#isServer(context.self)) this.#server.lose(peer)
    else if (this.#isServer(peer)) this.#clients.loseServer(context.self)
  }

  onStop(context: Context): void {
    if (!this.#isServer(context.self)) this.#clients.stop(context)
  }

  /** The counters of what has been done go on. */
  onForget(context: Context): void {
    const { self } = context
    this.#resetModel(self)
    this.ages[self] = 0
    this.#federation.training.forget?.(self)
    this.#clients.forget(self)
    if (this.#isServer(self)) this.#server.forget()
  }

  /** The host has begun to number peers anew, since it was started again: the server knows none of its clients, until they check in. */
  forgetClients(): void {
    this.#server.forgetClients()
  }

  persist(archive: Archive): void {
    archive.array(this.ages)
    archive.array(this.steps)
    archive.array(this.trainings)
    this.traffic.persist(archive)
    this.#federation.updates.persist(archive)
    this.#federation.training.persist?.(archive)
    this.#clients.persist(archive)
    this.#server.persist(archive)
  }

  /** Gives a hosted peer the model that all begin with. */
  #resetModel(peer: number): void {
    const { kernels, training } = this.#federation
    const { initial, shape } = training
    const model = this.model(peer)
    if (initial === undefined) kernels.memory.float32.fill(0, model, model + shape.words)
    else kernels.copy(initial, model, shape.words)
  }

  #isServer(peer: number): boolean {
    return peer === this.#federation.settings.server
  }
}
