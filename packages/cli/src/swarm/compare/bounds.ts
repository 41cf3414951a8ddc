import { applyScaling } from '@hearsay/datasets'
import {
  distributionOf,
  ERROR_METRIC,
  type Measurement,
  type PeerMeasurement,
  type TrialResult,
} from '@hearsay/experiments'
import { createKernels } from '@hearsay/kernels'
import { Evaluator, LinearLearner, loadRows, Shards, shapeOf } from '@hearsay/learning'
import { centralisedErrors, learnerOptionsOf } from '../centralised.ts'
import { centralisedMlpErrors, mlpCurve } from '../mlp/mlp-curves.ts'
import type { SwarmPlan } from '../plan.ts'
import type { Point } from './point.ts'

/** One model has long converged after so many passes over all rows. */
const PASSES_MAX = 1000

const SILENT = { messagesSent: 0, bytesSent: 0, messagesReceived: 0, bytesReceived: 0 } as const

/**
 * What bounds the methods that are compared: every peer by itself, which makes as many passes over its rows as in the swarm, and one
 * model on the rows of all, one pass a cycle: as many steps as all peers make when each makes one pass.
 *
 * @param cycles - Measured cycles, ascending.
 * @param passesOf - Passes of a peer until the measured cycle with an index.
 */
export async function boundTrials(
  plan: SwarmPlan,
  cycles: readonly number[],
  seed: number,
  passesOf: (peer: number, index: number) => number,
): Promise<readonly [isolated: TrialResult, centralised: TrialResult]> {
  const curves: Point[][] = []
  for (const peer of plan.shards.keys()) {
    const passes = cycles.map((_, index) => passesOf(peer, index))
    curves.push(await isolatedCurve(plan, peer, passes))
  }
  const passes = Math.min(PASSES_MAX, cycles[cycles.length - 1])
  const { split, run } = plan
  const errors =
    plan.mlp === undefined
      ? centralisedErrors(split, run.scaling, run, seed, passes)
      : (await centralisedMlpErrors(split, run.scaling, plan.mlp.task, run, seed, passes)).errors
  return [isolatedTrial(plan, cycles, curves), centralisedTrial(plan, cycles, errors)]
}

function isolatedTrial(plan: SwarmPlan, cycles: readonly number[], curves: readonly (readonly Point[])[]): TrialResult {
  const { periodMs = 0 } = plan.run
  const series = cycles.map((cycle, index): Measurement => {
    const points = curves.map((curve) => curve[index])
    const steps = points.reduce((sum, point) => sum + point.age, 0)
    return {
      ...distributionOf(points.map(({ error }) => error)),
      ...{ cycle, timeMs: cycle * periodMs, online: points.length, age: steps / points.length },
      ...{ messages: 0, bytes: 0, steps },
    }
  })
  const peers = curves.map((curve, peer): PeerMeasurement => {
    const { error, age } = curve[cycles.length - 1]
    return { ...{ peer, role: 'peer', value: error, age, steps: age, rows: plan.shards[peer].rows }, ...SILENT }
  })
  return { metric: ERROR_METRIC, series, peers, traceHash: '' }
}

/** @param errors - After each pass. */
function centralisedTrial(
  { run, trainingRows }: SwarmPlan,
  cycles: readonly number[],
  errors: readonly number[],
): TrialResult {
  const passes = errors.length
  const series = cycles.map((cycle): Measurement => {
    const steps = Math.min(passes, cycle) * trainingRows
    return {
      ...distributionOf([errors[Math.min(passes, cycle) - 1]]),
      ...{ cycle, timeMs: cycle * (run.periodMs ?? 0), online: 1, age: steps, messages: 0, bytes: 0, steps },
    }
  })
  const { mean: value, age, steps } = series[series.length - 1]
  const pooled: PeerMeasurement = { ...{ peer: 0, role: 'peer', value, age, steps, rows: trainingRows }, ...SILENT }
  return { metric: ERROR_METRIC, series, peers: [pooled], traceHash: '' }
}

async function isolatedCurve(plan: SwarmPlan, peer: number, passes: readonly number[]): Promise<Point[]> {
  const { shards, split, run, mlp } = plan
  if (mlp === undefined) return isolatedLinearCurve(plan, peer, passes)
  const { test } = split
  const rows = shards[peer]
  const order = Int32Array.from(rows.labels.keys())
  return (await mlpCurve({ rows, order, test, scaling: run.scaling, task: mlp.task, run }, passes)).points
}

function isolatedLinearCurve({ shards, split, run }: SwarmPlan, peer: number, passes: readonly number[]): Point[] {
  const options = learnerOptionsOf(run)
  const kernels = createKernels()
  const { memory } = kernels
  const { test } = split
  const shape = shapeOf(options.model, test.featureNames.length, test.classNames.length, run.bias ?? false)
  const rows = shards[peer]
  const own = new Shards(memory, shape, applyScaling(rows, run.scaling), [Int32Array.from(rows.labels.keys())], {
    ...(run.rowNormMax === undefined ? {} : { rowNormMax: run.rowNormMax }),
  })
  const learner = new LinearLearner(kernels, own, options)
  const evaluator = new Evaluator(kernels, shape, loadRows(memory, shape, applyScaling(test, run.scaling)))
  const model = memory.allocate(shape.words)
  let [done, age] = [0, 0]
  return passes.map((until) => {
    for (; done < until; done++) age = learner.update(0, model, age)
    return { error: evaluator.error(model), age }
  })
}
