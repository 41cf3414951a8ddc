import { UsageError } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import { type LinearLearnerOptions, modelShape } from '@hearsay/learning'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RecordingContext } from '@hearsay/testkit'
import { MemoryArchive } from '@hearsay/testkit/conformance'
import {
  AdaptiveRule,
  type AdaptiveKind,
  createFederatedParts,
  FEDERATED_ALGORITHMS,
  FederatedLearning,
} from '../src/index.ts'
import { descent, FEATURES, LOGISTIC, runOf, type RunOptions, score, weights, worldOf } from './support.ts'

const WHOLE: LinearLearnerOptions = { ...LOGISTIC, batch: 4096 }
/** Rounds that are over by the time t: the first one opens after 100 ms. */
const endOf = (rounds: number): number => (rounds + 1) * 100 + 1

function modelAfter(rounds: number, options: RunOptions): number[] {
  const run = runOf(options)
  run.simulation.run(endOf(rounds))
  expect(run.learning.counters.rounds).toBe(rounds)
  return weights(run, 0)
}

const add = (a: readonly number[], b: readonly number[], factor = 1): number[] => a.map((x, i) => x + factor * b[i])
const sum = (vectors: readonly (readonly number[])[]): number[] =>
  vectors.reduce<number[]>((total, vector) => add(total, vector), new Array(FEATURES + 1).fill(0))

/** Scales all weights but the bias. */
const shrink = (model: readonly number[], factor: number): number[] =>
  model.map((x, i) => (i === FEATURES ? x : x * factor))

function expectWeights(actual: readonly number[], expected: readonly number[]): void {
  for (const [i, weight] of expected.entries()) expect(actual[i]).toBeCloseTo(weight, 5)
}

describe('FedAvg', () => {
  test("is the mean of the clients' models, weighted by rows (McMahan et al. 2017, algorithm 1)", () => {
    const sizes = [0, 1, 4, 7]
    const { rows } = worldOf(sizes)
    // Two epochs over one row at a time, from 0, with η = η₀/t.
    const clients = rows.map((shard) => {
      let model = [0, 0, 0, 0]
      let t = 0
      for (const row of [...shard, ...shard]) {
        const eta = LOGISTIC.eta! / ++t
        model = add(shrink(model, 1 - eta * LOGISTIC.lambda!), descent(model, row), eta)
      }
      return model
    })
    const mean = sum(clients.map((model, peer) => model.map((x) => (x * sizes[peer]) / 12)))
    expectWeights(modelAfter(1, { sizes, algorithm: { kind: 'fedavg', epochs: 2 } }), mean)
  })

  test('with one epoch of one batch and equal shards is FedSGD', () => {
    const averaged = modelAfter(6, { learner: WHOLE, algorithm: { kind: 'fedavg' } })
    const stepped = modelAfter(6, { learner: LOGISTIC, algorithm: { kind: 'fedsgd' } })
    expect(Math.hypot(...averaged)).toBeGreaterThan(1)
    expectWeights(averaged, stepped)
  })

  test("adds a share of the mean update where the server's step size says so", () => {
    const whole = modelAfter(1, {})
    expectWeights(
      modelAfter(1, { algorithm: { kind: 'fedavg', serverEta: 0.25 } }),
      whole.map((x) => x / 4),
    )
  })

  test('ages the model by the mean number of rows that clients trained on', () => {
    const run = runOf({ sizes: [0, 2, 4, 9], algorithm: { kind: 'fedavg', epochs: 3 } })
    run.simulation.run(endOf(2))
    expect(run.learning.ages[0]).toBe(30)
    expect([...run.learning.steps]).toEqual([0, 12, 24, 54])
  })
})

