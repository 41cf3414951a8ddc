import { EnvironmentError, type Random, randomStream, UsageError } from '@hearsay/core'
import type { RawDataset } from '@hearsay/datasets'
import { createKernels } from '@hearsay/kernels'
import { pushable } from 'it-pushable'
import type { PrivateKey } from '@libp2p/interface'
import type { Progress } from './announcements-telemetry.ts'
import { Announcements, type ProgressListener } from './announcements.ts'
import { type Clock, systemClock, timeOriginOf } from './clock.ts'
import { type Contact, ContactSampler, contactOf } from './contacts.ts'
import { entropy } from './entropy.ts'
import { generateKey } from './identity.ts'
import { LearningRun } from './learning-run.ts'
import { assertSameNetwork } from './learning/network-manifest.ts'
import type { OpenNetwork, PeerNetwork } from './learning/network.ts'
import { assertFits, learningFrames, openNetwork } from './learning-stack.ts'
import type { TransportLimits } from './libp2p-limits.ts'
import type { TransportLog } from './libp2p-log.ts'
import { createLibp2pTransport, type Libp2pTransport } from './libp2p-transport.ts'
import { signManifest } from './manifest-envelope.ts'
import type { RunManifest } from './manifest.ts'
import { PeerGateway } from './peer-gateway.ts'
import { manifestOf, type RunSettings } from './run-settings.ts'

/** A peer's rows, unscaled. */
export interface PeerRows {
  /** What the peer trains on. They never leave it. */
  readonly rows: RawDataset
  /** Rows to measure the error on; none of them is trained on. @defaultValue none, and the error is `null` */
  readonly heldOut?: RawDataset
}

/** Rows whose meaning is settled when the run is known: a shard may lack a class of it, or order columns differently. */
export interface RowSource {
  /** Feature columns. */
  readonly features: number
  /** The rows, with the columns and classes of the manifest in its order. What it throws, the peer fails to start with. */
  load(manifest: RunManifest): Promise<PeerRows>
}

/** How to start a {@link LearningPeer}. */
export interface LearningPeerOptions {
  /** The peer's own rows, unscaled. They never leave it. A peer that launches a run has them at hand. */
  readonly rows: RawDataset | RowSource
  /** Rows to measure the error on, beside `rows` at hand. @defaultValue none, and the error is `null` */
  readonly heldOut?: RawDataset
  /**
   * What is learned in place of a linear model, such as `tfjsNetwork` of `@hearsay/tfjs/worker` makes it. Every peer of the run brings
   * the same one.
   *
   * @defaultValue the linear model that the run's settings name
   */
  readonly model?: PeerNetwork | undefined
  /** Launches a run with these settings. @defaultValue joins the run of the bootstrap peers */
  readonly run?: RunSettings
  /** Multiaddrs to listen on. @defaultValue `['/ip4/127.0.0.1/tcp/0']` */
  readonly listen?: readonly string[]
  /** Multiaddrs to tell others instead of those that are listened on. @defaultValue `[]` */
  readonly announce?: readonly string[]
  /** Multiaddrs of peers that are in the run already, each with its `/p2p/…`. @defaultValue `[]` */
  readonly bootstrap?: readonly string[]
  /** @defaultValue a new Ed25519 key */
  readonly privateKey?: PrivateKey
  /** The swarm's name. @defaultValue 'default' */
  readonly network?: string
  /** The only peer whose run is joined. @defaultValue anybody's */
  readonly expectedLauncher?: string
  /** The peer's position in a swarm, for its telemetry. @defaultValue none */
  readonly index?: number
  /** The peer's own random stream. @defaultValue seeded by the machine's entropy */
  readonly random?: Random
  readonly clock?: Clock
  readonly limits?: Partial<TransportLimits>
  readonly log?: TransportLog
  /** Milliseconds between two telemetry messages, ≥ 250. @defaultValue 2000 */
  readonly telemetryMs?: number
  /** Milliseconds to wait for a run to join. @defaultValue 60000 */
  readonly joinDeadlineMs?: number
  /** Gives up starting. */
  readonly signal?: AbortSignal
}

/** Progress that a slow reader can leave unread. */
const UNREAD_MAX = 1024

/**
 * A peer on libp2p that learns with others: it keeps its rows, finds other peers by NewsCast and exchanges models with
 * them by gossip learning, or with the run's launcher by federated learning. Make one with {@link startLearningPeer}.
 */
export class LearningPeer {
  readonly manifest: RunManifest
  readonly #transport: Libp2pTransport
  readonly #announcements: Announcements
  readonly #run: LearningRun
  readonly #network: OpenNetwork | undefined
  #stopping: Promise<void> | undefined

  constructor(
    manifest: RunManifest,
    transport: Libp2pTransport,
    announcements: Announcements,
    run: LearningRun,
    network?: OpenNetwork,
  ) {
    this.manifest = manifest
    this.#transport = transport
    this.#announcements = announcements
    this.#run = run
    this.#network = network
  }

  /** The peer's name: its PeerId as a string. */
  get name(): string {
    return this.#transport.self
  }

  /** Full multiaddrs at which others can bootstrap from this peer. */
  get addresses(): string[] {
    return this.#transport.addresses.map((address) => `${address}/p2p/${this.name}`)
  }

  /** Names of the peers in this peer's view, the freshest first. */
  get view(): string[] {
    return this.#run.view
  }

  /** Names of the peers with an open connection. */
  get connections(): readonly string[] {
    return this.#transport.connectedPeers
  }

  /** A copy of the model's weights: one array per output, the bias last where there is one. */
  get weights(): Float32Array[] {
    return this.#run.weights
  }

