import { LinearLearner, type LinearLearnerOptions } from '@hearsay/learning'
import { independentNetwork, Simulation } from '@hearsay/simulator'
import { MemoryArchive } from '@hearsay/testkit/conformance'
import { describe, expect, test } from 'vitest'
import { CentralisedLearning, IsolatedLearning, type LearningProtocol } from '../src/index.ts'
import { RecordingContext } from '@hearsay/testkit'
import { LOGISTIC, type World, worldOf } from './support.ts'

function run({ kernels }: World, peers: number, protocol: LearningProtocol, untilMs: number): Simulation {
  const network = independentNetwork({ delay: { kind: 'constant', ms: 1 } })
  const simulation = new Simulation({ peers, seed: 1, kernels, protocols: [protocol], network })
  simulation.run(untilMs)
  return simulation
}

const modelOf = ({ kernels }: World, protocol: LearningProtocol, peer: number): number[] => {
  const at = protocol.model(peer)
  return [...kernels.memory.float32.slice(at, at + 4)]
}

/** The model of peer 0 after the first update of all. */
function firstUpdate({ kernels, shards }: World, options: LinearLearnerOptions): number[] {
  const model = kernels.memory.allocate(4)
  new LinearLearner(kernels, shards, options).update(0, model, 0)
  return [...kernels.memory.float32.slice(model, model + 4)]
}

describe('IsolatedLearning', () => {
  test('trains each peer on its own rows, as a learner by itself would, and sends nothing', () => {
    const world = worldOf([2, 5, 0])
    const learner = new LinearLearner(world.kernels, world.shards, LOGISTIC)
    const isolated = new IsolatedLearning({ peers: 3, kernels: world.kernels, learner, periodMs: 100, jitter: 0 })
    const { counters } = run(world, 3, isolated, 1000)
    expect(counters.sent).toBe(0)
    expect([...isolated.ages]).toEqual([20, 50, 0])
    expect([...isolated.steps]).toEqual([20, 50, 0])
    for (const peer of [0, 1]) {
      const alone = world.kernels.memory.allocate(4)
      for (let age = 0; age < isolated.ages[peer];) age = learner.update(peer, alone, age)
      expect(modelOf(world, isolated, peer)).toEqual([...world.kernels.memory.float32.slice(alone, alone + 4)])
    }
  })

  test('takes the time that training takes, and skips the periods that begin meanwhile', () => {
    const world = worldOf([2, 5])
    const learner = new LinearLearner(world.kernels, world.shards, LOGISTIC)
    const trainingMs = (peer: number): number => (peer === 0 ? 50 : 250)
    const common = { peers: 2, kernels: world.kernels, learner, periodMs: 100, jitter: 0, trainingMs }
    const isolated = new IsolatedLearning(common)
    run(world, 2, isolated, 850)
    expect(isolated.trainings[0]).toBeGreaterThanOrEqual(7)
    // Begun 0, 300 and 600 ms after its phase, which is at most 100 ms.
    expect([...isolated.trainings.slice(1)]).toEqual([2])
    expect([...isolated.ages]).toEqual([2 * isolated.trainings[0], 10])
    expect([...isolated.steps]).toEqual([...isolated.ages])
  })

  test('takes up training again where it went while a peer was away', () => {
    const world = worldOf([3])
    const learner = new LinearLearner(world.kernels, world.shards, LOGISTIC)
    const common = { peers: 1, kernels: world.kernels, learner, periodMs: 100, jitter: 0 }
    const isolated = new IsolatedLearning({ ...common, trainingMs: () => 50 })
    const context = new RecordingContext(world.kernels.memory)
    for (let session = 0; session < 2; session++) {
      isolated.onStart(context)
      context.takeTimers()
      isolated.onTimeout(context, 0)
      expect(context.takeTimers().map(({ delayMs }) => delayMs)).toEqual([50, 100])
    }
    isolated.onTimeout(context, 1)
    expect([...isolated.trainings]).toEqual([1])
  })

  test('begins anew where a peer has lost its state, and touches no other', () => {
    const world = worldOf([7, 5])
    const learner = new LinearLearner(world.kernels, world.shards, { ...LOGISTIC, rowsPerUpdate: 1 })
    const isolated = new IsolatedLearning({ peers: 2, kernels: world.kernels, learner, periodMs: 100 })
    run(world, 2, isolated, 1000)
    expect(isolated.ages[0] % 7).not.toBe(0)
    const other = modelOf(world, isolated, 1)
    isolated.onForget(new RecordingContext(world.kernels.memory, 0))
    expect(modelOf(world, isolated, 0)).toEqual([0, 0, 0, 0])
    expect(isolated.ages[0]).toBe(0)
    expect(modelOf(world, isolated, 1)).toEqual(other)
    isolated.onTimeout(new RecordingContext(world.kernels.memory, 0), 0)
    expect(modelOf(world, isolated, 0)).toEqual(firstUpdate(world, { ...LOGISTIC, rowsPerUpdate: 1 }))
  })
})

describe('CentralisedLearning', () => {
  const centralised = (world: World, peers: number): CentralisedLearning => {
    const learner = new LinearLearner(world.kernels, world.shards, { ...LOGISTIC, rowsPerUpdate: 4 })
    return new CentralisedLearning({ peers, kernels: world.kernels, learner, periodMs: 100, jitter: 0, server: 1 })
  }

  test("trains one model on all rows, and it is everybody's", () => {
    const world = worldOf([12])
    const protocol = centralised(world, 3)
    const { counters } = run(world, 3, protocol, 1000)
    expect(counters.sent).toBe(0)
    expect([...protocol.ages]).toEqual([40, 40, 40])
    expect([...protocol.steps]).toEqual([0, 40, 0])
    expect(modelOf(world, protocol, 0)).toEqual(modelOf(world, protocol, 2))
    const learner = new LinearLearner(world.kernels, world.shards, { ...LOGISTIC, rowsPerUpdate: 4 })
    const alone = world.kernels.memory.allocate(4)
    for (let age = 0; age < 40;) age = learner.update(0, alone, age)
    expect(modelOf(world, protocol, 0)).toEqual([...world.kernels.memory.float32.slice(alone, alone + 4)])
  })

  test('forgets when its server does, and is restored as it was saved', () => {
    const world = worldOf([12])
    const protocol = centralised(world, 2)
    run(world, 2, protocol, 1000)
    const archive = new MemoryArchive()
    protocol.persist(archive)
    const [trained, context] = [modelOf(world, protocol, 0), new RecordingContext(world.kernels.memory, 0)]
    protocol.onForget(context)
    expect(modelOf(world, protocol, 0)).toEqual(trained)
    context.self = 1
    protocol.onForget(context)
    expect(modelOf(world, protocol, 0)).toEqual([0, 0, 0, 0])
    expect([...protocol.ages]).toEqual([0, 0])
    protocol.onTimeout(context)
    expect(modelOf(world, protocol, 0)).toEqual(firstUpdate(world, { ...LOGISTIC, rowsPerUpdate: 4 }))
    const reader = archive.reader()
    protocol.persist(reader)
    expect(reader.left).toBe(0)
    expect([...protocol.ages]).toEqual([40, 40])
  })
})
