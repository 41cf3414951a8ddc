import { type Random, randomStream } from '@hearsay/core'
import type { RawDataset } from '@hearsay/datasets'
import { createKernels } from '@hearsay/kernels'
import { pushable } from 'it-pushable'
import type { PrivateKey } from '@libp2p/interface'
import type { Progress } from './announcements-telemetry.ts'
import { Announcements, type ProgressListener } from './announcements.ts'
import { type Clock, systemClock, timeOriginOf } from './clock.ts'
import { type Contact, ContactSampler, contactOf } from './contacts.ts'
import { entropy } from './entropy.ts'
import { generateKey, peerNameOf } from './identity.ts'
import { LearningRun } from './learning-run.ts'
import { assertSameNetwork, PARAMETERS_MAX } from './learning/network-manifest.ts'
import type { NetworkSource } from './learning/network-source.ts'
import type { OpenNetwork, PeerNetwork } from './learning/network.ts'
import type { PeerRows, RowSource } from './learning/peer-rows.ts'
import { assertFits, learningFrames, openNetwork } from './learning-stack.ts'
import type { TransportLimits } from './libp2p-limits.ts'
import type { TransportLog } from './libp2p-log.ts'
import { createLibp2pTransport, type Libp2pTransport } from './libp2p-transport.ts'
import type { RunManifest } from './manifest.ts'
import { PeerGateway } from './peer-gateway.ts'
import type { RunSettings } from './run-settings.ts'
import { settle } from './settle-run.ts'
import { type FolderLock, lockFolder } from './state/folder-lock.ts'
import { rowsDigest } from './state/rows-digest.ts'
import { openState, type RunState, stateOf } from './state/run-state.ts'
import { assertSameRows } from './state/state-file.ts'
import { loadStateKey, openFolder, stateFile } from './state/state-folder.ts'

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
  readonly model?: PeerNetwork | NetworkSource | undefined
  /** Launches a run with these settings. @defaultValue joins the run of the bootstrap peers */
  readonly run?: RunSettings
  /** Multiaddrs to listen on. @defaultValue `['/ip4/127.0.0.1/tcp/0']` */
  readonly listen?: readonly string[]
  /** Multiaddrs to tell others instead of those that are listened on. @defaultValue `[]` */
  readonly announce?: readonly string[]
  /** Multiaddrs of peers that are in the run already, each with its `/p2p/…`. @defaultValue `[]` */
  readonly bootstrap?: readonly string[]
  /**
   * Folder in which the peer keeps its key (`peer.key`, unless there is a `privateKey`) and what it has learned in its run
   * (`run.state`): started again with it, it goes on from there. A peer that launches a run goes on with the one that it has launched, unless
   * that is over. A folder is of one peer: while it runs, no other one starts with it (`peer.lock`).
   *
   * @defaultValue nothing is kept
   */
  readonly state?: string
  /** @defaultValue that of `state`, or a new Ed25519 key */
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

/** Transfers that a server takes, or sends, at the same time: `transferBytesInMax` and `transferBytesOutMax` still hold. */
const SERVER_TRANSFERS_MAX = 256
/** What a peer gives back when it stops. */
interface Held {
  readonly network?: OpenNetwork | undefined
  /** On the folder of its state. */
  readonly lock: FolderLock | undefined
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
  readonly #lock: FolderLock | undefined
  /** Whether the peer goes on from what it has kept of the run. */
  readonly isResumed: boolean
  #stopping: Promise<void> | undefined

  constructor(
    manifest: RunManifest,
    transport: Libp2pTransport,
    announcements: Announcements,
    run: LearningRun,
    { network, lock, isResumed }: Held & { readonly isResumed: boolean },
  ) {
    this.manifest = manifest
    this.#transport = transport
    this.#announcements = announcements
    this.#run = run
    this.#network = network
    this.#lock = lock
    this.isResumed = isResumed
    // Whoever stops the peer as well hears why that fails.
    run.finished.catch(() => this.stop()).catch(() => {})
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

  /**
   * Resolves with the last progress when the run is over, or when the peer stops. The peer stays until it is stopped. Rejects when the peer
   * cannot learn any more, as where the thread that trains its network has died; then it stops by itself.
   */
  get finished(): Promise<Progress> {
    return this.#run.finished
  }

  /** What computes where the model is a network, and why. */
  get backend(): OpenNetwork['backend'] | undefined {
    return this.#network?.backend
  }

  /** The peer's progress, once a cycle, until the run is over or the peer stops; throws what `finished` rejects with. A reader far behind misses some. */
  progress(): AsyncIterable<Progress> {
    const updates = pushable<Progress>({ objectMode: true, onEnd: () => unsubscribe() })
    const unsubscribe = this.#run.onProgress((progress) => {
      if (updates.readableLength < UNREAD_MAX) updates.push(progress)
    })
    this.#run.finished.then(
      () => updates.end(),
      (error: Error) => updates.end(error),
    )
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
    try {
      this.#run.stop()
      this.#announcements.stop()
      await this.#transport.stop()
      await this.#network?.close()
      await this.#run.kept()
    } finally {
      await this.#lock?.release()
    }
  }
}

