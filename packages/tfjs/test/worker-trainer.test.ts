import { EnvironmentError, type Protocol, UsageError } from '@hearsay/core'
import { afterEach, describe, expect, test } from 'vitest'
import type { Learner } from '@hearsay/learning'
import { GossipLearning, MODEL } from '@hearsay/protocols'
import { messageOf, RecordingContext } from '@hearsay/testkit'
import { DeferredTraining, tfjsLearner } from '../src/index.ts'
import { startWorkerTrainer, tfjsNetwork, type WorkerTrainer, type WorkerTrainerOptions } from '../src/worker/index.ts'
import { createModel } from './fixtures/create-model.ts'
import { CLASSES, clusters, FEATURES, newKernels, shardsOf, wordsAt } from './support.ts'

const LEARNER = { backend: 'cpu', epochs: 2, batch: 3, mu: 0.5, initialSeed: 4 } as const
const started: WorkerTrainer[] = []
afterEach(async () => {
  for (const trainer of started.splice(0)) await trainer.stop()
})

async function setUp(options: Partial<WorkerTrainerOptions> = {}) {
  const kernels = newKernels()
  const shards = shardsOf(kernels, 1, 8)
  const learner = await tfjsLearner(createModel, { ...LEARNER, kernels, shards })
  const trainer = await startWorkerTrainer({
    ...LEARNER,
    ...{ memory: kernels.memory, module: new URL('fixtures/create-model.ts', import.meta.url) },
    ...{ features: FEATURES, classes: CLASSES, rows: clusters(8), pollMs: 2 },
    ...options,
  })
  started.push(trainer)
  const [model, other] = [0, 0].map(() => kernels.memory.allocate(learner.shape.words))
  return { kernels, learner, trainer, model, other, words: (at: number) => wordsAt(kernels, at, learner.shape.words) }
}

/** Asks until there is an answer; between two questions the event loop turns. */
async function resultOf(trainer: WorkerTrainer, peer: number, model: number): Promise<{ age: number; turns: number }> {
  for (let turns = 0; ; turns++) {
    const age = trainer.result(peer, model)
    if (age !== undefined) return { age, turns }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Runs the timers of a protocol until it sets no more. */
async function finish(protocol: Pick<Protocol, 'onTimeout'>, context: RecordingContext): Promise<void> {
  for (let timers = context.takeTimers(); timers.length > 0; timers = context.takeTimers()) {
    await new Promise((resolve) => setImmediate(resolve))
    protocol.onTimeout(context, timers[0].timer)
  }
}

describe('WorkerTrainer', () => {
  test('trains as the learner does, while the event loop turns', async () => {
    const { learner, trainer, model, other, words } = await setUp()
    expect(trainer.backend.backend).toBe('cpu')
    expect(trainer.schema).toEqual(learner.schema)
    let age = learner.update(0, model, 0)
    age = learner.update(0, model, age)
    expect(trainer.begin(0, other, 0)).toBe(2)
    const before = words(other)
    const first = await resultOf(trainer, 0, other)
    expect(first.turns).toBeGreaterThan(0)
    expect(before.every((word) => word === 0)).toBe(true)
    trainer.begin(0, other, first.age)
    expect(await resultOf(trainer, 0, other)).toMatchObject({ age })
    expect(words(other)).toEqual(words(model))
  })

  test('answers for what was begun last, and not for what was given up', async () => {
    const { learner, trainer, model, other, words } = await setUp()
    trainer.begin(0, model, 0)
    trainer.begin(0, other, 5000)
    expect((await resultOf(trainer, 0, other)).age).toBe(5000 + 16)
    expect(words(model)).toEqual(Array.from({ length: learner.shape.words }, () => 0))
    trainer.begin(0, model, 0)
    trainer.cancel(0)
    expect(trainer.result(0, model)).toBeUndefined()
    expect(() => trainer.begin(1, model, 0)).toThrow('rows of 1 peers')
  })

  test('tells what made the training fail, once', async () => {
    const { trainer, model } = await setUp({ exportName: 'createFailingModel' })
    trainer.begin(0, model, 0)
    await expect(resultOf(trainer, 0, model)).rejects.toThrow('training has failed: no more')
    expect(trainer.result(0, model)).toBeUndefined()
  })

  test('says that the thread has gone', async () => {
    const { trainer, model } = await setUp()
    await trainer.stop()
    expect(() => trainer.begin(0, model, 0)).toThrow(EnvironmentError)
    expect(await trainer.lost).toMatchObject({ code: 'TRAINING_THREAD' })
  })

  test('says why the thread does not start', async () => {
    await expect(setUp({ exportName: 'nothing' })).rejects.toThrow("does not export a function 'nothing'")
    await expect(setUp({ classes: 4 })).rejects.toThrow('and there are 4 classes')
    await expect(setUp({ pollMs: 0 })).rejects.toThrow(UsageError)
  })

  test('serves gossip learning, which gets what it would have made itself', async () => {
    const { kernels, learner, trainer, model, other, words } = await setUp()
    const make = (inner: Learner): GossipLearning =>
      new GossipLearning({
        ...{ peers: 1, kernels, learner: inner, sampler: { selectPeer: () => 1 }, periodMs: 100, mergeWith: 'current' },
      })
    const deferred = new DeferredTraining({ peers: 1, kernels, learner, trainer, protocol: make })
    const context = new RecordingContext(kernels.memory)
    const age = learner.update(0, model, 0)
    deferred.onMessage(context, 1, messageOf(kernels.memory, { kind: MODEL, stamp: age, floats: words(model) }))
    await finish(deferred, context)
    expect(deferred.ages[0]).toBe(learner.create(0, other, model, age, other, 0, false))
    expect(words(deferred.model(0))).toEqual(words(other))
  })
})

test('a network for peers trains on its thread as its run says', async () => {
  const kernels = newKernels()
  const learner = await tfjsLearner(createModel, { ...LEARNER, kernels, shards: shardsOf(kernels, 1, 8) })
  const model = kernels.memory.allocate(learner.shape.words)
  const network = await tfjsNetwork({ module: new URL('fixtures/create-model.ts', import.meta.url), backend: 'cpu' })
  const open = await network.open({
    ...{ ...LEARNER, kernels, features: FEATURES, classes: CLASSES, rows: clusters(8) },
    ...{ rowsPerUpdate: 8, creation: 'RW', weights: 'float32' },
  })
  try {
    const { protocol } = open.defer(
      (inner) =>
        new GossipLearning({
          ...{
            peers: 1,
            kernels,
            learner: inner,
            sampler: { selectPeer: () => 1 },
            periodMs: 100,
            mergeWith: 'current',
          },
        }),
    )
    const context = new RecordingContext(kernels.memory)
    const floats = wordsAt(kernels, model, learner.shape.words)
    protocol.onMessage(context, 1, messageOf(kernels.memory, { kind: MODEL, stamp: 0, floats }))
    await finish(protocol, context)
    expect(protocol.ages[0]).toBe(learner.update(0, model, 0))
    expect(wordsAt(kernels, protocol.model(0), learner.shape.words)).toEqual(
      wordsAt(kernels, model, learner.shape.words),
    )
  } finally {
    await open.close()
  }
})
