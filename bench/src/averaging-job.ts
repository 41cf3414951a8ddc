import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Averaging over a population. */
export interface AveragingJob {
  readonly peers: number
  /** Cycles that are measured, and cycles before them. */
  readonly cycles: number
  readonly warmUpCycles: number
}

export interface AveragingResult {
  readonly seconds: number
  /** Each peer initiates one exchange a cycle: a push and a reply. */
  readonly exchangesPerSecond: number
  /** The variance of the estimates at the end, as a share of that of the values. */
  readonly varianceLeft: number
  /** The most memory that the process had at a time. */
  readonly megabytes: number
}

export function runAveragingJob(job: AveragingJob): Promise<AveragingResult> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./averaging-process.js', import.meta.url)))
    child.once('message', (result) => resolve(result as AveragingResult))
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the process that averages ended with code ${code}`)))
    child.send(job)
  })
}
