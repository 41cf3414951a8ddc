import { type Context, type Message, type Protocol, randomStream } from '@hearsay/core'
import { partition, scaleSplit } from '@hearsay/datasets'
import { loadBuiltinDataset } from '@hearsay/datasets/node'
import { createKernels, type Kernels } from '@hearsay/kernels'
import { Evaluator, LinearLearner, loadRows, normBound, Shards, shapeOf } from '@hearsay/learning'
import { GossipLearning, ModelGuard, UniformSampler } from '@hearsay/protocols'
import { independentNetwork, Simulation } from '@hearsay/simulator'
import { describe, expect, test } from 'vitest'

const PEERS = 200
const PERIOD_MS = 1000
const CYCLES = [10, 20, 50, 100]
const ROW_NORM_MAX = 20

/** What a liar makes of the honest model that it was about to send: another age, and weights times a factor. */
interface Lie {
  age(honest: number, ageMax: number): number
  readonly factor: number
}

const HUGE_AGE: Lie = { age: () => Number.MAX_SAFE_INTEGER, factor: 1 }
const HUGE_AGE_AND_POISON: Lie = { age: () => Number.MAX_SAFE_INTEGER, factor: -1 }
const NOT_A_NUMBER: Lie = { age: (honest) => honest, factor: Number.NaN }
const LARGEST_AGE: Lie = { age: (_, ageMax) => Math.floor(ageMax), factor: 1 }
const LARGEST_AGE_AND_POISON: Lie = { age: (_, ageMax) => Math.floor(ageMax), factor: -1 }

/** Gossip learning in which some peers lie about every model that they send. */
class Liars implements Protocol {
  readonly #honest: Protocol
  readonly #lies: ReadonlyMap<number, Lie>
  readonly #kernels: Kernels
  readonly #ageMax: (nowMs: number) => number
  readonly #outbox: number

  constructor(
    honest: Protocol,
    lies: ReadonlyMap<number, Lie>,
    kernels: Kernels,
    words: number,
    ageMax: (nowMs: number) => number,
  ) {
    this.#honest = honest
    this.#lies = lies
    this.#kernels = kernels
    this.#ageMax = ageMax
    this.#outbox = kernels.memory.allocate(words)
  }

  onStart(context: Context): void {
    this.#honest.onStart(context)
  }

  onTimeout(context: Context, timer: number): void {
    const lie = this.#lies.get(context.self)
    this.#honest.onTimeout(lie === undefined ? context : this.#lying(context, lie), timer)
  }

  onMessage(context: Context, from: number, message: Message): void {
    this.#honest.onMessage(context, from, message)
  }

