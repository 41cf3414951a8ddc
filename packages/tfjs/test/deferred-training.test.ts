import { type Archive, type Context, type Message, UsageError } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import { type Learner, LinearLearner, Shards, shapeOf } from '@hearsay/learning'
import { GossipLearning, MODEL, UniformSampler, type WeightEncoding } from '@hearsay/protocols'
import { independentNetwork, Simulation } from '@hearsay/simulator'
import { messageOf, RecordingContext } from '@hearsay/testkit'
import { MemoryArchive } from '@hearsay/testkit/conformance'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type DeferrableLearner,
  DeferredTraining,
  type DeferredTrainingOptions,
  type Trainer,
  VirtualTrainer,
} from '../src/index.ts'
import { clusters, FEATURES, wordsAt } from './support.ts'

const TRAINED = 127
const PEERS = 6
const ROWS = 4

/** What every test here learns with: the wrapper does not care. */
function linear(peers = PEERS) {
  const kernels = createKernels({ backend: 'javascript' })
  const data = clusters(peers * ROWS, 5, FEATURES, 2)
  const assignment = Array.from({ length: peers }, (_, peer) => [0, 1, 2, 3].map((row) => peer * ROWS + row))
  const shards = new Shards(kernels.memory, shapeOf('logistic', FEATURES, 2, true), data, assignment)
  const learner = new LinearLearner(kernels, shards, { model: 'logistic', lambda: 0.01, rowsPerUpdate: 3 })
  return { kernels, learner }
}

/** A trainer that a test ends training in. Its result is twice what it was given. */
class ManualTrainer implements Trainer {
  readonly retryMs = 7
  readonly log: string[] = []
  done = false
  error: Error | undefined
  readonly #float32: () => Float32Array

  constructor(float32: () => Float32Array) {
    this.#float32 = float32
  }

  begin(peer: number, model: number, age: number): number {
    if (this.error !== undefined) throw this.error
    this.log.push(`begin ${peer}: ${this.#float32()[model]} of age ${age}`)
    return 40
  }

  result(peer: number, model: number): number | undefined {
    if (this.error !== undefined) throw this.error
    if (!this.done) return undefined
    this.log.push(`end ${peer}`)
    this.#float32()[model] *= 2
    return 100
  }

  cancel(peer: number): void {
    this.log.push(`cancel ${peer}`)
  }
}

function setUp(
  options: Partial<DeferredTrainingOptions<GossipLearning>> = {},
  mergeWith: 'current' | 'last' = 'current',
) {
  const { kernels, learner } = linear(2)
  const { memory } = kernels
  const trainer = new ManualTrainer(() => memory.float32)
  const make = (inner: Learner): GossipLearning =>
    new GossipLearning({
      peers: 2,
      kernels,
      learner: inner,
      sampler: { selectPeer: () => 1 },
      periodMs: 100,
      mergeWith,
    })
  const deferred = new DeferredTraining({ peers: 2, kernels, learner, trainer, protocol: make, ...options })
  const context = new RecordingContext(memory)
  const receive = (weight: number, age: number): void => {
    const floats = [weight, ...Array.from({ length: learner.shape.words - 1 }, () => 0)]
    deferred.onMessage(context, 1, messageOf(memory, { kind: MODEL, stamp: age, floats }))
  }
  const first = (): number => memory.float32[deferred.model(0)]
  return { deferred, trainer, context, receive, first, memory }
}