describe('FedSGD', () => {
  test('takes the step of the mean gradient over all rows, whoever holds them', () => {
    const sizes = [0, 1, 2, 9]
    const rows = worldOf(sizes).rows.flat()
    let model = [0, 0, 0, 0]
    let age = 0
    for (let round = 0; round < 3; round++) {
      age += 4
      const eta = LOGISTIC.eta! / age
      const gradient = sum(rows.map((row) => descent(model, row)))
      model = add(shrink(model, 1 - 4 * eta * LOGISTIC.lambda!), gradient, (eta * 4) / 12)
    }
    expectWeights(modelAfter(3, { sizes, algorithm: { kind: 'fedsgd' } }), model)
  })

  test('with a step size that stays is FedAvg with the same one', () => {
    const learner = { ...WHOLE, decay: false, eta: 0.05 }
    const stepped = modelAfter(6, { learner, algorithm: { kind: 'fedsgd' } })
    expect(Math.hypot(...stepped)).toBeGreaterThan(0.5)
    expectWeights(modelAfter(6, { learner, algorithm: { kind: 'fedavg' } }), stepped)
  })

  test('refuses shards that are no single batch', () => {
    const { kernels, shards } = worldOf([4097])
    const parts = (rowsPerUpdate?: number): unknown =>
      createFederatedParts(
        kernels,
        shards,
        { ...LOGISTIC, ...(rowsPerUpdate && { rowsPerUpdate }) },
        { kind: 'fedsgd' },
      )
    expect(() => parts()).toThrow(UsageError)
    expect(() => parts(4097)).toThrow(UsageError)
    expect(() => parts(4096)).not.toThrow()
  })
})

describe('FedProx', () => {
  test.each([LOGISTIC, WHOLE, { ...LOGISTIC, batch: 2 }])('with μ = 0 is FedAvg to the bit: %o', (learner) => {
    const options = { learner, sizes: [0, 3, 4, 5] }
    expect(modelAfter(4, { ...options, algorithm: { kind: 'fedprox', mu: 0, epochs: 2 } })).toEqual(
      modelAfter(4, { ...options, algorithm: { kind: 'fedavg', epochs: 2 } }),
    )
  })

  test('with μ = 0 is FedAvg for softmax too', () => {
    const learner: LinearLearnerOptions = { model: 'softmax', lambda: 0.01, eta: 1 }
    const plain = modelAfter(3, { learner, algorithm: { kind: 'fedavg' } })
    expect(Math.hypot(...plain)).toBeGreaterThan(0.1)
    expect(modelAfter(3, { learner, algorithm: { kind: 'fedprox', mu: 0 } })).toEqual(plain)
  })

  test("is the minimiser of a step's loss and the proximal term, in closed form", () => {
    const mu = 0.3
    const [shard] = worldOf([4]).rows
    let model = [0, 0, 0, 0]
    for (const [t, row] of shard.entries()) {
      const eta = LOGISTIC.eta! / (t + 1)
      const stepped = add(shrink(model, 1 - eta * LOGISTIC.lambda!), descent(model, row), eta)
      model = stepped.map((x) => x / (1 + eta * mu)) // the global model is 0
    }
    const { kernels, shards } = worldOf([4])
    const { training } = createFederatedParts(kernels, shards, LOGISTIC, { kind: 'fedprox', mu })
    const global = kernels.memory.allocate(4)
    const update = kernels.memory.allocate(4)
    expect(training.train(0, global, 0, update)).toBe(4)
    expectWeights([...kernels.memory.float32.slice(update, update + 4)], model)
  })

  test('holds clients to the global model, the closer the larger μ is', () => {
    const moved = [0, 0.1, 1, 1000].map((mu) => Math.hypot(...modelAfter(1, { algorithm: { kind: 'fedprox', mu } })))
    for (let i = 1; i < moved.length; i++) expect(moved[i]).toBeLessThan(moved[i - 1])
    expect(moved[3]).toBeLessThan(0.01)
  })
})

describe('training on a few rows at a time', () => {
  const FEW = { ...LOGISTIC, batch: 8, rowsPerUpdate: 2 }
  const algorithms = [{ kind: 'fedavg' }, { kind: 'fedprox', mu: 0 }, { kind: 'fedsgd' }] as const

  test.each(algorithms)('takes turns over the shard in $kind', (algorithm) => {
    const run = runOf({ sizes: [0, 5, 5], learner: FEW, algorithm })
    run.simulation.run(endOf(6))
    // Twice the turns of 2, 2 and 1 rows.
    expect([...run.learning.steps]).toEqual([0, 10, 10])
    const whole = modelAfter(6, { sizes: [0, 5, 5], learner: { ...LOGISTIC, batch: 8 }, algorithm })
    expect(weights(run, 0)).not.toEqual(whole)
  })

  test.each(algorithms.slice(1))('gives $kind the model of FedAvg, since a turn is one batch', (algorithm) => {
    const options = { sizes: [0, 4, 4], learner: FEW }
    expectWeights(
      modelAfter(5, { ...options, algorithm }),
      modelAfter(5, { ...options, algorithm: { kind: 'fedavg' } }),
    )
  })

  test.each(algorithms)('begins with the first turn again where a peer has lost its state, in $kind', (algorithm) => {
    const { kernels, shards } = worldOf([5])
    const { training, rule } = createFederatedParts(kernels, shards, FEW, algorithm)
    const learning = new FederatedLearning({ peers: 1, kernels, training, rule, roundMs: 100, server: 3 })
    const [model, update] = [kernels.memory.allocate(4), kernels.memory.allocate(4)]
    const next = (): number[] => {
      training.train(0, model, 0, update)
      return [...kernels.memory.float32.slice(update, update + 4)]
    }
    const first = next()
    expect(next()).not.toEqual(first)
    const archive = new MemoryArchive()
    learning.persist(archive)
    learning.onForget(new RecordingContext(kernels.memory))
    expect(next()).toEqual(first)
    const third = (next(), next())
    learning.persist(archive.reader())
    expect(next()).toEqual(third)
  })
})

