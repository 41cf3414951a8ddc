import { WorkerProcess } from './worker-process.ts'

/** All worker processes that a command has started: none outlives it. */
export class Workers {
  readonly #count: number
  readonly #all: WorkerProcess[] = []
  readonly #killAll = (): void => this.#all.forEach((worker) => worker.kill())

  /** @param count - Processes of one run. */
  constructor(count: number) {
    this.#count = count
    process.once('exit', this.#killAll)
  }

  /** Starts the processes of a run, which load their code and then wait. */
  start(): WorkerProcess[] {
    const workers = Array.from({ length: this.#count }, () => new WorkerProcess())
    this.#all.push(...workers)
    return workers
  }

  /** Kills whoever is left. */
  end(): void {
    this.#killAll()
    process.off('exit', this.#killAll)
  }
}
