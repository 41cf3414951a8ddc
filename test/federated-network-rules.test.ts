import { randomStream } from '@hearsay/core'
import { createKernels, type Kernels } from '@hearsay/kernels'
import {
  createServerRule,
  EpochTraining,
  type FederatedAlgorithm,
  type FederatedFormat,
  FederatedKind,
  FederatedLearning,
} from '@hearsay/federated'
import { modelShape, Shards } from '@hearsay/learning'
import { independentNetwork, Simulation } from '@hearsay/simulator'
import { createMlp, DeferredTraining, tfjsLearner, VirtualTrainer } from '@hearsay/tfjs'
import { describe, expect, test } from 'vitest'

// Networks that learn by federated methods, in virtual time, by the protocols that peers run.

const SIZES = [8, 5, 3, 8]
const PEERS = SIZES.length
const FEATURES = 3
const SERVER = 0

async function learnerOf(kernels: Kernels, mu = 0) {
  const random = randomStream(3)
  let rows = 0
  const own = SIZES.map((size) => Array.from({ length: size }, () => rows++))
  const features = Float32Array.from({ length: rows * FEATURES }, () => random.normal())
  const labels = Int32Array.from({ length: rows }, (_, row) => (features[row * FEATURES] > 0 ? 1 : 0))
  const shards = new Shards(kernels.memory, modelShape(FEATURES, 2, false), { features, labels }, own)
  const options = { features: FEATURES, hidden: [4], classes: 2 }
  return await tfjsLearner(() => createMlp(options), {
    ...{ kernels, shards, backend: 'cpu', initialSeed: 1, epochs: 2, batch: 4, mu },
  })
}

/** The server trains, too; transfers take 20 ms, a row 1 ms. */
async function runOf(algorithm: FederatedAlgorithm, format: FederatedFormat = {}) {
  const kernels = createKernels({ backend: 'javascript' })
  const learner = await learnerOf(kernels, algorithm.kind === 'fedprox' ? algorithm.mu : 0)
  const deferred: DeferredTraining<FederatedLearning> = new DeferredTraining({
    ...{ peers: PEERS, kernels, learner, input: 'received', age: 'value', kind: FederatedKind.model, from: SERVER },
    weights: format.modelWeights,
    trainer: new VirtualTrainer(PEERS, learner, { msPerRow: 1 }),
    protocol: (inner) =>
      new FederatedLearning({
        ...{ peers: PEERS, kernels, server: SERVER, serverTrains: true, roundMs: 100, deadlineMs: 1000, ...format },
        ...{ training: new EpochTraining(kernels, inner), rule: createServerRule(kernels, inner.shape, algorithm) },
        askItself: (context, message) => deferred.onMessage(context, SERVER, message),
      }),
  })
  const network = independentNetwork({ delay: { kind: 'constant', ms: 20 } })
  const simulation = new Simulation({ peers: PEERS, seed: 1, kernels, protocols: [deferred], network })
  const weights = (peer: number): Float32Array => {
    const model = deferred.model(peer)
    return kernels.memory.float32.slice(model, model + learner.shape.dimension)
  }
  /** The server's weights before the first round, and after each of the first `rounds`. */
  const roundsOf = (rounds: number): Float32Array[] => {
    const models = [weights(SERVER)]
    // A round takes 56 ms, and the server looks once in 100: the first one, of four, ends at its second look.
    for (let round = 1; round <= rounds; round++) {
      simulation.run(150 + 100 * round)
      expect(deferred.inner.counters).toMatchObject({ rounds: round, used: PEERS * round + 2, missing: 0 })
      models.push(weights(SERVER))
    }
    return models
  }
  return { learner, learning: deferred.inner, simulation, weights, roundsOf }
}

/** What a round of all peers adds to a model on average, weighted by rows, worked out peer by peer. */
async function meanUpdates(mu = 0) {
  const kernels = createKernels({ backend: 'javascript' })
  const learner = await learnerOf(kernels, mu)
  const { dimension, words } = learner.shape
  const row = kernels.memory.allocate(words)
  const { float32 } = kernels.memory
  return (model: Float32Array, age: number): Float64Array => {
    const mean = new Float64Array(dimension)
    const all = SIZES.reduce((sum, size) => sum + size, 0)
    for (const [peer, size] of SIZES.entries()) {
      float32.set(model, row)
      learner.update(peer, row, age)
      for (let i = 0; i < dimension; i++) mean[i] += (size / all) * (float32[row + i] - model[i])
    }
    return mean
  }
}

