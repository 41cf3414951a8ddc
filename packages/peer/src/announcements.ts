import type { Random } from '@hearsay/core'
import {
  type GossipSub,
  type GossipSubEvents,
  type Message,
  type TopicValidatorFn,
  TopicValidatorResult,
} from '@libp2p/gossipsub'
import { encodeProgress, type Progress, parseProgress } from './announcements-telemetry.ts'
import { type AnnouncementTopics, announcementTopics } from './announcements-topics.ts'
import { Trickle } from './announcements-trickle.ts'
import type { Clock } from './clock.ts'
import { TokenBucket } from './inbound-conduct.ts'
import type { TransportLog } from './libp2p-log.ts'
import { parseSignedManifest, type SignedManifest } from './manifest-envelope.ts'
import type { RunManifest } from './manifest.ts'

/** How to take part in a network's announcements. */
export interface AnnouncementsOptions {
  /** The connections that carry them: a {@link Libp2pTransport}, for one. */
  readonly transport: { readonly self: string; readonly network: string; readonly pubsub: GossipSub }
  readonly clock: Clock
  /** Spreads what many peers would say at once. */
  readonly random: Random
  /** The name of the only peer whose manifests are accepted. @defaultValue anybody's */
  readonly expectedLauncher?: string
  /** @defaultValue nothing is logged */
  readonly log?: TransportLog
  /** The least time between two announcements of the manifest by this peer, in milliseconds. @defaultValue 500 */
  readonly announceMsMin?: number
  /** The most time between two announcements in the neighbourhood. @defaultValue 32000 */
  readonly announceMsMax?: number
}

interface PublishOptions {
  /** To all subscribers, not only to those in the mesh. */
  readonly floodPublish?: boolean
}

/** Gossipsub's own `publish`: its interface leaves out the options. */
type PublishWithOptions = (topic: string, data: Uint8Array, options: PublishOptions) => Promise<unknown>

/** Hears of a peer's progress. `peer` is whose it is: its signature was checked. */
export type ProgressListener = (peer: string, progress: Progress) => void

/** By how much sooner than its neighbours at large newcomers are told the manifest. */
const NEWCOMERS_SOONER = 5
/** Authors whose rate is remembered. */
const AUTHORS_MAX = 4096
/** Messages of one author and topic: at once, and per second. */
const RATES = { manifest: { burst: 8, perSecond: 1 }, telemetry: { burst: 32, perSecond: 8 } }

/**
 * A run's manifest and the peers' progress, over gossipsub. The first valid manifest of the network that a peer hears of
 * is its manifest; from then on the peer tells it those who come later, so that they learn it from whoever is left. Messages that are not valid are not forwarded.
 */
export class Announcements {
  readonly #options: AnnouncementsOptions
  readonly #pubsub: GossipSub
  readonly #topics: AnnouncementTopics
  readonly #trickle: Trickle
  /** For newcomers, who have asked for the manifest by subscribing. */
  readonly #welcome: Trickle
  readonly #buckets = { manifest: new Map<string, TokenBucket>(), telemetry: new Map<string, TokenBucket>() }
  readonly #manifestListeners = new Set<(manifest: RunManifest) => void>()
  readonly #progressListeners = new Set<ProgressListener>()
  #held: SignedManifest | undefined

