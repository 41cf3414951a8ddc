import { parentPort } from 'node:worker_threads'
import { type DemersTask, demersRuns } from './demers-runs.ts'

parentPort?.on('message', (task: DemersTask) => parentPort?.postMessage(demersRuns(task)))
