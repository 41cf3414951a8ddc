import { parentPort, workerData } from 'node:worker_threads'
import { PeerPartition, type SharedRun } from '../../src/index.ts'
import { type Crowd, crowd, PEERS, UNTIL_MS } from './crowd.ts'

/** What a worker thread of the test hosts. */
export interface ShareTask {
  readonly shared: SharedRun
  readonly index: number
  readonly name: Crowd
  readonly seed: number
}

const { shared, index, name, seed } = workerData as ShareTask
const simulation = crowd(name, seed, new PeerPartition(shared, index, PEERS))
// In pieces, since a run that goes on has to be in step as well.
for (const share of [0.3, 0.3001, 1]) simulation.run(share * UNTIL_MS)
parentPort?.postMessage({ lanes: simulation.traceLanes, counters: simulation.counters })
