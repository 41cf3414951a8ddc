import process from 'node:process'
import type { LearningPeer } from '@hearsay/peer'
import { writeJsonLine } from '../output/json-lines.ts'
import { HostedPeers } from './hosted-peers.ts'
import { type Configure, type FromWorker, parseToWorker, type ToWorker } from './messages.ts'
import { OrphanView } from './orphan.ts'
import { summaryLines } from './summary-text.ts'

/** Milliseconds beyond the planned end after which a worker ends, whatever happens: the launch may have taken a minute. */
const OVERTIME_MS = 90_000
const WATCH_MS = 1000

/** A process of a swarm: hosts the peers that its parent hands it, and needs the parent no more once they have joined. */
class Worker {
  readonly #peers: HostedPeers
  readonly #orphanView: OrphanView
  readonly #configuration: Configure
  #hasJoined = false
  #isStopping = false
  #lastSent: Promise<void> = Promise.resolve()

  constructor(configuration: Configure) {
    this.#configuration = configuration
    this.#orphanView = new OrphanView(configuration)
    this.#peers = new HostedPeers(configuration, {
      tell: (message) => this.#tell(message),
      onPeer: (peer: LearningPeer) => this.#orphanView.listenTo(peer),
    })
    this.#watchLifetime()
    this.#peers.launch()
  }

  hear(message: ToWorker): void {
    if (message.type === 'stop') void this.stop()
    if (message.type === 'join' && !this.#hasJoined) {
      this.#hasJoined = true
      this.#peers.join(message)
    }
  }

  async stop(): Promise<void> {
    if (this.#isStopping) return
    this.#isStopping = true
    await this.#peers.stop()
    await this.#lastSent
    process.exit(0)
  }

  /** The parent is gone: the run goes on, and whoever is first of those that end tells how it went. */
  async goOnAlone(): Promise<void> {
    if (this.#isStopping) return
    if (!this.#hasJoined) process.exit(1)
    await this.#peers.finished()
    const summary = await this.#orphanView.summary()
    if (summary !== undefined) {
      if (this.#configuration.json) writeJsonLine(process.stdout, summary)
      else process.stdout.write(`\n${summaryLines(summary).join('\n')}\n`)
    }
    await this.stop()
  }

  #tell(message: FromWorker): void {
    if (message.type === 'ended') {
      this.#orphanView.ended(message.peer, message.name, message.progress, message.view)
    }
    // The parent may be gone at any time; then `disconnect` tells.
    if (!process.connected) return
    this.#lastSent = new Promise((resolve) => process.send?.(message, undefined, {}, () => resolve()))
  }

  /** No worker outlives its run for long, even if its parent hangs or the network does. */
  #watchLifetime(): void {
    const { run, graceMs } = this.#configuration
    const endUnixMs = Date.now() + graceMs + (run.periodMs ?? 0) * (run.cycles ?? 0) + OVERTIME_MS
    setInterval(() => {
      if (Date.now() > endUnixMs) process.exit(1)
    }, WATCH_MS)
  }
}

let worker: Worker | undefined

// Ctrl-C in a terminal reaches every process of the group: the parent decides what it means.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {
  if (worker === undefined) process.exit(0)
  void worker.stop()
})
// Once the parent is gone, so may be whoever reads.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})
process.on('disconnect', () => {
  if (worker === undefined) process.exit(1)
  void worker.goOnAlone()
})
process.on('message', (value) => {
  const message = parseToWorker(value)
  if (message === undefined) return
  if (message.type === 'configure') worker ??= new Worker(message)
  else if (worker !== undefined) worker.hear(message)
  else if (message.type === 'stop') process.exit(0)
})
