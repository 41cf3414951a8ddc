import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ScenarioOptions } from '@hearsay/experiments'

/** A workload of the simulator, which is run in a process of its own: its memory and its compiled code are its own too. */
export interface SimulatorJob {
  readonly options: ScenarioOptions
  readonly scale: 'standardise' | 'min-max'
  readonly cycles: number
  /** Runs that are measured, one seed after the other. */
  readonly rounds: number
  /** Whether a run that is not measured comes first. */
  readonly warmUp: boolean
  /** Worker threads; 0: none, in the process's own thread. */
  readonly workers: number
}

/** What came of it. */
export interface SimulatorJobResult {
  /** Updates a second of each round, evaluation included, setup excluded. */
  readonly updatesPerSecond: readonly number[]
  /** Mean 0–1 error over the last sample of the last round. */
  readonly error: number
  /** Of the last round. */
  readonly traceHash: string
  /** The most memory that the process had at a time, in megabytes. */
  readonly megabytes: number
}

export function runSimulatorJob(job: SimulatorJob): Promise<SimulatorJobResult> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./simulator-process.js', import.meta.url)))
    child.once('message', (result) => resolve(result as SimulatorJobResult))
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the simulator's process ended with code ${code}`)))
    child.send(job)
  })
}
