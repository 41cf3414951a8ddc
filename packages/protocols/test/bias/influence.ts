import { type Memory, randomStream } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import { type Learner, type ModelShape, modelShape } from '@hearsay/learning'
import { independentNetwork, Simulation } from '@hearsay/simulator'
import { type Correction, GossipLearning, type StaticGraph } from '../../src/index.ts'

/**
 * Learns whose rows a model is made of. A model has one weight for each group of peers; a step at a peer adds η to the weight
 * of its group and shrinks all by 1 − η, as a step of Pegasos does with λ = 1 and a gradient that is not zero.
 */
class InfluenceLearner implements Learner {
  readonly shape: ModelShape
  readonly #memory: Memory
  readonly #groupOf: Int32Array
  readonly #ageWeighted: boolean
  readonly #eta: number | undefined

  /** @param eta - η; 1/t where nothing is said. */
  constructor(memory: Memory, groupOf: Int32Array, merge: 'mean' | 'age-weighted', eta?: number) {
    this.shape = modelShape(4, 2, false)
    this.#memory = memory
    this.#groupOf = groupOf
    this.#ageWeighted = merge === 'age-weighted'
    this.#eta = eta
  }

  update(peer: number, model: number, age: number): number {
    const { float32 } = this.#memory
    const eta = this.#eta ?? 1 / (age + 1)
    for (let group = 0; group < 4; group++) float32[model + group] *= 1 - eta
    float32[model + this.#groupOf[peer]] += eta
    return age + 1
  }

  create(
    peer: number,
    target: number,
    received: number,
    receivedAge: number,
    partner: number,
    partnerAge: number,
    replacePartner: boolean,
  ): number {
    const { float32 } = this.#memory
    const sum = receivedAge + partnerAge
    const share = this.#ageWeighted && sum > 0 ? receivedAge / sum : 0.5
    for (let group = 0; group < 4; group++) {
      const weight = float32[received + group]
      const merged = share * weight + (1 - share) * float32[partner + group]
      if (replacePartner) float32[partner + group] = weight
      float32[target + group] = merged
    }
    return this.update(peer, target, Math.max(receivedAge, partnerAge))
  }
}

/** A population whose influences are asked for. */
export interface InfluenceOptions {
  readonly graph: StaticGraph
  /** The group of each peer, 0 … 3. */
  readonly groupOf: Int32Array
  readonly periodFactors?: Float64Array
  readonly correction?: Correction
  readonly mergeWith: 'last' | 'current'
  readonly merge: 'mean' | 'age-weighted'
  /** η; 1/t where nothing is said. */
  readonly eta?: number
  readonly cycles: number
}

/** The share of each of four groups in what the mean model of all peers is made of. */
export function influences(options: InfluenceOptions): number[] {
  const { graph, groupOf, merge, eta, cycles } = options
  const peers = groupOf.length
  const kernels = createKernels({ backend: 'javascript' })
  const learner = new InfluenceLearner(kernels.memory, groupOf, merge, eta)
  const protocol = new GossipLearning({ ...options, peers, kernels, learner, sampler: graph, periodMs: 1000 })
  const network = independentNetwork({ delay: { kind: 'uniform', minMs: 50, maxMs: 150 }, loss: 0 })
  const simulation = new Simulation({ peers, seed: 1, kernels, protocols: [{ protocol }], network })
  simulation.run(cycles * 1000)
  const sums = [0, 0, 0, 0]
  for (let peer = 0; peer < peers; peer++) {
    for (let group = 0; group < 4; group++) sums[group] += kernels.memory.float32[protocol.model(peer) + group]
  }
  return normalised(sums)
}

export function normalised(values: readonly number[]): number[] {
  const total = values.reduce((sum, value) => sum + value, 0)
  return values.map((value) => value / total)
}

/** Four groups of equal size by a key, ascending; equals in random order. */
export function quarters(keys: ArrayLike<number>): Int32Array {
  const order = Int32Array.from({ length: keys.length }, (_, peer) => peer)
  randomStream(3).shuffle(order)
  const groupOf = new Int32Array(keys.length)
  const sorted = order.toSorted((a, b) => keys[a] - keys[b])
  for (const [rank, peer] of sorted.entries()) groupOf[peer] = Math.floor((4 * rank) / keys.length)
  return groupOf
}
