import { ConfigurationError, EnvironmentError, HearsayError, randomStream, RemoteError } from '@hearsay/core'
import {
  type LearningPeer,
  type LearningPeerOptions,
  type PeerNetwork,
  startLearningPeer,
  type TransportLimits,
} from '@hearsay/peer'
import { openMlp } from '../peer/peer-network.ts'
import { openLogFile } from './log-file.ts'
import type { Configure, FromWorker, Join } from './messages.ts'

/** Peers of one process that join at the same time. */
const JOINING_MAX = 16
/** What a process has beside its gossip: telemetry is for when the parent is gone, and the last one always comes. */
const TELEMETRY_MS = 10_000
const JOIN_DEADLINE_MS = 60_000

/** Hears what the peers of a process do. */
export interface HostedPeersListener {
  tell(message: FromWorker): void
  /** A peer takes part: it can be subscribed to. */
  onPeer(peer: LearningPeer): void
}

/** The peers of one worker process. */
export class HostedPeers {
  readonly #configuration: Configure
  readonly #listener: HostedPeersListener
  readonly #logOf: ReturnType<typeof openLogFile> | undefined
  readonly #giveUp = new AbortController()
  readonly #started: LearningPeer[] = []
  readonly #ends: Promise<void>[] = []
  #starting: Promise<unknown> = Promise.resolve()
  /** One for all peers of the process. */
  readonly #model: Promise<PeerNetwork | undefined>

  constructor(configuration: Configure, listener: HostedPeersListener) {
    this.#configuration = configuration
    this.#listener = listener
    this.#model = configuration.mlp === undefined ? Promise.resolve(undefined) : openMlp(configuration.mlp)
    // Whoever needs it hears of its failure.
    this.#model.catch(() => {})
    this.#logOf = configuration.log === undefined ? undefined : openLogFile(configuration.log)
  }

  get hasStarted(): boolean {
    return this.#started.length > 0
  }

  /** Starts peer 0, if it lives here: it launches the run. */
  launch(): void {
    const { own, run, graceMs } = this.#configuration
    if (!own.some(({ peer }) => peer === 0)) return
    const launch = async (): Promise<void> => {
      await this.#model.catch(() => undefined)
      const startUnixMs = Math.ceil(Date.now() + graceMs)
      await this.#start(0, { run: { ...run, startUnixMs } }, ({ name, addresses }) =>
        this.#listener.tell({ type: 'launched', name, addresses, startUnixMs }),
      )
    }
    this.#starting = launch()
  }

  /** Starts the other peers. */
  join({ bootstrap, launcher }: Join): void {
    const waiting = this.#configuration.own.map(({ peer }) => peer).filter((peer) => peer !== 0)
    const options = { bootstrap, expectedLauncher: launcher, joinDeadlineMs: JOIN_DEADLINE_MS }
    const startNext = async (): Promise<void> => {
      for (let peer = waiting.shift(); peer !== undefined; peer = waiting.shift()) await this.#start(peer, options)
    }
    const lanes = Array.from({ length: JOINING_MAX }, startNext)
    this.#starting = Promise.all([this.#starting, ...lanes])
  }

  /** Resolves when every peer that could start has come to its end. */
  async finished(): Promise<void> {
    await this.#starting
    await Promise.all(this.#ends)
  }

  /** Every peer says goodbye, tells how it ended, and closes. */
  async stop(): Promise<void> {
    this.#giveUp.abort(new Error('stopping'))
    await this.#starting
    await Promise.all(this.#started.map((peer) => peer.stop()))
    await Promise.all(this.#ends)
  }

  async #start(
    index: number,
    more: Partial<LearningPeerOptions>,
    onStart: (peer: LearningPeer) => void = () => {},
  ): Promise<void> {
    if (this.#giveUp.signal.aborted) return
    const { own, heldOut, seed, listen, peers } = this.#configuration
    const rows = own.find(({ peer }) => peer === index)?.rows
    if (rows === undefined) return
    try {
      const peer = await startLearningPeer({
        model: await this.#model,
        ...{ rows, heldOut, index, listen: [listen], random: randomStream(seed, index) },
        ...{ telemetryMs: TELEMETRY_MS, limits: limitsFor(peers), signal: this.#giveUp.signal },
        ...(this.#logOf === undefined ? {} : { log: this.#logOf({ peer: index }) }),
        ...more,
      })
      this.#started.push(peer)
      onStart(peer)
      this.#follow(index, peer)
    } catch (error) {
      if (!this.#giveUp.signal.aborted) this.#listener.tell(failureOf(index, error))
    }
  }

  #follow(index: number, peer: LearningPeer): void {
    const { name } = peer
    this.#listener.tell({ type: 'joined', peer: index, name, progress: peer.now })
    this.#listener.onPeer(peer)
    void (async () => {
      for await (const progress of peer.progress()) this.#listener.tell({ type: 'progress', peer: index, progress })
    })().catch(() => {})
    const end = peer.finished.then(
      (progress) => this.#listener.tell({ type: 'ended', peer: index, name, progress, view: peer.view }),
      (error: unknown) => this.#listener.tell(failureOf(index, error)),
    )
    this.#ends.push(end)
  }
}

/** All peers of a swarm may share one address and come at once. */
function limitsFor(peers: number): Partial<TransportLimits> {
  const many = Math.max(64, 2 * peers)
  return { connectionsPerSecondMax: many, connectionsPendingMax: many, connectionsMax: Math.max(300, 2 * peers) }
}

function failureOf(peer: number, error: unknown): FromWorker {
  const code = error instanceof HearsayError ? error.code : 'DEFECT'
  const message = error instanceof Error ? error.message : String(error)
  return { type: 'failed', peer, code, message, fault: faultOf(error) }
}

function faultOf(error: unknown): 'configuration' | 'environment' | 'defect' {
  // What the launcher's own manifest is refused for is what the user has asked for.
  if (error instanceof ConfigurationError || error instanceof RemoteError) return 'configuration'
  return error instanceof EnvironmentError ? 'environment' : 'defect'
}
