import { parentPort, workerData } from 'node:worker_threads'
import { HearsayError } from '@hearsay/core'
import type { SplitDataset } from '@hearsay/datasets'
import { loadData, Scenario } from '@hearsay/experiments'
import { runScenario } from '../run.ts'
import type { FromRunner, RepeatTask, ToRunner } from './messages.ts'

// A worker thread that runs scenarios, one seed after the other.

const { options, source, scale, cycles, reportAt } = workerData as RepeatTask
const stop = new AbortController()
const now = (): number => performance.now()
/** A data set that comes with hearsay has a split of its own: it is the same for all seeds. */
let shared: SplitDataset | undefined

async function runSeed(seed: number): Promise<void> {
  const data = shared ?? (await loadData(source, scale, seed))
  if (source.kind === 'named') shared = data
  const scenario = new Scenario({ ...options, seed }, data)
  for await (const event of runScenario(scenario, { cycles, reportAt, signal: stop.signal, now, progressMs: 500 })) {
    if (event.type !== 'start' && event.type !== 'checkpoint') tell({ type: 'event', seed, event })
  }
}

function tell(message: FromRunner): void {
  parentPort?.postMessage(message)
}

parentPort?.on('message', (message: ToRunner) => {
  if (message.type === 'stop') {
    stop.abort()
    return
  }
  runSeed(message.seed).catch((error: unknown) => {
    const { name, message: text } = error instanceof Error ? error : new Error(String(error))
    tell({ type: 'failed', name, code: error instanceof HearsayError ? error.code : '', message: text })
  })
})