describe('DeferredTraining', () => {
  test('hands a received model on when it has been trained', () => {
    const { deferred, trainer, context, receive, first } = setUp()
    receive(3, 10)
    expect(trainer.log).toEqual(['begin 0: 3 of age 10'])
    expect(context.takeTimers()).toEqual([{ timer: TRAINED, delayMs: 40 }])
    expect([first(), deferred.ages[0], deferred.inner.received[0]]).toEqual([0, 0, 0])

    deferred.onTimeout(context, TRAINED)
    expect(context.takeTimers()).toEqual([{ timer: TRAINED, delayMs: 7 }])
    trainer.done = true
    deferred.onTimeout(context, TRAINED)
    expect([first(), deferred.ages[0], deferred.inner.received[0]]).toEqual([6, 100, 1])
    expect(context.takeTimers()).toEqual([])
  })

  test('sends the model that it has while another is being trained', () => {
    const { deferred, context, receive } = setUp()
    receive(3, 10)
    deferred.onTimeout(context, 0)
    expect(context.takeSent()).toMatchObject([{ to: 1, kind: MODEL, stamp: 0, value: 0 }])
  })

  test('merges what it has received with its current model before it is trained, or not', () => {
    for (const [input, expected] of [
      ['merged', 'begin 0: 4 of age 100'],
      ['received', 'begin 0: 2 of age 100'],
    ] as const) {
      const { deferred, trainer, context, receive } = setUp({ input })
      receive(3, 10)
      trainer.done = true
      deferred.onTimeout(context, TRAINED)
      receive(2, 100)
      expect(trainer.log.at(-1)).toBe(expected)
    }
  })

  test('lets the newest of those wait that arrive meanwhile, and drops the others', () => {
    const { deferred, trainer, context, receive } = setUp()
    for (const weight of [3, 4, 5, 6]) receive(weight, 10)
    expect(deferred.superseded[0]).toBe(2)
    trainer.done = true
    deferred.onTimeout(context, TRAINED)
    // The mean of 6 and the current model, 2 · 3, by ages 10 and 100.
    expect(trainer.log).toEqual(['begin 0: 3 of age 10', 'end 0', 'begin 0: 6 of age 100'])
    deferred.onTimeout(context, TRAINED)
    expect(deferred.inner.received[0]).toBe(2)
    deferred.onTimeout(context, TRAINED)
    expect(deferred.inner.received[0]).toBe(2)
  })

  test('loses what is under way when the peer goes away', () => {
    for (const leave of ['onStart', 'onStop', 'onForget'] as const) {
      const { deferred, trainer, context, receive } = setUp()
      receive(3, 10)
      receive(4, 10)
      deferred[leave](context)
      trainer.done = true
      deferred.onTimeout(context, TRAINED)
      expect(trainer.log).toEqual(['begin 0: 3 of age 10', 'cancel 0'])
      receive(5, 10)
      expect(trainer.log.at(-1)).toBe('begin 0: 5 of age 10')
    }
  })

  test('goes on with the next model where training fails', () => {
    const { deferred, trainer, context, receive, first } = setUp()
    receive(3, 10)
    receive(4, 10)
    trainer.error = new Error('out of order')
    expect(() => deferred.onTimeout(context, TRAINED)).toThrow('out of order')
    expect(() => receive(5, 10)).toThrow('out of order')
    trainer.error = undefined
    trainer.done = true
    receive(6, 10)
    deferred.onTimeout(context, TRAINED)
    expect(first()).toBe(12)
  })

  test('refuses what it cannot defer', () => {
    const { deferred, trainer, context, receive, memory } = setUp({}, 'last')
    trainer.done = true
    receive(3, 10)
    expect(() => deferred.onTimeout(context, TRAINED)).toThrow("set mergeWith to 'current'")
    expect(() =>
      deferred.inner.onMessage(context, 1, messageOf(memory, { kind: MODEL, floats: [1, 0, 0, 0, 0, 0, 0, 0] })),
    ).toThrow(UsageError)
    const { kernels, learner } = linear()
    for (const msPerRow of [-1, Number.NaN, Infinity]) {
      expect(() => new VirtualTrainer(2, learner, { msPerRow })).toThrow(UsageError)
    }
    expect(kernels.memory.float32.length).toBeGreaterThan(0)
  })

  test('gives a handler one trained model, and forgets and saves as the learner does', () => {
    const { kernels, learner } = linear(1)
    const seen: string[] = []
    const watched: DeferrableLearner = {
      shape: learner.shape,
      update: (...model) => learner.update(...model),
      create: (...models) => learner.create(...models),
      merge: (...models) => learner.merge(...models),
      forget: (peer) => seen.push(`forget ${peer}`),
      persist: () => seen.push('persist'),
    }
    const make = (inner: Learner) => ({
      ages: new Float64Array(1),
      model: () => 0,
      onStart() {},
      onTimeout() {},
      onMessage(_: Context, __: number, { offset, stamp }: Message) {
        inner.update(0, offset, inner.update(0, offset, stamp))
      },
      onForget: () => inner.forget?.(0),
      persist: (archive: Archive) => inner.persist?.(archive),
    })
    const trainer = new VirtualTrainer(1, learner, { msPerRow: 0 })
    const deferred = new DeferredTraining({ peers: 1, kernels, learner: watched, trainer, protocol: make })
    const context = new RecordingContext(kernels.memory)
    const floats = Array.from({ length: learner.shape.words }, () => 0)
    deferred.onMessage(context, 0, messageOf(kernels.memory, { kind: MODEL, stamp: 1, floats }))
    expect(() => deferred.onTimeout(context, TRAINED)).toThrow('one model for each message')
    deferred.onForget(context)
    deferred.persist(new MemoryArchive())
    expect(seen).toEqual(['forget 0', 'persist'])
  })

  test('refuses encoded weights of models with padding between their outputs', () => {
    const kernels = createKernels({ backend: 'javascript' })
    const data = clusters(4, 5, FEATURES, 3)
    const shards = new Shards(kernels.memory, shapeOf('softmax', FEATURES, 3, true), data, [[0, 1, 2, 3]])
    const learner = new LinearLearner(kernels, shards, { model: 'softmax', lambda: 0.01 })
    const trainer = new VirtualTrainer(1, learner, { msPerRow: 0 })
    const common = { peers: 1, kernels, sampler: { selectPeer: () => 0 }, periodMs: 1, mergeWith: 'current' as const }
    const protocol = (inner: Learner) => new GossipLearning({ ...common, learner: inner })
    const make = (weights: WeightEncoding) =>
      new DeferredTraining({ peers: 1, kernels, learner, trainer, protocol, weights })
    expect(() => make('int8')).toThrow(UsageError)
    expect(make('float32').superseded).toHaveLength(1)
  })

  test('passes over messages of another length', () => {
    const { deferred, trainer, context, memory } = setUp()
    deferred.onMessage(context, 1, messageOf(memory, { kind: MODEL, stamp: 1, floats: [1, 2] }))
    expect([trainer.log, context.takeTimers()]).toEqual([[], []])
  })

  test('defers any protocol that trains what it receives, as a client of federated averaging does', () => {
    const { kernels, learner } = linear(1)
    const { memory } = kernels
    const make = (inner: Learner) => {
      const update = memory.allocate(inner.shape.words)
      return {
        ages: new Float64Array(1),
        unreachable: [] as number[],
        model: () => update,
        onStart() {},
        onPeerUnreachable(_: Context, peer: number) {
          this.unreachable.push(peer)
        },
        onTimeout() {},
        onMessage(context: Context, from: number, { stamp, offset }: Message) {
          kernels.copy(offset, update, inner.shape.words)
          this.ages[0] = inner.update(0, update, stamp)
          context.send(from, 2, 0, this.ages[0], update, 4)
        },
      }
    }
    const trainer = new VirtualTrainer(1, learner, { msPerRow: 5, msPerUpdate: 1 })
    const deferred = new DeferredTraining({
      peers: 1,
      kernels,
      learner,
      trainer,
      protocol: make,
      kind: 9,
      input: 'received',
    })
    const context = new RecordingContext(memory)
    const floats = Array.from({ length: learner.shape.words }, (_, i) => (i < 7 ? i : 0))
    const message = messageOf(memory, { kind: 9, stamp: 20, floats })
    deferred.onMessage(context, 3, message)
    expect(context.takeTimers()).toEqual([{ timer: TRAINED, delayMs: 16 }])
    learner.forget(0)
    learner.update(0, message.offset, 20)
    deferred.onTimeout(context, TRAINED)
    expect(context.takeSent()).toMatchObject([
      { to: 3, kind: 2, stamp: 23, floats: wordsAt(kernels, message.offset, 4) },
    ])
    deferred.onPeerUnreachable(context, 3)
    expect(deferred.inner.unreachable).toEqual([3])
  })
})

