import { HearsayError } from '@hearsay/core'
import { abortRun, PeerPartition } from '@hearsay/simulator'
import { parentPort, workerData } from 'node:worker_threads'
import { isSelected } from '../cycle-selection.ts'
import { Scenario } from '@hearsay/experiments'
import { snapshotOf } from '../snapshot.ts'
import type { FromWorker, WorkerTask } from './messages.ts'

// A worker thread: some of the peers of one run.

/** Milliseconds between two reports: a message costs as much as a short cycle. */
const REPORT_MS = 50

function tell(message: FromWorker): void {
  parentPort?.postMessage(message)
}

function runShare(task: WorkerTask): void {
  const { shared, index, options, data, cycles, reportAt } = task
  const partition = new PeerPartition(shared, index, options.peers)
  const scenario = new Scenario(options, data, { range: partition })
  tell({ type: 'ready', rowsPerPeer: scenario.rowsPerPeer(), backend: scenario.kernels.backend })
  // All begin together: the time that one of them takes to be built is not part of the run.
  partition.meet()
  const start = performance.now()
  let reported = start
  let errors: number[][] = []
  while (scenario.cycle < cycles && !partition.isStopped) {
    scenario.runCycle()
    errors.push(scenario.sampleHostedErrors(partition))
    const now = performance.now()
    if (now - reported < REPORT_MS && scenario.cycle < cycles && !isSelected(reportAt, scenario.cycle)) continue
    tell({ type: 'cycles', errors, snapshot: snapshotOf(scenario), busyMs: now - start })
    errors = []
    reported = now
  }
  tell({
    type: 'done',
    errors: Float64Array.from({ length: partition.end - partition.first }, (_, i) =>
      scenario.error(partition.first + i),
    ),
    snapshot: snapshotOf(scenario),
    traceLanes: scenario.simulation.traceLanes,
  })
}

const task = workerData as WorkerTask
try {
  runShare(task)
} catch (error) {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  tell({ type: 'failed', name, code: error instanceof HearsayError ? error.code : '', message })
  abortRun(task.shared)
}