  #lying(context: Context, lie: Lie): Context {
    const { self, now, random } = context
    return {
      ...{ self, now, random },
      setTimer: (timer, delayMs) => context.setTimer(timer, delayMs),
      send: (to, kind, value, stamp = 0, offset = 0, length = 0) => {
        this.#kernels.copy(offset, this.#outbox, length)
        this.#kernels.scale(lie.factor, this.#outbox, length)
        context.send(to, kind, value, lie.age(stamp, this.#ageMax(now)), this.#outbox, length)
      },
    }
  }
}

const spambase = scaleSplit(await loadBuiltinDataset('spambase'), 'standardise')

interface Outcome {
  /** Mean error of the honest peers after each of {@link CYCLES}. */
  readonly errors: readonly number[]
  readonly refused: number
}

/** 200 peers, each with its shard of Spambase, and liars among them. */
function run(lies: readonly Lie[], guarded: boolean): Outcome {
  const kernels = createKernels()
  const shape = shapeOf('pegasos', 57, 2, false)
  const clipped = { rowNormMax: ROW_NORM_MAX }
  const shards = new Shards(
    kernels.memory,
    shape,
    spambase.train,
    partition(spambase.train, PEERS, { kind: 'iid', seed: 3 }),
    clipped,
  )
  const evaluator = new Evaluator(kernels, shape, loadRows(kernels.memory, shape, spambase.test, clipped))
  const learner = new LinearLearner(kernels, shards, { model: 'pegasos', lambda: 1e-4 })
  const sampler = new UniformSampler(PEERS)
  const learning = new GossipLearning({ peers: PEERS, kernels, learner, sampler, periodMs: PERIOD_MS })
  const guard = new ModelGuard({
    ...{ kernels, shape, periodMs: PERIOD_MS, updatesPerMerge: shards.sizeMax },
    normMax: (age) => normBound('pegasos', learner.plan, shape, ROW_NORM_MAX, age),
  })
  const liars = new Map(lies.map((lie, i) => [17 * i, lie]))
  const protocol = new Liars(learning, liars, kernels, shape.words, (nowMs) => guard.ageMax(nowMs))
  const simulation = new Simulation({
    ...{ peers: PEERS, seed: 1, kernels },
    protocols: [guarded ? { protocol, guard } : protocol],
    network: independentNetwork({ delay: { kind: 'constant', ms: 100 } }),
  })
  const honest = Array.from({ length: PEERS }, (_, peer) => peer).filter((peer) => !liars.has(peer))
  const errors = CYCLES.map((cycle) => {
    simulation.run(cycle * PERIOD_MS)
    return honest.reduce((sum, peer) => sum + evaluator.error(learning.model(peer)), 0) / honest.length
  })
  return { errors, refused: simulation.counters.refused }
}

describe('one or two liars among 200 peers that learn Spambase', () => {
  const undisturbed = run([], true)
  const shift = ({ errors }: Outcome): number => Math.max(...errors.map((error, i) => error - undisturbed.errors[i]))

  test('an undisturbed run learns, and its guard refuses nothing', () => {
    expect(undisturbed.errors.at(-1)).toBeLessThan(0.11)
    expect(undisturbed.refused).toBe(0)
    expect(run([], false)).toEqual(undisturbed)
  })

  const lies: [name: string, lies: Lie[], damage: number][] = [
    ['a huge age, which ends everybody’s learning', [HUGE_AGE], 0.04],
    ['a huge age on poisoned weights', [HUGE_AGE_AND_POISON], 0.5],
    ['weights that are no numbers', [NOT_A_NUMBER], 0.25],
    ['all of it', [HUGE_AGE_AND_POISON, NOT_A_NUMBER], 0.25],
  ]

  test.each(lies)('without a guard, %s does great harm', (_, liars, damage) => {
    expect(shift(run(liars, false))).toBeGreaterThan(damage)
  })

  test.each(lies)('with the guard, %s moves the error by less than 2 points', (_, liars) => {
    const outcome = run(liars, true)
    expect(outcome.refused).toBeGreaterThanOrEqual(99 * liars.length)
    expect(Math.abs(shift(outcome))).toBeLessThan(0.02)
  })

  const plausible: [name: string, lie: Lie][] = [
    ['the largest age that the guard admits', LARGEST_AGE],
    ['the largest age that the guard admits, on poisoned weights', LARGEST_AGE_AND_POISON],
  ]

  test.each(plausible)('with the guard, %s does not raise the error by 2 points', (_, lie) => {
    expect(shift(run([lie], true))).toBeLessThan(0.02)
  })
})

test('lies are told by liars alone', () => {
  const kernels = createKernels({ backend: 'javascript' })
  const sent: (readonly [stamp: number | undefined, weight: number])[] = []
  const context = (self: number): Context => ({
    ...{ self, now: 0, random: randomStream(1) },
    setTimer: () => {},
    send: (_to, _kind, _value, stamp, offset = 0) => sent.push([stamp, kernels.memory.float32[offset]]),
  })
  const model = kernels.memory.allocate(4)
  kernels.memory.float32[model] = 2
  const honest: Protocol = {
    onStart: () => {},
    onTimeout: (own) => own.send(0, 0, 0, 5, model, 4),
    onMessage: () => {},
  }
  const protocol = new Liars(honest, new Map([[1, LARGEST_AGE_AND_POISON]]), kernels, 4, () => 9.5)
  for (const self of [0, 1]) protocol.onTimeout(context(self), 0)
  expect(sent).toEqual([
    [5, 2],
    [9, -2],
  ])
  expect(kernels.memory.float32[model]).toBe(2)
})