  /**
   * The name of the class that the peer's model predicts for an unscaled row.
   *
   * @param features - One finite value per column of the manifest, in its order.
   * @throws {@link UsageError} for another number of values.
   */
  predict(features: ArrayLike<number>): string {
    return this.#run.predict(features)
  }

  /** What the peer has reached now. */
  get now(): Progress {
    return this.#run.progress()
  }

  /** Resolves with the last progress when the run is over, or when the peer stops. The peer stays until it is stopped. */
  get finished(): Promise<Progress> {
    return this.#run.finished
  }

  /** What computes where the model is a network, and why. */
  get backend(): OpenNetwork['backend'] | undefined {
    return this.#network?.backend
  }

  /** The peer's progress, once a cycle, until the run is over or the peer stops. A reader far behind misses some. */
  progress(): AsyncIterable<Progress> {
    const updates = pushable<Progress>({ objectMode: true, onEnd: () => unsubscribe() })
    const unsubscribe = this.#run.onProgress((progress) => {
      if (updates.readableLength < UNREAD_MAX) updates.push(progress)
    })
    void this.#run.finished.then(() => updates.end())
    return updates
  }

  /** Hears of the progress of all peers, as they announce it. Returns a function that takes this back. */
  onTelemetry(listener: ProgressListener): () => void {
    return this.#announcements.onProgress(listener)
  }

  /** Says goodbye to the peers in view, then closes everything. Idempotent. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    this.#run.stop()
    this.#announcements.stop()
    await this.#transport.stop()
    await this.#network?.close()
  }
}

/**
 * Starts a peer. With `run` it launches a run, without it joins the one that its bootstrap peers are in. Resolves when
 * the peer knows its run; learning starts at the manifest's start time.
 *
 * @throws {@link ConfigurationError} for addresses, settings or rows that cannot be used; {@link RemoteError}
 *   `MANIFEST_MISMATCH` when the rows do not fit the run, `MODEL_SCHEMA` when the model does not; {@link EnvironmentError} `LISTEN_FAILED`, or `NO_RUN` when no
 *   run was heard of in time; the signal's reason when it aborts.
 */
export async function startLearningPeer(options: LearningPeerOptions): Promise<LearningPeer> {
  const clock = options.clock ?? systemClock
  const random = options.random ?? randomStream(entropy())
  const privateKey = options.privateKey ?? (await generateKey())
  const transport = await createLibp2pTransport({
    ...only(options, ['listen', 'announce', 'bootstrap', 'network', 'limits', 'log']),
    privateKey,
    clock,
    protocols: learningFrames(featuresOf(options.rows), options.model?.parameters),
  })
  const gateway = new PeerGateway(transport)
  const announcements = new Announcements({
    transport,
    clock,
    random,
    ...only(options, ['expectedLauncher', 'log']),
  })
  await transport.start()
  announcements.start()
  let network: OpenNetwork | undefined
  try {
    const manifest = await settle(options, privateKey, transport, announcements, clock)
    const own = await ownRows(options, manifest)
    assertFits(manifest, own.rows)
    assertSameNetwork(manifest, options.model)
    const kernels = createKernels()
    network = options.model && (await openNetwork(options.model, { manifest, kernels, rows: own.rows }))
    const contacts: Contact[] = (options.bootstrap ?? []).map(contactOf)
    const run = new LearningRun({
      manifest,
      kernels,
      network,
      ...own,
      ...only(options, ['index', 'log', 'telemetryMs']),
      clock,
      random,
      transport,
      gateway,
      contacts,
      fallback: new ContactSampler(contacts),
      timeOriginMs: timeOriginOf(clock, manifest.startUnixMs),
      announce: (progress) => announcements.publishProgress(progress),
    })
    return new LearningPeer(manifest, transport, announcements, run, network)
  } catch (error) {
    announcements.stop()
    await transport.stop()
    await network?.close()
    throw error
  }
}

/** The run's manifest: a new one of this peer's, or the first that it hears of. */
async function settle(
  options: LearningPeerOptions,
  privateKey: PrivateKey,
  transport: Libp2pTransport,
  announcements: Announcements,
  clock: Clock,
): Promise<RunManifest> {
  if (options.run !== undefined) {
    if ('load' in options.rows) throw new UsageError('ROWS', 'a peer that launches a run has its rows at hand')
    const launch = {
      launcher: transport.self,
      runId: `run-${entropy().toString(36)}`,
      rows: options.rows,
      unixNowMs: clock.unixNow(),
      network: options.model,
    }
    await announcements.announceManifest(await signManifest(manifestOf(options.run, launch), privateKey))
  }
  const waiting = new AbortController()
  const deadlineMs = options.joinDeadlineMs ?? 60_000
  const reason = new EnvironmentError(
    'NO_RUN',
    `no run was heard of in ${deadlineMs / 1000} s: is a bootstrap peer up, and is its address right?`,
  )
  const cancel = clock.schedule(deadlineMs, () => waiting.abort(reason))
  try {
    const signals = options.signal === undefined ? [waiting.signal] : [waiting.signal, options.signal]
    return await announcements.awaitManifest(AbortSignal.any(signals))
  } finally {
    cancel()
  }
}

function featuresOf(rows: RawDataset | RowSource): number {
  return 'load' in rows ? rows.features : rows.featureNames.length
}

async function ownRows({ rows, heldOut }: LearningPeerOptions, manifest: RunManifest): Promise<PeerRows> {
  if ('load' in rows) return await rows.load(manifest)
  return { rows, ...(heldOut === undefined ? {} : { heldOut }) }
}

/** The named options that are given. */
function only<T extends object, K extends keyof T>(options: T, keys: readonly K[]): Pick<T, K> {
  const picked: Partial<T> = {}
  for (const key of keys) if (options[key] !== undefined) picked[key] = options[key]
  return picked as Pick<T, K>
}
