import { createKernels } from '@hearsay/kernels'
import { AveragingRule, EpochTraining, FederatedKind, FederatedLearning } from '@hearsay/federated'
import { type Learner, LinearLearner, Shards, shapeOf } from '@hearsay/learning'
import { type Protocol, randomStream } from '@hearsay/core'
import { independentNetwork, Simulation } from '@hearsay/simulator'
import { DeferredTraining, VirtualTrainer } from '@hearsay/tfjs'
import { describe, expect, test } from 'vitest'

// Federated averaging whose training takes time, as networks learn: in virtual time, by the protocols that peers run.

const PEERS = 5
const ROWS = 8
const FEATURES = 3
const ROUND_MS = 100
const SERVER = 0

/** The server trains, too; transfers take 20 ms. */
function deferredRun(msPerRow: number, around: (protocol: Protocol) => Protocol = (protocol) => protocol) {
  const kernels = createKernels({ backend: 'javascript' })
  const random = randomStream(3)
  const count = PEERS * ROWS
  const features = Float32Array.from({ length: count * FEATURES }, () => random.normal())
  const labels = Int32Array.from({ length: count }, (_, row) => (features[row * FEATURES] > 0 ? 1 : 0))
  const own = Array.from({ length: PEERS }, (_, peer) => Array.from({ length: ROWS }, (__, row) => peer * ROWS + row))
  const shape = shapeOf('logistic', FEATURES, 2, false)
  const shards = new Shards(kernels.memory, shape, { features, labels }, own)
  const learner = new LinearLearner(kernels, shards, { model: 'logistic', lambda: 0.01, eta: 1 })
  const federated = (inner: Learner, askItself?: DeferredTraining<FederatedLearning>['onMessage']): FederatedLearning =>
    new FederatedLearning({
      ...{ peers: PEERS, kernels, server: SERVER, serverTrains: true, roundMs: ROUND_MS, deadlineMs: 10 * ROUND_MS },
      ...{ training: new EpochTraining(kernels, inner), rule: new AveragingRule(kernels, shape) },
      askItself: askItself && ((context, message) => askItself(context, SERVER, message)),
    })
  const plain = msPerRow < 0 ? federated(learner) : undefined
  const trainer = new VirtualTrainer(PEERS, learner, { msPerRow: Math.max(0, msPerRow) })
  const deferred: DeferredTraining<FederatedLearning> = new DeferredTraining({
    ...{ peers: PEERS, kernels, learner, trainer, input: 'received', age: 'value' },
    ...{ kind: FederatedKind.model, from: SERVER },
    protocol: (inner) => federated(inner, (context, from, message) => deferred.onMessage(context, from, message)),
  })
  const learning = plain ?? deferred.inner
  const network = independentNetwork({ delay: { kind: 'constant', ms: 20 } })
  const protocols = [around(plain ?? deferred)]
  const simulation = new Simulation({ peers: PEERS, seed: 1, kernels, protocols, network })
  const weights = (peer: number): number[] => {
    const model = learning.model(peer)
    return [...kernels.memory.float32.slice(model, model + FEATURES)]
  }
  return { simulation, learning, weights, deferred }
}

describe('federated averaging whose training takes time', () => {
  test('is, where it takes none, what it is without', () => {
    const [plain, deferred] = [deferredRun(-1), deferredRun(0)]
    for (const { simulation } of [plain, deferred]) simulation.run(1050)
    expect(plain.learning.counters.rounds).toBeGreaterThan(5)
    expect(deferred.learning.counters).toEqual(plain.learning.counters)
    expect([...deferred.learning.ages]).toEqual([...plain.learning.ages])
    for (let peer = 0; peer < PEERS; peer++) {
      for (const [i, weight] of deferred.weights(peer).entries()) expect(weight).toBeCloseTo(plain.weights(peer)[i], 5)
    }
  })

  test('waits for all, the server itself included, and trains on the rows of each once a round', () => {
    const { simulation, learning } = deferredRun(10)
    simulation.run(1950)
    // A round takes 20 + 8 · 10 + 20 ms, and the server looks once in 100.
    const { rounds, used, missing, asked } = learning.counters
    expect(rounds).toBe(9)
    expect([used, missing, asked - used]).toEqual([PEERS * rounds, 0, PEERS])
    expect(learning.ages[SERVER]).toBe(ROWS * rounds)
    expect([...learning.trainings]).toEqual(Array.from({ length: PEERS }, () => rounds))
  })

  test('sends and receives nothing for the part of the server itself', () => {
    const { simulation, learning } = deferredRun(10)
    simulation.run(1950)
    const { sent, receivedWords } = learning.traffic
    expect(receivedWords[SERVER]).toBe(9 * (PEERS - 1) * 4)
    expect(sent[SERVER]).toBe(10 * (PEERS - 1))
    expect(simulation.counters.words).toBe(learning.traffic.sentWords.reduce((a, b) => a + b, 0))
  })

  test('trains no model of a stranger, who would take the place of the server’s', () => {
    // Peer 4 sends every client, and the server, a model of its own whenever it may.
    const { simulation, learning, deferred } = deferredRun(10, (protocol) => ({
      onStart(context) {
        protocol.onStart(context)
        if (context.self === 4) context.setTimer(99, 5)
      },
      onTimeout(context, timer) {
        if (timer !== 99) return protocol.onTimeout(context, timer)
        for (const to of [0, 1, 2, 3]) context.send(to, FederatedKind.model, 7, 1_000_000, deferred.model(4), 4)
        context.setTimer(99, 5)
      },
      onMessage: (context, from, message) => protocol.onMessage(context, from, message),
    }))
    simulation.run(1950)
    expect(learning.counters.rounds).toBe(9)
    expect([...deferred.superseded]).toEqual(Array.from({ length: PEERS }, () => 0))
    expect([...learning.trainings]).toEqual(Array.from({ length: PEERS }, () => 9))
    for (let peer = 0; peer < PEERS; peer++) expect(learning.round(peer)).toBeLessThan(1000)
  })

  test('does without the server’s own part where it is not ready by the deadline', () => {
    const { simulation, learning } = deferredRun(200)
    simulation.run(5050)
    const { rounds, voidRounds, used, missing } = learning.counters
    expect([rounds, used]).toEqual([0, 0])
    expect(voidRounds).toBeGreaterThan(2)
    expect(missing).toBeGreaterThanOrEqual(voidRounds)
  })
})

describe('a server whose host numbers peers anew', () => {
  test('keeps its model, and finds its clients by their check-ins', () => {
    const { simulation, learning, weights } = deferredRun(0)
    simulation.run(1050)
    const [before, age] = [weights(SERVER), learning.ages[SERVER]]
    learning.forgetClients()
    expect([weights(SERVER), learning.ages[SERVER]]).toEqual([before, age])
    const { asked } = learning.counters
    simulation.run(1120)
    // Not even itself, until it comes online again.
    expect(learning.counters.asked).toBe(asked)
    simulation.run(4000)
    expect(learning.counters.asked).toBeGreaterThan(asked)
    expect(learning.ages[SERVER]).toBeGreaterThan(age)
  })
})
