import { ConfigurationError, EnvironmentError } from '@hearsay/core'
import type { Progress } from '@hearsay/peer'
import type { SwarmEvent, SwarmStart, SwarmSummary } from './events.ts'
import { Ledger } from './ledger.ts'
import type { FromWorker, SummaryFacts } from './messages.ts'
import { mlpName } from './mlp/mlp-task.ts'
import type { SwarmPlan } from './plan.ts'
import { summarise } from './summary.ts'
import type { WorkerProcess } from './worker-process.ts'

/** How a swarm is spread over this machine. */
export interface LauncherOptions {
  readonly plan: SwarmPlan
  readonly facts: SummaryFacts
  /** One per process; they have been told nothing yet. */
  readonly workers: readonly WorkerProcess[]
  readonly shards: string
  /** Multiaddr that each peer listens on. */
  readonly listen: string
  readonly log?: string | undefined
  readonly json: boolean
  /** Ends the run early. */
  readonly signal: AbortSignal
  /** Milliseconds between two progress events. */
  readonly progressMs: number
  /** Hears of everything; the summary is the last. */
  readonly tell: (event: SwarmEvent) => void
  /** Hears of what each peer reports, once a cycle. */
  readonly observe?: (peer: number, progress: Progress) => void
}

/** Milliseconds from the launch to cycle 0: for all to connect, more of them taking longer. */
const GRACE_MS = 1000
const GRACE_PER_PEER_MS = 50
/** For TensorFlow.js to load on the threads that train. */
const NETWORK_GRACE_MS = 5000
const START_DEADLINE_MS = 60_000
/** Milliseconds after the planned end in which peers tell how they ended. */
const END_DEADLINE_MS = 20_000
const STOP_DEADLINE_MS = 10_000
const TICK_MS = 100
/** A peer that has not reported for this many cycles, and this long, is not counted as online. */
const SILENT_CYCLES = 5
const SILENT_MS = 5000

/**
 * The parent of a swarm: starts the worker processes, hands each the rows of its peers and the address of the first
 * peer, then only listens and counts. No peer needs it after that.
 */
export class Launcher {
  readonly #options: LauncherOptions
  readonly #ledger: Ledger
  readonly #workers: readonly WorkerProcess[]
  readonly #peers: number
  readonly #periodMs: number
  readonly #cycles: number
  #launchedAt: { readonly address: string; readonly startUnixMs: number } | undefined
  #failure: Error | undefined
  #processesLost = 0
  #isEnding = false
  #told: { readonly cycle: number; readonly ms: number } | undefined
  #settle: () => void = () => {}

  constructor(options: LauncherOptions) {
    this.#options = options
    this.#workers = options.workers
    const { shards, run } = options.plan
    this.#peers = shards.length
    this.#periodMs = run.periodMs ?? 0
    this.#cycles = run.cycles ?? 0
    this.#ledger = new Ledger(this.#peers, Math.max(SILENT_MS, SILENT_CYCLES * this.#periodMs))
  }