describe('adaptive rules (Reddi et al. 2021, algorithm 2)', () => {
  const kinds: AdaptiveKind[] = ['adam', 'yogi', 'adagrad']
  const next: Record<AdaptiveKind, (v: number, square: number, beta2: number) => number> = {
    adam: (v, square, beta2) => beta2 * v + (1 - beta2) * square,
    yogi: (v, square, beta2) => v - (1 - beta2) * square * Math.sign(v - square),
    adagrad: (v, square) => v + square,
  }
  const updates = fc.array(fc.float({ noNaN: true, min: -10, max: 10 }), { minLength: 1, maxLength: 12 })
  const share = fc.double({ min: 0, max: 0.999, noNaN: true })

  test.each(kinds)('%s follows its formula in float64', (kind) => {
    fc.assert(
      fc.property(updates, share, share, fc.double({ min: 1e-4, max: 1, noNaN: true }), (deltas, beta1, beta2, tau) => {
        const { memory } = createKernels({ backend: 'javascript' })
        const rule = new AdaptiveRule(memory, modelShape(1, 2, false), kind, { serverEta: 0.05, beta1, beta2, tau })
        const [model, mean] = [memory.allocate(4), memory.allocate(4)]
        let [w, m, v, age] = [0, 0, tau * tau, 0]
        for (const delta of deltas) {
          memory.float32[mean] = delta
          age = rule.apply(model, mean, age, 5)
          m = beta1 * m + (1 - beta1) * delta
          v = next[kind](v, delta * delta, beta2)
          w += (0.05 * m) / (Math.sqrt(v) + tau)
        }
        expect(Math.abs(memory.float32[model] - w)).toBeLessThan(1e-5 * (1 + Math.abs(w)))
        expect(age).toBe(5 * deltas.length)
      }),
      { numRuns: 50 },
    )
  })

  test.each(['fedadam', 'fedyogi', 'fedadagrad'] as const)('%s learns', (kind) => {
    const run = runOf({ algorithm: { kind, serverEta: 0.5 } })
    run.simulation.run(endOf(30))
    const model = weights(run, 0)
    const rows = run.rows.flat()
    const errors = rows.filter((row) => score(model, row) > 0 !== (row[FEATURES] === 1))
    expect(errors.length).toBeLessThan(rows.length / 5)
  })
})

describe('options', () => {
  test('every algorithm has a name', () => {
    for (const kind of FEDERATED_ALGORITHMS) {
      const { kernels, shards } = worldOf([2, 2])
      const algorithm = kind === 'fedprox' ? { kind, mu: 0.1 } : { kind }
      expect(createFederatedParts(kernels, shards, LOGISTIC, algorithm).training.shape).toBe(shards.shape)
    }
  })

  test.each([
    { kind: 'fedavg', epochs: 0 },
    { kind: 'fedavg', epochs: 1.5 },
    { kind: 'fedavg', serverEta: 0 },
    { kind: 'fedprox', mu: -1 },
    { kind: 'fedprox', mu: Number.NaN },
    { kind: 'fedadam', beta1: 1 },
    { kind: 'fedyogi', beta2: -0.1 },
    { kind: 'fedadagrad', tau: 0 },
    { kind: 'fedadam', serverEta: Number.POSITIVE_INFINITY },
  ] as const)('%o is refused', (algorithm) => {
    const { kernels, shards } = worldOf([2, 2])
    expect(() => createFederatedParts(kernels, shards, LOGISTIC, algorithm)).toThrow(UsageError)
  })
})
