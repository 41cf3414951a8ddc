import { randomStream } from '@hearsay/core'
import type { Dataset, SplitDataset } from '@hearsay/datasets'
import { FederatedLearning } from '@hearsay/federated'
import { Scenario, type ScenarioSetting } from '../../src/scenario/scenario.ts'
import type { ScenarioOptions } from '../../src/scenario/scenario-options.ts'

const FEATURES = 6

/** Rows of two classes around two centres. */
function rowsOf(rows: number, seed: number): Dataset {
  const random = randomStream(seed)
  const labels = Int32Array.from({ length: rows }, (_, row) => row % 2)
  const features = Float32Array.from({ length: rows * FEATURES }, (_, i) => {
    const sign = labels[Math.floor(i / FEATURES)] === 1 ? 1 : -1
    return 0.6 * sign + random.normal()
  })
  const featureNames = Array.from({ length: FEATURES }, (_, i) => `f${i}`)
  return { name: 'clouds', featureNames, classNames: ['left', 'right'], features, labels, rows }
}

export const CLOUDS: SplitDataset = { train: rowsOf(200, 1), test: rowsOf(100, 2) }

/** Forty peers, five rows each, transfers of a cycle, no loss, no churn. */
export const QUIET: ScenarioOptions = {
  ...{ peers: 40, seed: 1, periodMs: 1000, jitter: 0, overlay: 'static', degree: 8 },
  ...{ delay: { kind: 'constant', cycles: 0 }, transferCycles: 1, loss: 0 },
  learner: { model: 'logistic', lambda: 1e-4, eta: 100 },
  ...{ bias: true, mergeWith: 'current', votes: 1, shards: 'iid', evaluate: 1, guard: false, backend: 'auto' },
}

/** A scenario after some cycles, its peers counted. */
export function runOf(changes: Partial<ScenarioOptions>, cycles: number, setting: ScenarioSetting = {}): Scenario {
  const scenario = new Scenario({ ...QUIET, ...changes }, CLOUDS, { counts: true, ...setting })
  while (scenario.cycle < cycles) scenario.runCycle()
  return scenario
}

export function federatedOf({ learning }: Scenario): FederatedLearning {
  if (learning instanceof FederatedLearning) return learning
  throw new TypeError('this scenario is not federated')
}

export function sumOf(values: Iterable<number> | undefined): number {
  let sum = 0
  for (const value of values ?? [Number.NaN]) sum += value
  return sum
}
