import { randomStream } from '@hearsay/core'
import { createKernels, Rows } from '@hearsay/kernels'
import { describe, expect, test } from 'vitest'
import {
  type AgeRule,
  Evaluator,
  type LabelledRows,
  LINEAR_MODELS,
  LinearLearner,
  type LinearLearnerOptions,
  type LinearModel,
  loadRows,
  Shards,
  shapeOf,
} from '../src/index.ts'
import { clusters } from './reference.ts'

const OPTIONS: Record<LinearModel, Partial<LinearLearnerOptions>> = {
  pegasos: { lambda: 0.01 },
  logistic: { lambda: 0.01, eta: 10 },
  adaline: { lambda: 0.01, eta: 0.01 },
  softmax: { lambda: 0.01, eta: 10 },
}

describe.each(LINEAR_MODELS)('%s', (model) => {
  test.each([2, 5])('learns %d classes that can be told apart', (classes) => {
    const kernels = createKernels()
    const data = clusters(2, 500, 20, classes, 0.4)
    const rows = [...data.labels.keys()]
    // The large first steps of Pegasos throw a bias far off, and nothing shrinks it again: its papers have none.
    const shape = shapeOf(model, 20, classes, model !== 'pegasos')
    const shards = new Shards(kernels.memory, shape, data, [rows.slice(0, 400)])
    const learner = new LinearLearner(kernels, shards, { model, ...OPTIONS[model] })
    const held = new Shards(kernels.memory, shape, data, [rows.slice(400)])
    const evaluator = new Evaluator(kernels, shape, held.all)
    const at = kernels.memory.allocate(shape.words)
    const before = evaluator.error(at)
    let age = 0
    for (let pass = 0; pass < 5; pass++) age = learner.update(0, at, age)
    expect(before).toBeGreaterThan(0.4)
    expect(evaluator.error(at)).toBeLessThan(0.05)
  })
})

/** Classes that differ in features of a small scale most of all, so that learning takes its time. */
function hardRows(seed: number, rows: number): LabelledRows {
  const random = randomStream(seed)
  const labels = Int32Array.from({ length: rows }, (_, row) => row % 2)
  const features = Float32Array.from({ length: rows * FEATURES }, (_, index) => {
    const y = labels[Math.floor(index / FEATURES)] === 1 ? 1 : -1
    return index % 2 === 0 ? random.normal() + 0.05 * y : 0.15 * (random.normal() + 0.5 * y)
  })
  return { features, labels }
}

const FEATURES = 20
const PEERS = 100

/** Mean error of 100 peers with five rows each, after each cycle in which each sends its model to a random other. */
function gossipErrors(ageRule: AgeRule, cycles: number): number[] {
  const kernels = createKernels()
  const shape = shapeOf('pegasos', FEATURES, 2, false)
  const { words } = shape
  const assignment = Array.from({ length: PEERS }, (_, peer) => Array.from({ length: 5 }, (__, i) => peer * 5 + i))
  const shards = new Shards(kernels.memory, shape, hardRows(4, 5 * PEERS), assignment)
  const evaluator = new Evaluator(kernels, shape, loadRows(kernels.memory, shape, hardRows(5, 1000)))
  const learner = new LinearLearner(kernels, shards, { model: 'pegasos', lambda: 1e-3, ageRule })
  const [models, lasts] = [new Rows(kernels.memory, PEERS, words), new Rows(kernels.memory, PEERS, words)]
  const [ages, lastAges] = [new Float64Array(PEERS), new Float64Array(PEERS)]
  const sent = kernels.memory.allocate(words)
  const random = randomStream(9)
  return Array.from({ length: cycles }, () => {
    let sum = 0
    for (let from = 0; from < PEERS; from++) {
      const to = (from + 1 + random.below(PEERS - 1)) % PEERS
      const age = ages[from]
      kernels.copy(models.offset(from), sent, words)
      ages[to] = learner.create(to, models.offset(to), sent, age, lasts.offset(to), lastAges[to], true)
      lastAges[to] = age
    }
    for (let peer = 0; peer < PEERS; peer++) sum += evaluator.error(models.offset(peer))
    return sum / PEERS
  })
}

describe('the age of a merged model', () => {
  // A correction to the slides and courses that print age ← t₁ + t₂; the authors' code takes the larger age.
  test('by `sum` freezes learning within some fifty cycles; by `max` it goes on', () => {
    const sum = gossipErrors('sum', 200)
    const max = gossipErrors('max', 200)
    expect(sum[9]).toBeLessThan(sum[0])
    expect(sum[199]).toBeGreaterThan(sum[19] - 0.02)
    expect(new Set(sum.slice(150)).size).toBe(1)
    expect(max[199]).toBeLessThan(max[19] - 0.07)
    expect(max[199]).toBeLessThan(sum[199] - 0.1)
  })
})
