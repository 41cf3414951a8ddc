import { once } from 'node:events'
import { SHARE_ENV, Worker } from 'node:worker_threads'
import { EnvironmentError, type Memory, UsageError } from '@hearsay/core'
import type { LabelledRows } from '@hearsay/learning'
import type { BackendChoice } from '../backend/select-backend.ts'
import type { Trainer } from '../deferred/trainer.ts'
import type { ModelSchema } from '../schema/model-schema.ts'
import type { TrainRequest, WorkerAnswer, WorkerLearnerOptions, WorkerTask } from './messages.ts'

/** What a {@link WorkerTrainer} is started with; the learner's options, as in `TfjsLearnerOptions`, are those of the thread. */
export interface WorkerTrainerOptions extends WorkerLearnerOptions {
  /** The host's memory, where models come from and go to. */
  readonly memory: Memory
  /** A module that exports a function which makes the model: the thread imports it, so a file or a package and no closure. */
  readonly module: URL
  /**
   * The function's name.
   *
   * @defaultValue 'createModel'
   */
  readonly exportName?: string | undefined
  /** Features of a row, and classes. */
  readonly features: number
  readonly classes: number
  /** What is trained on; the thread gets a copy. */
  readonly rows: LabelledRows
  /**
   * The indices of each hosted peer's rows.
   *
   * @defaultValue one peer, with all rows
   */
  readonly assignment?: readonly ArrayLike<number>[] | undefined
  /**
   * Milliseconds between two looks for a result, > 0.
   *
   * @defaultValue 5
   */
  readonly pollMs?: number | undefined
}

/** What was begun last for a peer, and what became of it. */
interface Job {
  readonly ticket: number
  answer: Outcome | undefined
}

type Ready = Extract<WorkerAnswer, { type: 'ready' }>
type Outcome = Exclude<WorkerAnswer, Ready>

/** Trains on a thread of its own, so that the host's event loop goes on. Make one with {@link startWorkerTrainer}. */
export class WorkerTrainer implements Trainer {
  readonly retryMs: number
  /** What computes on the thread. */
  readonly backend: BackendChoice
  readonly schema: ModelSchema
  readonly #thread: Worker
  readonly #memory: Memory
  readonly #words: number
  readonly #peers: number
  /** By hosted peer. */
  readonly #jobs = new Map<number, Job>()
  #tickets = 0
  #death: string | undefined

  constructor(thread: Worker, { backend, schema, words }: Ready, memory: Memory, peers: number, pollMs: number) {
    this.retryMs = pollMs
    this.#peers = peers
    this.backend = backend
    this.schema = schema
    this.#thread = thread
    this.#memory = memory
    this.#words = words
    thread.on('message', (answer: Outcome) => this.#hear(answer))
    thread.on('error', (error: unknown) => (this.#death = String(error)))
    thread.on('exit', () => (this.#death ??= 'it has been stopped'))
  }

  /**
   * @throws {@link EnvironmentError} `TRAINING_THREAD` where the thread has died; {@link UsageError} `NO_SHARD` for a peer whose rows
   *   the thread has not been given.
   */
  begin(peer: number, model: number, age: number): number {
    this.#assertAlive()
    if (!(peer < this.#peers))
      throw new UsageError('NO_SHARD', `the thread has rows of ${this.#peers} peers, not of ${peer}`)
    const ticket = ++this.#tickets
    this.#jobs.set(peer, { ticket, answer: undefined })
    const weights = this.#memory.float32.slice(model, model + this.#words)
    const request: TrainRequest = { ticket, peer, age, weights }
    this.#thread.postMessage(request, [weights.buffer])
    return this.retryMs
  }

  /** @throws {@link EnvironmentError} `TRAINING_THREAD` where the thread has died, or training has failed. */
  result(peer: number, model: number): number | undefined {
    const answer = this.#jobs.get(peer)?.answer
    if (answer === undefined) {
      this.#assertAlive()
      return undefined
    }
    this.#jobs.delete(peer)
    if (answer.type === 'failed')
      throw new EnvironmentError('TRAINING_THREAD', `training has failed: ${answer.message}`)
    this.#memory.float32.set(answer.weights, model)
    return answer.age
  }

  /** The thread finishes what it has begun; nobody hears of it. */
  cancel(peer: number): void {
    this.#jobs.delete(peer)
  }

  /** Ends the thread, in the midst of what it does. Idempotent. */
  async stop(): Promise<void> {
    await this.#thread.terminate()
  }

  #hear(answer: Outcome): void {
    for (const job of this.#jobs.values()) if (job.ticket === answer.ticket) job.answer = answer
  }

  #assertAlive(): void {
    if (this.#death === undefined) return
    throw new EnvironmentError('TRAINING_THREAD', `the thread that trains is gone: ${this.#death}`)
  }
}

/**
 * Starts a thread that trains the models of one host.
 *
 * @throws What `tfjsLearner` throws on the thread, as an {@link EnvironmentError} `TRAINING_THREAD`; {@link UsageError} `POLL`.
 */
export async function startWorkerTrainer(options: WorkerTrainerOptions): Promise<WorkerTrainer> {
  const { memory, pollMs = 5 } = options
  if (!(pollMs > 0)) throw new UsageError('POLL', `pollMs is a number > 0, not ${pollMs}`)
  const isSource = import.meta.url.endsWith('.ts')
  const body = isSource
    ? new URL('./training-thread.ts', import.meta.url)
    : new URL('./training-thread.js', import.meta.url)
  const task = taskOf(options)
  // Libraries that are not JavaScript see the variables of the process, not a thread's copy of them.
  const thread = new Worker(body, { workerData: task, env: SHARE_ENV })
  try {
    const [ready] = (await once(thread, 'message')) as [Ready]
    return new WorkerTrainer(thread, ready, memory, task.assignment.length, pollMs)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new EnvironmentError('TRAINING_THREAD', `the thread that trains does not start: ${reason}`, { cause: error })
  }
}

function taskOf(options: WorkerTrainerOptions): WorkerTask {
  const { module, exportName = 'createModel', features, classes, rows } = options
  const { backend, epochs, batch, rowsPerUpdate, initialSeed, wasmPaths } = options
  return {
    module: module.href,
    exportName,
    features,
    classes,
    rows: { features: rows.features, labels: rows.labels },
    assignment: options.assignment ?? [Int32Array.from(rows.labels.keys())],
    options: { backend, epochs, batch, rowsPerUpdate, initialSeed, wasmPaths },
  }
}