/**
 * Starts a peer. With `run` it launches a run, without it joins the one that its bootstrap peers are in. Resolves when
 * the peer knows its run; learning starts at the manifest's start time.
 *
 * @throws {@link ConfigurationError} for addresses, settings or rows that cannot be used; {@link RemoteError}
 *   `MANIFEST_MISMATCH` when the rows do not fit the run, `MODEL_SCHEMA` when the model does not; {@link EnvironmentError} `LISTEN_FAILED`, or `NO_RUN` when no
 *   run was heard of in time; the signal's reason when it aborts. With `state`, also {@link ConfigurationError} `KEY_MALFORMED`,
 *   `STATE_FOLDER`, `STATE_KEY`, `STATE_FOREIGN`, `STATE_TRUNCATED`, `STATE_DAMAGED`, `STATE_VERSION`, `STATE_PEER`, `STATE_RUN`, `STATE_UNFIT`, and
 *   {@link EnvironmentError} `STATE_IN_USE`, `KEY_FILE`, `STATE_NOT_READ`, `STATE_NOT_WRITTEN`.
 */
export async function startLearningPeer(options: LearningPeerOptions): Promise<LearningPeer> {
  if (options.state === undefined) return await start(options, undefined)
  await openFolder(options.state)
  const lock = await lockFolder(options.state)
  try {
    return await start(options, lock)
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function start(options: LearningPeerOptions, lock: FolderLock | undefined): Promise<LearningPeer> {
  const clock = options.clock ?? systemClock
  const random = options.random ?? randomStream(entropy())
  const privateKey = options.privateKey ?? (await keyOf(options))
  const state =
    options.state === undefined ? undefined : await openState(stateFile(options.state), peerNameOf(privateKey))
  const bootstrap = [...(options.bootstrap ?? []), ...(state?.saved?.contacts ?? [])]
  const transport = await createLibp2pTransport({
    ...only(options, ['listen', 'announce', 'network', 'log']),
    ...{ privateKey, clock, bootstrap, limits: { ...serverLimits(options, state), ...options.limits } },
    protocols: learningFrames(featuresOf(options.rows), parametersOf(options.model)),
  })
  const gateway = new PeerGateway(transport)
  const announcements = new Announcements({ transport, clock, random, ...only(options, ['expectedLauncher', 'log']) })
  await transport.start()
  announcements.start()
  const open: Partial<{ network: OpenNetwork; run: LearningRun }> = {}
  try {
    const signed = await settle({ options, state, privateKey, announcements, clock })
    const { manifest } = signed
    const saved = state && stateOf(state, signed, clock)
    const own = await ownRows(options, manifest)
    assertFits(manifest, own.rows)
    const keep = state && { path: state.path, signed, rows: rowsDigest(own.rows), saved }
    if (keep?.saved !== undefined) assertSameRows(keep.saved, keep.rows)
    const model = await ownNetwork(options, manifest)
    const kernels = createKernels()
    if (model !== undefined) open.network = await openNetwork(model, { manifest, kernels, rows: own.rows })
    const { network } = open
    const contacts: Contact[] = bootstrap.map(contactOf)
    open.run = new LearningRun({
      ...{ manifest, kernels, network, ...own, ...only(options, ['index', 'log', 'telemetryMs']) },
      ...{ clock, random, transport, gateway, contacts, fallback: new ContactSampler(contacts) },
      ...{ timeOriginMs: timeOriginOf(clock, manifest.startUnixMs), keep },
      announce: (progress) => announcements.publishProgress(progress),
    })
    await open.run.begin()
    return new LearningPeer(manifest, transport, announcements, open.run, {
      ...{ network, lock, isResumed: saved !== undefined },
    })
  } catch (error) {
    open.run?.stop()
    announcements.stop()
    await transport.stop()
    await open.network?.close()
    await open.run?.kept()
    throw error
  }
}

function featuresOf(rows: RawDataset | RowSource): number {
  return 'load' in rows ? rows.features : rows.featureNames.length
}

/** Weights that frames have to have room for: none that are loaded later are longer than a manifest allows. */
function parametersOf(model: PeerNetwork | NetworkSource | undefined): number {
  if (model === undefined) return 0
  return 'load' in model ? PARAMETERS_MAX : model.parameters
}

async function keyOf({ state }: LearningPeerOptions): Promise<PrivateKey> {
  return state === undefined ? await generateKey() : await loadStateKey(state)
}

/** The server of a federated run talks to all others at once. */
function serverLimits({ run }: LearningPeerOptions, state: RunState | undefined): Partial<TransportLimits> {
  const { federated, launcher } = state?.saved?.signed.manifest ?? {}
  const isServer =
    (run?.method ?? 'gossip') !== 'gossip' || (federated !== undefined && launcher === state?.saved?.peer)
  return isServer ? { transfersInMax: SERVER_TRANSFERS_MAX, transfersOutMax: SERVER_TRANSFERS_MAX } : {}
}

async function ownRows({ rows, heldOut }: LearningPeerOptions, manifest: RunManifest): Promise<PeerRows> {
  if ('load' in rows) return await rows.load(manifest)
  return { rows, ...(heldOut === undefined ? {} : { heldOut }) }
}

/** @throws as {@link assertSameNetwork}. */
async function ownNetwork({ model }: LearningPeerOptions, manifest: RunManifest): Promise<PeerNetwork | undefined> {
  const network = model !== undefined && 'load' in model ? await model.load(manifest) : model
  assertSameNetwork(manifest, network)
  return network
}

/** The named options that are given. */
function only<T extends object, K extends keyof T>(options: T, keys: readonly K[]): Pick<T, K> {
  const picked: Partial<T> = {}
  for (const key of keys) if (options[key] !== undefined) picked[key] = options[key]
  return picked as Pick<T, K>
}