/** Gossip among peers for 40 periods: trained at once, or with training that costs time. */
function simulate(seed: number, weights: WeightEncoding, cost: number | undefined) {
  const { kernels, learner } = linear()
  const make = (inner: Learner): GossipLearning =>
    new GossipLearning({
      ...{ peers: PEERS, kernels, learner: inner, sampler: new UniformSampler(PEERS) },
      ...{ periodMs: 100, mergeWith: 'current', weights },
    })
  const trainer = new VirtualTrainer(PEERS, learner, { msPerRow: cost ?? 0 })
  const protocol =
    cost === undefined
      ? make(learner)
      : new DeferredTraining({ peers: PEERS, kernels, learner, trainer, protocol: make, weights })
  const network = independentNetwork({ delay: { kind: 'uniform', minMs: 1, maxMs: 150 } })
  new Simulation({ peers: PEERS, seed, kernels, protocols: [protocol], network }).run(4000)
  const peers = Array.from({ length: PEERS }, (_, peer) => peer)
  return {
    ages: [...protocol.ages],
    models: peers.map((peer) => wordsAt(kernels, protocol.model(peer), learner.shape.words)),
    superseded: 'superseded' in protocol ? [...protocol.superseded] : [],
  }
}

describe('training in virtual time', () => {
  test('that costs nothing gives what training at once gives, bit by bit', () => {
    const encodings = fc.constantFrom<WeightEncoding[]>('float32', 'float16', 'int8')
    fc.assert(
      fc.property(fc.nat(1000), encodings, (seed, weights) => {
        const { ages, models } = simulate(seed, weights, undefined)
        expect(simulate(seed, weights, 0)).toEqual({ ages, models, superseded: models.map(() => 0) })
      }),
      { numRuns: 12 },
    )
  })

  test('is saved and restored with what waits, and what gave way to it', () => {
    const make = () => {
      const { kernels, learner } = linear(1)
      const trainer = new VirtualTrainer(1, learner, { msPerRow: 10 })
      const protocol = (inner: Learner): GossipLearning => {
        const common = { kernels, sampler: { selectPeer: () => 1 }, periodMs: 100, mergeWith: 'current' as const }
        return new GossipLearning({ ...common, peers: 1, learner: inner })
      }
      const deferred = new DeferredTraining({ peers: 1, kernels, learner, trainer, protocol })
      return { deferred, kernels, words: learner.shape.words, context: new RecordingContext(kernels.memory) }
    }
    const [begun, restored] = [make(), make()]
    const { kernels, deferred, context, words } = begun
    for (const weight of [1, 2, 3]) {
      const floats = Array.from({ length: words }, (_, i) => (i === 0 ? weight : 0))
      deferred.onMessage(context, 1, messageOf(kernels.memory, { kind: MODEL, stamp: 10, floats }))
    }
    const archive = new MemoryArchive()
    deferred.persist(archive)
    restored.deferred.persist(archive.reader())
    restored.kernels.memory.float32.set(kernels.memory.float32.subarray(0, restored.kernels.memory.float32.length))
    const [one, other] = [begun, restored].map(({ deferred: it, context: of, kernels: { memory } }) => {
      it.onTimeout(of, TRAINED)
      it.onTimeout(of, TRAINED)
      const model = it.model(0)
      return [it.superseded[0], it.inner.received[0], it.ages[0], ...memory.float32.slice(model, model + words)]
    })
    expect(other).toEqual(one)
    expect(one.slice(0, 2)).toEqual([1, 2])
  })

  test('makes slow peers learn less, and drop what they cannot use', () => {
    const [fast, slow] = [1, 60].map((cost) => simulate(1, 'float32', cost))
    expect(fast.superseded.every((count) => count < 3)).toBe(true)
    expect(slow.superseded.every((count) => count > 3)).toBe(true)
    expect(Math.max(...slow.ages)).toBeLessThan(Math.min(...fast.ages))
  })
})