  /**
   * Runs the swarm to its end.
   *
   * @throws What peer 0 failed to launch the run with; {@link EnvironmentError} `SWARM_START`; the signal's reason when
   *   it aborts before the launch.
   */
  async run(): Promise<SwarmSummary> {
    const { signal } = this.#options
    const settled = new Promise<void>((resolve) => {
      this.#settle = resolve
    })
    const onAbort = (): void => this.#stop()
    signal.addEventListener('abort', onAbort)
    const ticker = setInterval(() => this.#tick(), TICK_MS)
    try {
      this.#configureWorkers()
      if (signal.aborted) onAbort()
      await settled
      if (this.#failure !== undefined) throw this.#failure
      if (this.#launchedAt === undefined) throw signal.reason as Error
      this.#tellProgress()
      const summary = this.#summary()
      this.#options.tell(summary)
      return summary
    } finally {
      clearInterval(ticker)
      signal.removeEventListener('abort', onAbort)
      await this.#endWorkers()
    }
  }

  #configureWorkers(): void {
    const { plan, facts, listen, log, json } = this.#options
    const processes = this.#workers.length
    for (const [index, worker] of this.#workers.entries()) {
      worker.onMessage((message) => this.#hear(message))
      void worker.ended.then((reason) => this.#lose(index, reason))
      const own = plan.shards.map((rows, peer) => ({ peer, rows })).filter(({ peer }) => peer % processes === index)
      worker.send({
        ...{ type: 'configure', process: index, processes, peers: this.#peers, own, heldOut: plan.heldOut },
        ...{ run: plan.run, graceMs: this.#graceMs, seed: facts.seed },
        ...(plan.mlp === undefined ? {} : { mlp: plan.mlp.task }),
        ...{ listen, json, summary: facts, ...(log === undefined ? {} : { log }) },
      })
    }
    setTimeout(() => this.#checkLaunch(), START_DEADLINE_MS).unref()
  }

  get #graceMs(): number {
    const network = this.#options.plan.mlp === undefined ? 0 : NETWORK_GRACE_MS
    return GRACE_MS + GRACE_PER_PEER_MS * this.#peers + network
  }

  #hear(message: FromWorker): void {
    const nowMs = performance.now()
    switch (message.type) {
      case 'launched':
        this.#onLaunch(message.name, message.addresses, message.startUnixMs)
        break
      case 'joined':
        this.#ledger.join(message.peer, message.name, message.progress, nowMs)
        break
      case 'progress':
        this.#ledger.report(message.peer, message.progress, nowMs)
        this.#options.observe?.(message.peer, message.progress)
        break
      case 'ended':
        this.#ledger.end(message.peer, message.name, message.progress, message.view)
        this.#options.observe?.(message.peer, message.progress)
        break
      case 'failed':
        this.#onFailure(message)
        break
    }
    this.#settleIfDone()
  }

  #onLaunch(launcher: string, addresses: readonly string[], startUnixMs: number): void {
    const [address = ''] = addresses
    this.#launchedAt = { address, startUnixMs }
    this.#ledger.startAt(performance.now() + startUnixMs - Date.now())
    this.#options.tell(this.#startEvent(address))
    for (const worker of this.#workers) worker.send({ type: 'join', bootstrap: addresses, launcher })
  }

  #onFailure({ peer, code, message, fault }: FromWorker & { readonly type: 'failed' }): void {
    if (peer === 0 && this.#launchedAt === undefined) {
      const Fault = { configuration: ConfigurationError, environment: EnvironmentError, defect: undefined }[fault]
      this.#fail(Fault === undefined ? new Error(message) : new Fault(code, message))
      return
    }
    this.#ledger.lose(peer)
    this.#options.tell({ type: 'peer-failed', peer, code, message })
  }

  #lose(index: number, reason: string): void {
    let peers = 0
    for (let peer = index; peer < this.#peers; peer += this.#workers.length) {
      this.#ledger.lose(peer)
      peers++
    }
    if (!this.#isEnding) {
      this.#processesLost++
      const { online } = this.#ledger.totals(performance.now())
      const { pid } = this.#workers[index]
      this.#options.tell({ type: 'process-lost', process: index, pid, reason, peers, online })
      if (this.#launchedAt === undefined && index === 0) {
        this.#fail(
          new EnvironmentError('SWARM_START', `the process of the first peer has ended at its start: ${reason}`),
        )
      }
    }
    this.#settleIfDone()
  }

  #checkLaunch(): void {
    if (this.#launchedAt !== undefined || this.#isEnding) return
    const seconds = START_DEADLINE_MS / 1000
    this.#fail(
      new EnvironmentError('SWARM_START', `the first peer did not start within ${seconds} s: is the machine busy?`),
    )
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#settle()
  }

  #settleIfDone(): void {
    if (this.#ledger.isSettled) this.#settle()
  }

  /** Tells progress when it is due, and gives up on peers that do not end when they should. */
  #tick(): void {
    if (this.#launchedAt === undefined) return
    const { startUnixMs } = this.#launchedAt
    const nowMs = performance.now()
    const endUnixMs = startUnixMs + this.#cycles * this.#periodMs + END_DEADLINE_MS
    if (Date.now() > endUnixMs && !this.#isEnding) {
      this.#ledger.loseTheRest()
      this.#settleIfDone()
      return
    }
    if (this.#told === undefined) {
      if (this.#ledger.starting === 0 || Date.now() >= startUnixMs) this.#tellProgress()
    } else if (nowMs - this.#told.ms >= this.#options.progressMs) this.#tellProgress()
  }

  #tellProgress(): void {
    const nowMs = performance.now()
    const totals = this.#ledger.totals(nowMs)
    this.#told = { cycle: totals.cycle, ms: nowMs }
    const { method } = this.#options.facts
    this.#options.tell({ type: 'progress', method, ...totals, cycles: this.#cycles })
  }

  /** The user has had enough: what the peers have reached by now is how it ends. */
  #stop(): void {
    this.#isEnding = true
    for (const worker of this.#workers) worker.send({ type: 'stop' })
    setTimeout(() => {
      this.#ledger.loseTheRest()
      this.#settle()
    }, STOP_DEADLINE_MS).unref()
    if (this.#launchedAt === undefined) this.#settle()
  }

  async #endWorkers(): Promise<void> {
    this.#isEnding = true
    for (const worker of this.#workers) worker.send({ type: 'stop' })
    // Before the launch nobody has anything to tell, and who still loads its code does not hear.
    const deadlineMs = this.#launchedAt === undefined ? 0 : STOP_DEADLINE_MS
    const deadline = setTimeout(() => this.#workers.forEach((worker) => worker.kill()), deadlineMs)
    await Promise.all(this.#workers.map(({ ended }) => ended))
    clearTimeout(deadline)
  }

  #startEvent(address: string): SwarmStart {
    const { plan, facts, shards } = this.#options
    const { heldOut, run, rowsPerPeer, dataset, trainingRows } = plan
    return {
      ...{ type: 'start', method: facts.method },
      peers: this.#peers,
      processes: this.#workers.map(({ pid }, index) => ({
        ...{ process: index, pid },
        peers: Math.ceil((this.#peers - index) / this.#workers.length),
      })),
      ...{ address, dataset, trainingRows, testRows: heldOut.rows, features: heldOut.featureNames.length },
      ...{ classes: heldOut.classNames.length, shards, rowsPerPeer },
      ...modelOf(plan),
      ...{ periodMs: this.#periodMs, cycles: this.#cycles },
      ...(typeof run.method === 'object' ? { roundMs: run.method.roundMs ?? 2 * this.#periodMs } : {}),
      seed: facts.seed,
    }
  }

  #summary(): SwarmSummary {
    return summarise(this.#ledger, this.#options.facts, {
      ...{ peers: this.#peers, processes: this.#workers.length, processesLost: this.#processesLost },
      ...{ interrupted: this.#options.signal.aborted, orphaned: false, periodMs: this.#periodMs },
      ...{ nowMs: performance.now(), unixNowMs: Date.now() },
    })
  }
}

/** What the peers learn, for people. */
function modelOf({ run, mlp }: SwarmPlan): Pick<SwarmStart, 'model' | 'lambda' | 'backend'> {
  if (mlp !== undefined) return { model: mlpName(mlp.task.options), backend: mlp.backend }
  return { model: run.model ?? 'pegasos', lambda: run.lambda ?? 0.01 }
}
