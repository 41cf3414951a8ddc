import { Worker } from 'node:worker_threads'
import type { Benchmark } from './measure.ts'
import type { ShuffleSums, ShuffleWork } from './shuffle-worker.ts'

const RUNS = 500
const SLOTS = 3000
const CORES = 2

function work(options: ShuffleWork): Promise<ShuffleSums> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./shuffle-worker.js', import.meta.url), { workerData: options })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

/** The published job: 500 runs of the gossip shuffle of 2500 peers over 3000 slots, 3 h 42 m in the authors' Java. */
export const shuffleBenchmark: Benchmark = {
  name: 'shuffle',
  description: '500 runs of the gossip shuffle of 2500 peers over 3000 slots, on two threads: takes minutes',
  async run(report) {
    const started = performance.now()
    const share = (first: number): Promise<ShuffleSums> => work({ first, step: CORES, runs: RUNS, slots: SLOTS })
    const parts = await Promise.all(Array.from({ length: CORES }, (_, first) => share(first)))
    const seconds = (performance.now() - started) / 1000
    const sum = (of: (part: ShuffleSums) => number): number => parts.reduce((total, part) => total + of(part), 0)
    const exchanges = sum((part) => part.exchanges)
    report({ name: 'protocols.shuffle2500x500.seconds', value: seconds, unit: 's' })
    report({ name: 'protocols.shuffle.exchange', value: (seconds * CORES * 1e9) / exchanges, unit: 'ns' })
    report({ name: 'protocols.shuffle.replication', value: sum((part) => part.replication) / RUNS, unit: 'share' })
    report({ name: 'protocols.shuffle.coverage', value: sum((part) => part.coverage) / RUNS, unit: 'share' })
  },
}
