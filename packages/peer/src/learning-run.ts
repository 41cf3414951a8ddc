import { type Random, UsageError } from '@hearsay/core'
import { applyScaling, type RawDataset, scalingFromJson } from '@hearsay/datasets'
import type { Kernels } from '@hearsay/kernels'
import { AddressBook } from './address-book.ts'
import type { Progress } from './announcements-telemetry.ts'
import type { Clock } from './clock.ts'
import type { Contact, ContactSampler } from './contacts.ts'
import { buildLearningStack, type LearningStack } from './learning-stack.ts'
import type { OpenNetwork } from './learning/network.ts'
import type { TransportLog } from './libp2p-log.ts'
import type { Libp2pTransport } from './libp2p-transport.ts'
import type { RunManifest } from './manifest.ts'
import type { ProtocolMount } from './hosted-protocol.ts'
import type { SignedManifest } from './manifest-envelope.ts'
import { watched } from './state/kept-protocol.ts'
import { restoreState, type SavedState } from './state/state-file.ts'
import { StateKeeper } from './state/state-keeper.ts'
import { ProtocolHost } from './protocol-host.ts'
import type { Transport } from './transport.ts'

/** What a {@link LearningRun} is made of. */
export interface LearningRunOptions {
  readonly manifest: RunManifest
  readonly kernels: Kernels
  readonly rows: RawDataset
  readonly heldOut?: RawDataset
  /** Closed by whoever has opened it. */
  readonly network?: OpenNetwork | undefined
  readonly index?: number
  readonly log?: TransportLog
  readonly telemetryMs?: number
  readonly clock: Clock
  readonly random: Random
  /** Whose counters are reported. */
  readonly transport: Pick<Libp2pTransport, 'counters' | 'self' | 'connectedPeers'>
  /** What the host listens to and sends over. */
  readonly gateway: Transport
  readonly contacts: readonly Contact[]
  readonly fallback: ContactSampler
  /** When cycle 0 starts, on the clock's scale. */
  readonly timeOriginMs: number
  /** Where the peer keeps what it has learned. @defaultValue nowhere */
  readonly keep?: KeepOptions | undefined
  /** Tells the network how this peer is getting on. */
  announce(progress: Progress): void
}

/** What a peer keeps of a run, and where. */
export interface KeepOptions {
  readonly path: string
  readonly signed: SignedManifest
  /** A digest of the peer's rows. */
  readonly rows: number
  /** What it goes on from. */
  readonly saved: SavedState | undefined
}

/** Last cycles of an epoch of aggregation in which a peer's numbers are brought up to date. */
const CONTRIBUTING_CYCLES = 2
/** By how much the platform's timers may be early. */
const EARLY_MS = 2

/** One peer's part in a run: its host from the start time on, and what it reports until the last cycle. */
export class LearningRun {
  readonly finished: Promise<Progress>
  readonly #options: LearningRunOptions
  readonly #stack: LearningStack
  readonly #host: ProtocolHost
  readonly #listeners = new Set<(progress: Progress) => void>()
  readonly #scratch: number
  readonly #keeper: StateKeeper | undefined
  #finish: (progress: Progress) => void = () => {}
  #abandon: (error: Error) => void = () => {}
  #cancelTimer: () => void = () => {}
  #announcedMs = Number.NEGATIVE_INFINITY
  #over = false
  #stopped: Progress | undefined

