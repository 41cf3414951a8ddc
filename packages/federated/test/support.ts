import { randomStream } from '@hearsay/core'
import { createKernels, type Kernels } from '@hearsay/kernels'
import { type LinearLearnerOptions, Shards, shapeOf } from '@hearsay/learning'
import { independentNetwork, Simulation, type SimulationOptions } from '@hearsay/simulator'
import {
  createFederatedParts,
  type FederatedAlgorithm,
  FederatedLearning,
  type FederatedLearningOptions,
} from '../src/index.ts'

export const LOGISTIC: LinearLearnerOptions = { model: 'logistic', lambda: 0.01, eta: 1 }

export const FEATURES = 3

export interface World {
  readonly kernels: Kernels
  readonly shards: Shards
  /** Row r of peer p: its features, then its class. */
  readonly rows: readonly (readonly number[])[][]
}

/** Peers with as many random rows each as `sizes` says: class 1 where the first feature is positive. */
export function worldOf(sizes: readonly number[], { model }: LinearLearnerOptions = LOGISTIC, bias = true): World {
  const random = randomStream(5)
  const count = sizes.reduce((sum, size) => sum + size, 0)
  const features = Float32Array.from({ length: count * FEATURES }, () => random.normal())
  const labels = Int32Array.from({ length: count }, (_, row) => (features[row * FEATURES] > 0 ? 1 : 0))
  const kernels = createKernels({ backend: 'javascript' })
  let next = 0
  const assignment = sizes.map((size) => Array.from({ length: size }, () => next++))
  const shape = shapeOf(model, FEATURES, 2, bias)
  const shards = new Shards(kernels.memory, shape, { features, labels }, assignment)
  const rowOf = (row: number): number[] => [...features.slice(row * FEATURES, (row + 1) * FEATURES), labels[row]]
  return { kernels, shards, rows: assignment.map((indices) => indices.map(rowOf)) }
}

export interface RunOptions extends Partial<FederatedLearningOptions> {
  readonly sizes?: readonly number[]
  readonly learner?: LinearLearnerOptions
  readonly algorithm?: FederatedAlgorithm
  readonly simulation?: Partial<SimulationOptions>
}

export interface Run extends World {
  readonly learning: FederatedLearning
  readonly simulation: Simulation
}

/** Rounds of 100 ms, transfers of 20 ms, peer 0 the server without rows, four clients with five rows each. */
export function runOf(options: RunOptions = {}): Run {
  const { sizes = [0, 5, 5, 5, 5], learner = LOGISTIC, algorithm = { kind: 'fedavg' }, ...rest } = options
  const world = worldOf(sizes, learner)
  const { kernels, shards } = world
  const peers = sizes.length
  const parts = createFederatedParts(kernels, shards, learner, algorithm)
  const learning = new FederatedLearning({ peers, kernels, roundMs: 100, ...parts, ...rest })
  const network = independentNetwork({ delay: { kind: 'constant', ms: 20 } })
  const simulation = new Simulation({ peers, seed: 1, kernels, protocols: [learning], network, ...options.simulation })
  return { ...world, learning, simulation }
}

/** The weights of a peer's model. */
export function weights({ kernels, learning, shards }: Run, peer: number): number[] {
  const model = learning.model(peer)
  return [...kernels.memory.float32.slice(model, model + shards.shape.dimension)]
}

/** A score in float64. The bias is the last weight. */
export function score(model: readonly number[], row: readonly number[]): number {
  return model[FEATURES] + row.slice(0, FEATURES).reduce((sum, x, i) => sum + x * model[i], 0)
}

/** −∇ of the log loss of one row, in float64. */
export function descent(model: readonly number[], row: readonly number[]): number[] {
  const y = row[FEATURES] === 1 ? 1 : -1
  const factor = y / (1 + Math.exp(y * score(model, row)))
  return [...row.slice(0, FEATURES).map((x) => factor * x), factor]
}
