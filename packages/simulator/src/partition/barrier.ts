import { EnvironmentError } from '@hearsay/core'
import { Control, type SharedRun } from './shared-run.ts'

/** Looks at the barrier before a worker goes to sleep: windows are often shorter than it takes to wake up. */
const SPINS = 4000

/** Where all workers of a run wait for each other. */
export class Barrier {
  readonly #control: Int32Array
  readonly #workers: number

  constructor(shared: SharedRun) {
    this.#control = new Int32Array(shared.control)
    this.#workers = shared.workers
  }

  /**
   * Returns when all workers have called it as often as this one.
   *
   * @throws {@link EnvironmentError} `ABORTED` where the run has been aborted.
   */
  wait(): void {
    const control = this.#control
    const generation = Atomics.load(control, Control.generation)
    if (Atomics.add(control, Control.arrived, 1) === this.#workers - 1) {
      Atomics.store(control, Control.arrived, 0)
      Atomics.add(control, Control.generation, 1)
      Atomics.notify(control, Control.generation)
    } else {
      this.#waitFor(generation)
    }
    if (Atomics.load(control, Control.aborted) !== 0) {
      throw new EnvironmentError('ABORTED', 'another worker of this run has failed')
    }
  }

  #waitFor(generation: number): void {
    const control = this.#control
    for (let i = 0; i < SPINS; i++) if (Atomics.load(control, Control.generation) !== generation) return
    while (Atomics.load(control, Control.generation) === generation) {
      Atomics.wait(control, Control.generation, generation)
    }
  }
}

/** Ends a run for all its workers: each fails at its next barrier. */
export function abortRun(shared: SharedRun): void {
  const control = new Int32Array(shared.control)
  Atomics.store(control, Control.aborted, 1)
  Atomics.add(control, Control.generation, 1)
  Atomics.notify(control, Control.generation)
}

/** Asks the workers of a run to stop where they next agree to; see {@link PeerPartition.isStopped}. */
export function stopRun(shared: SharedRun): void {
  Atomics.store(new Int32Array(shared.control), Control.stop, 1)
}
