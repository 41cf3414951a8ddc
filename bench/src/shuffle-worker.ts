import { parentPort, workerData } from 'node:worker_threads'
import { randomStream } from '@hearsay/core'
import { coverage, replication, SlottedShuffle } from '@hearsay/protocols'

/** Which runs a worker makes: those of the seeds first, first + step … below `runs`. */
export interface ShuffleWork {
  readonly first: number
  readonly step: number
  readonly runs: number
  readonly slots: number
}

/** Sums over a worker's runs. */
export interface ShuffleSums {
  readonly exchanges: number
  readonly replication: number
  readonly coverage: number
}

// Gast, Latella, Massink 2020: N = 2500, n = 500, c = 100, s = 50, Gmax = 3; one peer holds item 0 at first.
const { first, step, runs, slots } = workerData as ShuffleWork
const sums = { exchanges: 0, replication: 0, coverage: 0 }
for (let seed = first; seed < runs; seed += step) {
  const random = randomStream(seed)
  const shuffle = new SlottedShuffle({ peers: 2500, items: 500, cacheSize: 100, exchangeSize: 50, gapMax: 3 }, random)
  shuffle.caches.insert(0, 0)
  shuffle.caches.fill(random, 1)
  shuffle.run(slots)
  sums.exchanges += shuffle.exchanges
  sums.replication += replication(shuffle.caches, 0)
  sums.coverage += coverage(shuffle.caches, 0)
}
parentPort?.postMessage(sums satisfies ShuffleSums)