  constructor(options: LearningRunOptions) {
    const { manifest, kernels, clock, gateway, random, log, keep } = options
    this.#options = options
    const addressBook = new AddressBook({ self: gateway.self, selfAddresses: () => gateway.addresses })
    // The server of a federated run is known by name before anybody has told where it is.
    const server = addressBook.intern(manifest.launcher)
    if (manifest.federated !== undefined) addressBook.pin(server)
    this.finished = new Promise((resolve, reject) => {
      this.#finish = resolve
      this.#abandon = reject
    })
    // Whoever needs the end hears of the failure.
    this.finished.catch(() => {})
    void options.network?.lost.then((error) => this.#fail(error))
    this.#stack = buildLearningStack({ ...options, server })
    this.#scratch = kernels.memory.allocate(this.#stack.shape.words)
    if (keep?.saved !== undefined) restoreState(keep.saved, this.#stack.learning.state)
    this.#keeper = keep && this.#keeperOf(keep, addressBook)
    this.#host = new ProtocolHost({
      transport: gateway,
      clock,
      memory: kernels.memory,
      random,
      protocols: this.#mounts(),
      addressBook,
      timeOriginMs: options.timeOriginMs,
      onRefusal: (refusal) => log?.info({ ...refusal }, 'refused a message'),
      onFault: (fault) => log?.warn({ ...fault, error: String(fault.error) }, 'a handler failed'),
    })
    options.fallback.use(this.#host.peers, options.transport)
    for (const { name, address } of options.contacts) {
      if (name !== options.transport.self) this.#stack.newscast.addContact(0, this.#host.peers.intern(name, [address]))
    }
    this.#stack.aggregates.observe({ error: 1, age: 0, rows: options.rows.rows })
  }

  /**
   * Keeps the state for the first time, where it is to be kept, and from the start time on takes part.
   *
   * @throws {@link EnvironmentError} `STATE_NOT_WRITTEN`.
   */
  async begin(): Promise<void> {
    const { clock, timeOriginMs, manifest } = this.#options
    await this.#keeper?.begin()
    this.#cancelTimer = clock.schedule(Math.max(0, timeOriginMs - clock.now()), () => {
      this.#host.start()
      this.#scheduleReport(manifest.periodMs)
    })
  }

  /** Resolves when all that was to be kept is on the disk. */
  async kept(): Promise<void> {
    await this.#keeper?.settled()
  }

  get view(): string[] {
    return this.#stack.newscast.view(0).flatMap((peer) => this.#host.peers.nameOf(peer) ?? [])
  }

  get weights(): Float32Array[] {
    const { outputs, stride, dimension } = this.#stack.shape
    const { float32 } = this.#options.kernels.memory
    const model = this.#stack.learning.protocol.model(0)
    return Array.from({ length: outputs }, (_, output) =>
      float32.slice(model + output * stride, model + output * stride + dimension),
    )
  }

  onProgress(listener: (progress: Progress) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** What the peer has reached; once it has stopped, what it had then. */
  progress(): Progress {
    if (this.#stopped !== undefined) return this.#stopped
    const { manifest, transport, rows, index } = this.#options
    const { learning, newscast, evaluator, aggregates } = this.#stack
    const { protocol, codec } = learning
    const { passes: _, ...counts } = learning.count()
    const { bytesIn, bytesOut, framesIn, framesOut, protocols } = transport.counters
    const own = protocols.get(codec.name)
    const counted = aggregates.count
    return {
      type: 'progress',
      ...(index === undefined ? {} : { index }),
      cycle: Math.min(manifest.cycles, Math.floor((this.#elapsedMs() + EARLY_MS) / manifest.periodMs)),
      age: protocol.ages[0],
      error: evaluator?.error(protocol.model(0)) ?? null,
      ...counts,
      ...{ bytesIn, bytesOut, framesIn, framesOut },
      learningBytesIn: own?.bytesIn ?? 0,
      learningBytesOut: own?.bytesOut ?? 0,
      refused: this.#refused(),
      viewSize: newscast.view(0).length,
      rows: rows.rows,
      ...(counted === undefined ? {} : { counted }),
    }
  }

  predict(features: ArrayLike<number>): string {
    const { featureNames, classNames } = this.#options.manifest.model
    if (features.length !== featureNames.length) {
      throw new UsageError('FEATURES', `a row has ${featureNames.length} values here, not ${features.length}`)
    }
    const scaling = scalingFromJson(this.#options.manifest.scaling, featureNames.length)
    const row = {
      name: 'row',
      featureNames,
      classNames,
      features: Float64Array.from(features),
      labels: Int32Array.of(0),
      rows: 1,
    }
    const scaled = applyScaling(row, scaling).features
    const { network } = this.#options
    if (network !== undefined) return classNames[network.predict(this.#stack.learning.protocol.model(0), scaled)]
    const scores = this.weights.map((weights) => {
      let score = weights.length > scaled.length ? weights[scaled.length] : 0
      for (let i = 0; i < scaled.length; i++) score += weights[i] * scaled[i]
      return score
    })
    if (scores.length === 1) return classNames[scores[0] > 0 ? 1 : 0]
    return classNames[scores.indexOf(Math.max(...scores))]
  }

  /** Leaves: says so to the peers in view, and hands out the last progress. */
  stop(): void {
    this.#cancelTimer()
    if (!this.#over) this.#end()
    // Whom it knows has changed since its model has.
    this.#keeper?.keep()
    this.#host.stop()
    this.#stopped ??= this.progress()
  }

  #mounts(): readonly ProtocolMount[] {
    const { mounts, learning } = this.#stack
    const keeper = this.#keeper
    if (keeper === undefined) return mounts
    const { protocol } = learning
    return mounts.map((mount) =>
      mount === learning ? { ...mount, protocol: watched(protocol, () => keeper.keep()) } : mount,
    )
  }

  #keeperOf({ path, signed, rows }: KeepOptions, peers: AddressBook): StateKeeper {
    const { gateway, log } = this.#options
    const { newscast, learning } = this.#stack
    return new StateKeeper({
      ...{ path, rows, peer: gateway.self, manifest: signed.bytes, state: learning.state },
      contacts: () =>
        newscast.view(0).flatMap((peer) => {
          const [address] = peers.addressesOf(peer)
          return address === undefined ? [] : [`${address}/p2p/${peers.nameOf(peer)}`]
        }),
      onFailure: (error) => log?.warn({ error: String(error) }, 'the state was not kept'),
    })
  }

  #elapsedMs(): number {
    return Math.max(0, this.#options.clock.now() - this.#options.timeOriginMs)
  }

  #scheduleReport(delayMs: number): void {
    // A machine that stalls may have let the time go by.
    this.#cancelTimer = this.#options.clock.schedule(Math.max(0, delayMs), () => this.#report())
  }

  #report(): void {
    const { manifest, clock, telemetryMs = 2000 } = this.#options
    // A timer may fire a fraction of a millisecond early: what counts is the nearest end of a cycle.
    const cycle = Math.round(this.#elapsedMs() / manifest.periodMs)
    if (cycle >= manifest.cycles) {
      this.#end()
      return
    }
    this.#contribute(cycle)
    const progress = this.progress()
    for (const listener of this.#listeners) listener(progress)
    if (clock.now() - this.#announcedMs >= telemetryMs) this.#announce(progress)
    this.#scheduleReport((cycle + 1) * manifest.periodMs - this.#elapsedMs())
  }

  /** Says what this peer has to aggregate, where an epoch is about to begin. */
  #contribute(cycle: number): void {
    const { aggregation } = this.#options.manifest
    const { aggregates, learning, trainingEvaluator } = this.#stack
    if (aggregation === undefined || (cycle + CONTRIBUTING_CYCLES) % aggregation.epochCycles >= CONTRIBUTING_CYCLES)
      return
    const age = learning.protocol.ages[0]
    const error = age === 0 ? 1 : (trainingEvaluator?.error(learning.protocol.model(0)) ?? 1)
    aggregates.observe({ error, age, rows: this.#options.rows.rows })
  }

  /** The peer goes on gossiping until it stops, so that others can end in company; what it reports is settled now. */
  #end(): void {
    this.#over = true
    const isolated = this.#isolatedError()
    const last: Progress = {
      ...this.progress(),
      final: true,
      ...(isolated === undefined ? {} : { isolatedError: isolated }),
    }
    for (const listener of this.#listeners) listener(last)
    this.#announce(last)
    this.#finish(last)
  }

  /** The peer cannot learn any more. What it has reached by now is not its part in the run. */
  #fail(error: Error): void {
    if (this.#over) return
    this.#over = true
    this.#cancelTimer()
    this.#abandon(error)
  }

  #announce(progress: Progress): void {
    this.#announcedMs = this.#options.clock.now()
    this.#options.announce(progress)
  }

  /** What the peer would have reached alone: as many passes over its own rows, with no models of others. */
  #isolatedError(): number | undefined {
    const { evaluator, learning, learner, shape } = this.#stack
    if (evaluator === undefined || learner === undefined) return undefined
    const { float32 } = this.#options.kernels.memory
    float32.fill(0, this.#scratch, this.#scratch + shape.words)
    let age = 0
    const { passes } = learning.count()
    for (let pass = 0; pass < passes; pass++) age = learner.update(0, this.#scratch, age)
    return evaluator.error(this.#scratch)
  }

  #refused(): number {
    let sum = 0
    for (const { refused } of this.#host.counters.protocols.values()) for (const count of refused.values()) sum += count
    return sum
  }
}
