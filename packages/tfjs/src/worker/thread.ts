import { SHARE_ENV, Worker } from 'node:worker_threads'
import { EnvironmentError } from '@hearsay/core'
import type { Ready, ThreadAnswer, ThreadRequest, TrainAnswer, TrainRequest, WorkerTask } from './messages.ts'

/** What hears of one learner of a thread. */
interface Listener {
  onReady(ready: Ready): void
  onRefusal(message: string): void
  onTrained(answer: TrainAnswer): void
}

/** A learner on the thread, as its trainer sees it. */
export interface RemoteLearner extends Ready {
  post(request: Omit<TrainRequest, 'type' | 'learner'>): void
  close(): void
}

/** A thread that trains the models of any number of hosts. */
export class TrainingThread {
  readonly #worker: Worker
  readonly #listeners = new Map<number, Listener>()
  #learners = 0
  #death: string | undefined
  /** Resolves when the thread has ended, whyever. */
  readonly lost: Promise<EnvironmentError>
  #lose: (error: EnvironmentError) => void = () => {}

  constructor() {
    this.lost = new Promise((resolve) => {
      this.#lose = resolve
    })
    const isSource = import.meta.url.endsWith('.ts')
    const body = isSource
      ? new URL('./training-thread.ts', import.meta.url)
      : new URL('./training-thread.js', import.meta.url)
    // Libraries that are not JavaScript see the variables of the process, not a thread's copy of them.
    this.#worker = new Worker(body, { env: SHARE_ENV })
    this.#worker.on('message', (answer: ThreadAnswer) => this.#hear(answer))
    this.#worker.on('error', (error: unknown) => this.#die(error instanceof Error ? error.message : String(error)))
    this.#worker.on('exit', () => this.#die('it has ended'))
  }

  /**
   * Makes a learner on the thread.
   *
   * @param onTrained - Hears of every request that is posted to it.
   * @throws {@link EnvironmentError} `TRAINING_THREAD` where it cannot be made, or the thread has died.
   */
  async open(task: WorkerTask, onTrained: (answer: TrainAnswer) => void): Promise<RemoteLearner> {
    this.assertAlive()
    const learner = ++this.#learners
    const ready = await new Promise<Ready>((resolve, reject) => {
      const onRefusal = (message: string): void =>
        reject(new EnvironmentError('TRAINING_THREAD', `the thread that trains does not start: ${message}`))
      this.#listeners.set(learner, { onReady: resolve, onRefusal, onTrained })
      this.#post({ type: 'open', learner, task })
    })
    return {
      ...ready,
      post: (request) => this.#post({ ...request, type: 'train', learner }, [request.weights.buffer]),
      close: () => {
        this.#listeners.delete(learner)
        this.#post({ type: 'close', learner })
      },
    }
  }

  /** @throws {@link EnvironmentError} `TRAINING_THREAD` where the thread has died. */
  assertAlive(): void {
    if (this.#death !== undefined) throw goneFor(this.#death)
  }

  /** Ends the thread, in the midst of what it does. Idempotent. */
  async stop(): Promise<void> {
    await this.#worker.terminate()
  }

  #post(request: ThreadRequest, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(request, transfer)
  }

  #hear(answer: ThreadAnswer): void {
    const listener = this.#listeners.get(answer.learner)
    if (answer.type === 'ready') listener?.onReady(answer)
    else if (answer.type === 'refused') listener?.onRefusal(answer.message)
    else listener?.onTrained(answer)
  }

  #die(reason: string): void {
    this.#death ??= reason
    for (const { onRefusal } of this.#listeners.values()) onRefusal(this.#death)
    this.#lose(goneFor(this.#death))
  }
}

function goneFor(reason: string): EnvironmentError {
  return new EnvironmentError('TRAINING_THREAD', `the thread that trains is gone: ${reason}`)
}