function largestDifference(one: Float32Array, other: ArrayLike<number>): number {
  return one.reduce((most, value, i) => Math.max(most, Math.abs(value - other[i])), 0)
}

const ROUNDS = 6

describe('a network learns by', () => {
  test('FedAdam as its formula says, applied by hand to the flat rows, round by round', async () => {
    const [eta, beta1, beta2, tau] = [0.05, 0.8, 0.95, 1e-2]
    const { roundsOf } = await runOf({ kind: 'fedadam', serverEta: eta, beta1, beta2, tau })
    const models = roundsOf(ROUNDS)
    const meanOf = await meanUpdates()
    const first = new Float64Array(models[0].length)
    const second = new Float64Array(models[0].length).fill(tau * tau)
    for (const [round, model] of models.slice(0, -1).entries()) {
      const next = Array.from(meanOf(model, round), (delta, i) => {
        first[i] = beta1 * first[i] + (1 - beta1) * delta
        second[i] = beta2 * second[i] + (1 - beta2) * delta * delta
        return model[i] + (eta * first[i]) / (Math.sqrt(second[i]) + tau)
      })
      expect(largestDifference(model, next)).toBeGreaterThan(1e-3)
      expect(largestDifference(models[round + 1], next)).toBeLessThan(1e-5)
    }
  })

  test.each<[FederatedAlgorithm, number, number]>([
    [{ kind: 'fedavg' }, 1, 0],
    [{ kind: 'fedavg', serverEta: 0.25 }, 0.25, 0],
    [{ kind: 'fedprox', mu: 5 }, 1, 5],
  ])('%o: the server adds so much of the mean update, from the first round on', async (algorithm, eta, mu) => {
    const models = (await runOf(algorithm)).roundsOf(ROUNDS)
    const meanOf = await meanUpdates(mu)
    for (const [round, model] of models.slice(0, -1).entries()) {
      const next = Array.from(meanOf(model, round), (delta, i) => model[i] + eta * delta)
      expect(largestDifference(models[round + 1], next)).toBeLessThan(1e-5)
    }
  })

  test.each<[string, FederatedFormat, number]>([
    ['int8 updates', { weights: 'int8' }, 0.01],
    ['float16 updates and models', { weights: 'float16', modelWeights: 'float16' }, 0.01],
    ['updates of half of the weights', { exchange: { kind: 'subsampled', share: 0.5 } }, 0.2],
  ])('FedAvg with %s, which are differences in the first round, too', async (_, format, most) => {
    const [plain, encoded] = await Promise.all([runOf({ kind: 'fedavg' }), runOf({ kind: 'fedavg' }, format)])
    const [before, after] = encoded.roundsOf(1)
    expect(before).toEqual(plain.weights(SERVER))
    const exact = plain.roundsOf(1)[1]
    expect(after).not.toEqual(exact)
    expect(largestDifference(after, exact)).toBeLessThan(
      most * largestDifference(exact, new Float32Array(exact.length)),
    )
  })
})

test('a peer begins with the initial weights of its network, and goes back to them where it loses its state', async () => {
  const { learner, learning, simulation, weights, roundsOf } = await runOf({ kind: 'fedyogi' })
  const initial = weights(SERVER)
  expect(initial.some((weight) => weight !== 0)).toBe(true)
  for (let peer = 1; peer < PEERS; peer++) expect(weights(peer)).toEqual(initial)
  expect(roundsOf(2)[2]).not.toEqual(initial)
  expect(weights(1)).not.toEqual(initial)
  for (const self of [SERVER, 1]) learning.onForget({ self } as Parameters<FederatedLearning['onForget']>[0])
  expect([weights(SERVER), weights(1)]).toEqual([initial, initial])
  expect([...learning.ages.slice(0, 2)]).toEqual([0, 0])
  learner.dispose()
  expect(simulation.counters.words).toBeGreaterThan(0)
})

test('FedSGD is for linear models alone', () => {
  const kernels = createKernels({ backend: 'javascript' })
  expect(() => createServerRule(kernels, modelShape(2, 2, false), { kind: 'fedsgd' })).toThrow(/linear learner/)
})
