import { EnvironmentError, type Memory, UsageError } from '@hearsay/core'
import type { LabelledRows } from '@hearsay/learning'
import type { BackendChoice } from '../backend/select-backend.ts'
import type { Trainer } from '../deferred/trainer.ts'
import type { ModelSchema } from '../schema/model-schema.ts'
import type { TrainAnswer, WorkerLearnerOptions, WorkerTask } from './messages.ts'
import { type RemoteLearner, TrainingThread } from './thread.ts'

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
  /**
   * What the function is called with: what can be cloned for a thread.
   *
   * @defaultValue undefined
   */
  readonly argument?: unknown
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
  readonly age: number
  answer: TrainAnswer | undefined
}

/** Trains on a thread of its own, so that the host's event loop goes on. Make one with {@link startWorkerTrainer}. */
export class WorkerTrainer implements Trainer {
  readonly retryMs: number
  /** What computes on the thread. */
  readonly backend: BackendChoice
  readonly schema: ModelSchema
  readonly #thread: TrainingThread
  readonly #learner: RemoteLearner
  readonly #ownsThread: boolean
  readonly #memory: Memory
  readonly #peers: number
  /** By hosted peer. */
  readonly #jobs: Map<number, Job>
  #tickets = 0
  #rows = 0

  private constructor(
    thread: TrainingThread,
    learner: RemoteLearner,
    ownsThread: boolean,
    jobs: Map<number, Job>,
    { memory, pollMs = 5, assignment }: WorkerTrainerOptions,
  ) {
    this.retryMs = pollMs
    this.#peers = assignment?.length ?? 1
    this.backend = learner.backend
    this.schema = learner.schema
    this.#thread = thread
    this.#learner = learner
    this.#ownsThread = ownsThread
    this.#jobs = jobs
    this.#memory = memory
  }

  /** As {@link startWorkerTrainer}, on a thread that others may use, too; `stop` lets it run on. */
  static async open(
    thread: TrainingThread,
    options: WorkerTrainerOptions,
    ownsThread: boolean = false,
  ): Promise<WorkerTrainer> {
    const { pollMs = 5 } = options
    if (!(pollMs > 0)) throw new UsageError('POLL', `pollMs is a number > 0, not ${pollMs}`)
    const jobs = new Map<number, Job>()
    const learner = await thread.open(taskOf(options), (answer) => {
      for (const job of jobs.values()) if (job.ticket === answer.ticket) job.answer = answer
    })
    return new WorkerTrainer(thread, learner, ownsThread, jobs, options)
  }

  /** Rows whose training has been taken, each as often as it was trained on. */
  get rows(): number {
    return this.#rows
  }

  /** Resolves when the thread has ended, be it by {@link WorkerTrainer.stop}: nothing is trained any more. */
  get lost(): Promise<EnvironmentError> {
    return this.#thread.lost
  }

  /**
   * @throws {@link EnvironmentError} `TRAINING_THREAD` where the thread has died; {@link UsageError} `NO_SHARD` for a peer whose rows
   *   the thread has not been given.
   */
  begin(peer: number, model: number, age: number): number {
    this.#thread.assertAlive()
    if (!(peer < this.#peers))
      throw new UsageError('NO_SHARD', `the thread has rows of ${this.#peers} peers, not of ${peer}`)
    const ticket = ++this.#tickets
    this.#jobs.set(peer, { ticket, age, answer: undefined })
    const weights = this.#memory.float32.slice(model, model + this.#learner.words)
    this.#learner.post({ ticket, peer, age, weights })
    return this.retryMs
  }

  /** @throws {@link EnvironmentError} `TRAINING_THREAD` where the thread has died, or training has failed. */
  result(peer: number, model: number): number | undefined {
    const job = this.#jobs.get(peer)
    if (job?.answer === undefined) {
      this.#thread.assertAlive()
      return undefined
    }
    const { answer } = job
    this.#jobs.delete(peer)
    if (answer.type === 'failed')
      throw new EnvironmentError('TRAINING_THREAD', `training has failed: ${answer.message}`)
    this.#memory.float32.set(answer.weights, model)
    this.#rows += answer.age - job.age
    return answer.age
  }

  /** The thread finishes what it has begun; nobody hears of it. */
  cancel(peer: number): void {
    this.#jobs.delete(peer)
  }

  /** Ends the thread, in the midst of what it does, where it is this trainer's own. Idempotent. */
  async stop(): Promise<void> {
    if (this.#ownsThread) await this.#thread.stop()
    else this.#learner.close()
  }
}

/**
 * Starts a thread that trains the models of one host.
 *
 * @throws What `tfjsLearner` throws on the thread, as an {@link EnvironmentError} `TRAINING_THREAD`; {@link UsageError} `POLL`.
 */
export async function startWorkerTrainer(options: WorkerTrainerOptions): Promise<WorkerTrainer> {
  const thread = new TrainingThread()
  try {
    return await WorkerTrainer.open(thread, options, true)
  } catch (error) {
    await thread.stop()
    throw error
  }
}

function taskOf(options: WorkerTrainerOptions): WorkerTask {
  const { module, exportName = 'createModel', argument, features, classes, rows } = options
  const { backend, epochs, batch, mu, rowsPerUpdate, initialSeed, wasmPaths } = options
  return {
    ...{ module: module.href, exportName, argument },
    ...{ features, classes, rows: { features: rows.features, labels: rows.labels } },
    assignment: options.assignment ?? [Int32Array.from(rows.labels.keys())],
    options: { backend, epochs, batch, mu, rowsPerUpdate, initialSeed, wasmPaths },
  }
}
