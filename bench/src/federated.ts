import { createKernels, type Kernels } from '@hearsay/kernels'
import { createFederatedParts, FederatedLearning } from '@hearsay/federated'
import { Evaluator, type LinearLearnerOptions, loadRows, Shards, shapeOf } from '@hearsay/learning'
import { independentNetwork, Simulation } from '@hearsay/simulator'
import { loadData } from '@hearsay/experiments'
import { type Benchmark, median } from './measure.ts'

const CLIENTS = 1000
/** One transfer of a model. */
const TRANSFER_MS = 499
/** Two transfers, and time to take stock. */
const ROUND_MS = 1000
const ROUNDS = 200
const REPEATS = 7

const LEARNER: LinearLearnerOptions = { model: 'logistic', lambda: 1e-6, eta: 1e4, batch: 10 }

type Data = Awaited<ReturnType<typeof loadData>>

interface Run {
  /** One client update is one local epoch of one client over its shard, its messages to and fro included. */
  readonly updatesPerSecond: number
  readonly error: number
}

/** FedAvg on Spambase, standardised, logistic regression: peer 0 is the server, and has no rows; each client has four or five. */
function run(kernels: Kernels, { train, test }: Data, seed: number): Run {
  const shape = shapeOf(LEARNER.model, train.featureNames.length, train.classNames.length, false)
  const assignment: number[][] = Array.from({ length: CLIENTS + 1 }, () => [])
  for (let row = 0; row < train.rows; row++) assignment[1 + (row % CLIENTS)].push(row)
  const shards = new Shards(kernels.memory, shape, train, assignment)
  const peers = CLIENTS + 1
  const parts = createFederatedParts(kernels, shards, LEARNER, { kind: 'fedavg' })
  const learning = new FederatedLearning({ peers, kernels, ...parts, roundMs: ROUND_MS, checkInMs: 10 * ROUND_MS })
  const network = independentNetwork({ delay: { kind: 'constant', ms: TRANSFER_MS } })
  const simulation = new Simulation({ peers, seed, kernels, protocols: [learning], network })
  simulation.run(2 * ROUND_MS)
  const before = learning.counters.used
  const start = performance.now()
  simulation.run((2 + ROUNDS) * ROUND_MS)
  const seconds = (performance.now() - start) / 1000
  const evaluator = new Evaluator(kernels, shape, loadRows(kernels.memory, shape, test))
  return {
    updatesPerSecond: (learning.counters.used - before) / seconds,
    error: evaluator.error(learning.model(0)),
  }
}

/** The federated baseline's speed, on the workload that GoLF was measured on. */
export const federatedBenchmark: Benchmark = {
  name: 'federated',
  description: 'FedAvg, 1000 clients, Spambase: client updates a second, each one local epoch with its messages',
  async run(report) {
    const data = await loadData({ kind: 'named', name: 'spambase' }, 'standardise', 1)
    // One set of kernels for all runs: what is measured is a program with one simulation, not one that makes many. Its memory
    // need not grow, as in a scenario.
    const kernels = createKernels({ initialWords: 2 ** 23 })
    run(kernels, data, 0)
    const runs: Run[] = []
    for (let repeat = 0; repeat < REPEATS; repeat++) runs.push(run(kernels, data, 1 + repeat))
    const speeds = runs.map(({ updatesPerSecond }) => updatesPerSecond)
    report({ name: 'federated.clientUpdatesPerSecond', value: median(speeds), unit: 'updates/s' })
    report({ name: 'federated.clientUpdatesPerSecond.best', value: Math.max(...speeds), unit: 'updates/s' })
    report({ name: 'federated.error', value: median(runs.map(({ error }) => error)), unit: 'share' })
  },
}