  constructor(options: AnnouncementsOptions) {
    const { transport, clock, random, announceMsMin = 500, announceMsMax = 32_000 } = options
    this.#options = options
    this.#pubsub = transport.pubsub
    this.#topics = announcementTopics(transport.network)
    this.#trickle = new Trickle({
      clock,
      random,
      intervalMsMin: announceMsMin,
      intervalMsMax: announceMsMax,
      announce: () => this.#publishHeld(),
    })
    this.#welcome = new Trickle({
      clock,
      random,
      intervalMsMin: announceMsMin / NEWCOMERS_SOONER,
      intervalMsMax: announceMsMax,
      announce: () => this.#tellNewcomers(),
    })
  }

  /** Listens, and forwards what is valid. To be called when the transport has started. */
  start(): void {
    const { manifest, joining, telemetry } = this.#topics
    for (const topic of [manifest, joining]) {
      this.#pubsub.topicValidators.set(
        topic,
        guarded((message) => this.#onManifestMessage(message)),
      )
    }
    this.#pubsub.topicValidators.set(
      telemetry,
      guarded((message) => this.#onTelemetryMessage(message)),
    )
    this.#pubsub.addEventListener('subscription-change', this.#onSubscriptionChange)
    this.#pubsub.subscribe(manifest)
    if (this.#held === undefined) this.#pubsub.subscribe(joining)
    this.#pubsub.subscribe(telemetry)
  }

  /** To be called before the transport stops. */
  stop(): void {
    this.#trickle.stop()
    this.#welcome.stop()
    this.#pubsub.removeEventListener('subscription-change', this.#onSubscriptionChange)
    for (const topic of Object.values(this.#topics)) {
      if (this.#pubsub.getTopics().includes(topic)) this.#pubsub.unsubscribe(topic)
      this.#pubsub.topicValidators.delete(topic)
    }
  }

  /** The same, as its launcher has signed it. */
  get signed(): SignedManifest | undefined {
    return this.#held
  }

  /** The manifest that this peer holds, if any. */
  get manifest(): RunManifest | undefined {
    return this.#held?.manifest
  }

  /**
   * Makes a manifest this peer's own, and announces it now and to those who come later. A peer that holds one already
   * keeps that.
   *
   * @param signed - What {@link signManifest} returned.
   * @throws What {@link parseSignedManifest} throws.
   */
  async announceManifest(signed: Uint8Array): Promise<void> {
    this.#adopt(await parseSignedManifest(signed))
    this.#publishHeld()
  }

  /** Calls `listener` once, with the first valid manifest. @returns A function that takes this back. */
  onManifest(listener: (manifest: RunManifest) => void): () => void {
    const held = this.#held
    if (held === undefined) this.#manifestListeners.add(listener)
    else queueMicrotask(() => listener(held.manifest))
    return () => this.#manifestListeners.delete(listener)
  }

  /** The first valid manifest. @throws The signal's reason when it aborts before. */
  async awaitManifest(signal?: AbortSignal): Promise<RunManifest> {
    signal?.throwIfAborted()
    return await new Promise((resolve, reject) => {
      const takeBack = this.onManifest(resolve)
      signal?.addEventListener('abort', () => {
        takeBack()
        reject(signal.reason)
      })
    })
  }

  /**
   * Tells the network, and this peer's own listeners, how it is getting on. Where nobody listens it is lost.
   *
   * @throws {@link UsageError} `TELEMETRY_INVALID` when a value is out of its range.
   */
  publishProgress(progress: Progress): void {
    this.#publish(this.#topics.telemetry, encodeProgress(progress))
    this.#tell(this.#options.transport.self, progress)
  }

  /** Calls `listener` with every peer's progress, this one's included. @returns A function that takes this back. */
  onProgress(listener: ProgressListener): () => void {
    this.#progressListeners.add(listener)
    return () => this.#progressListeners.delete(listener)
  }

  readonly #onSubscriptionChange = ({ detail }: GossipSubEvents['subscription-change']): void => {
    const isNewcomer = detail.subscriptions.some(({ topic, subscribe }) => subscribe && topic === this.#topics.joining)
    if (isNewcomer && this.#held !== undefined) this.#welcome.reset()
  }

  async #onManifestMessage(message: Message): Promise<TopicValidatorResult> {
    if (!this.#isInRate('manifest', message)) return TopicValidatorResult.Ignore
    if (this.#held !== undefined && equalBytes(this.#held.bytes, message.data)) {
      this.#trickle.hear()
      return TopicValidatorResult.Accept
    }
    const received = await parseSignedManifest(message.data)
    const { expectedLauncher } = this.#options
    if (expectedLauncher !== undefined && received.manifest.launcher !== expectedLauncher) {
      this.#logConflict(received, 'refused the manifest of another launcher')
      return TopicValidatorResult.Ignore
    }
    if (this.#adopt(received)) {
      this.#trickle.hear()
      return TopicValidatorResult.Accept
    }
    this.#logConflict(received, 'ignored the manifest of another run')
    return TopicValidatorResult.Ignore
  }

  #onTelemetryMessage(message: Message): TopicValidatorResult {
    if (!this.#isInRate('telemetry', message)) return TopicValidatorResult.Ignore
    const progress = parseProgress(message.data)
    if (message.type === 'signed') this.#tell(message.from.toString(), progress)
    return TopicValidatorResult.Accept
  }

  /** @returns Whether `received` is this peer's manifest now. */
  #adopt(received: SignedManifest): boolean {
    if (this.#held !== undefined) return equalBytes(this.#held.bytes, received.bytes)
    this.#held = received
    if (this.#pubsub.getTopics().includes(this.#topics.joining)) this.#pubsub.unsubscribe(this.#topics.joining)
    this.#trickle.reset()
    this.#welcome.reset()
    for (const listener of this.#manifestListeners) queueMicrotask(() => listener(received.manifest))
    this.#manifestListeners.clear()
    return true
  }

  #tell(peer: string, progress: Progress): void {
    // Apart from the validation of the message: what a listener throws is no fault of the message.
    for (const listener of this.#progressListeners) queueMicrotask(() => listener(peer, progress))
  }

  #publishHeld(): void {
    if (this.#held !== undefined) this.#publish(this.#topics.manifest, this.#held.bytes)
  }

  /** To all of them at once: a mesh would leave out whom it has no room for. */
  #tellNewcomers(): void {
    const { joining } = this.#topics
    if (this.#held === undefined || this.#pubsub.getSubscribers(joining).length === 0) return
    this.#publish(joining, this.#held.bytes, { floodPublish: true })
  }

  #publish(topic: string, data: Uint8Array, options: PublishOptions = {}): void {
    const publish: PublishWithOptions = this.#pubsub.publish.bind(this.#pubsub)
    publish(topic, data, options).catch((error: unknown) => {
      this.#options.log?.info({ topic, error: String(error) }, 'could not publish')
    })
  }

  #isInRate(kind: 'manifest' | 'telemetry', message: Message): boolean {
    if (message.type !== 'signed') return false
    const author = message.from.toString()
    const buckets = this.#buckets[kind]
    let bucket = buckets.get(author)
    if (bucket === undefined) {
      if (buckets.size >= AUTHORS_MAX) this.#forgetQuietAuthors(buckets)
      if (buckets.size >= AUTHORS_MAX) return false
      const { burst, perSecond } = RATES[kind]
      bucket = new TokenBucket(this.#options.clock, burst, perSecond)
      buckets.set(author, bucket)
    }
    return bucket.take()
  }

  #forgetQuietAuthors(buckets: Map<string, TokenBucket>): void {
    for (const [author, bucket] of buckets) if (bucket.isFull) buckets.delete(author)
  }

  #logConflict({ manifest }: SignedManifest, what: string): void {
    this.#options.log?.warn({ runId: manifest.runId, launcher: manifest.launcher, own: this.manifest?.runId }, what)
  }
}

/** A validator that refuses whatever `validate` throws on. */
function guarded(
  validate: (message: Message) => TopicValidatorResult | Promise<TopicValidatorResult>,
): TopicValidatorFn {
  return async (_, message) => {
    try {
      return await validate(message)
    } catch {
      return TopicValidatorResult.Reject
    }
  }
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
