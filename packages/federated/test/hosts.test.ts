import { LinearLearner } from '@hearsay/learning'
import { GossipLearning, UniformSampler } from '@hearsay/protocols'
import { messageOf, RecordingContext, type SentMessage } from '@hearsay/testkit'
import { describe, expect, test } from 'vitest'
import {
  createFederatedParts,
  FederatedKind,
  FederatedLearning,
  type FederatedLearningOptions,
  type LearningProtocol,
} from '../src/index.ts'
import { LOGISTIC, worldOf } from './support.ts'

/** A host of one peer, as on a network: it is number 0 to itself, and numbers the others as it meets them. */
class Host {
  readonly world = worldOf([4])
  readonly context: RecordingContext
  readonly learning: FederatedLearning

  /** @param server - The number that this host has given the server. */
  constructor(server: number, options: Partial<FederatedLearningOptions> = {}) {
    const { kernels, shards } = this.world
    const parts = createFederatedParts(kernels, shards, LOGISTIC, { kind: 'fedadam', serverEta: 0.5 })
    const common = { peers: 1, kernels, server, clientsMax: 10, roundMs: 100 }
    this.learning = new FederatedLearning({ ...parts, ...common, ...options })
    this.context = new RecordingContext(kernels.memory)
  }

  start(): SentMessage[] {
    this.learning.onStart(this.context)
    return this.context.takeSent()
  }

  /** The server's next look at its round. */
  tick(now: number): SentMessage[] {
    this.context.now = now
    this.learning.onTimeout(this.context, 1)
    return this.context.takeSent()
  }

  receive(from: number, { kind, value, stamp, floats }: SentMessage): SentMessage[] {
    this.learning.onMessage(this.context, from, messageOf(this.world.kernels.memory, { kind, value, stamp, floats }))
    return this.context.takeSent()
  }

  get model(): number[] {
    const at = this.learning.model(0)
    return [...this.world.kernels.memory.float32.slice(at, at + 4)]
  }
}

describe('on hosts of one peer', () => {
  test('a server and a client that number each other as they like learn together', () => {
    const server = new Host(0)
    const client = new Host(17)
    server.start()
    const [checkIn] = client.start()
    expect(checkIn).toMatchObject({ to: 17, kind: FederatedKind.checkIn, floats: [] })
    expect(server.receive(923, checkIn)).toEqual([])
    const [model] = server.tick(100)
    expect(model).toMatchObject({ to: 923, kind: FederatedKind.model, value: 0, stamp: 1, floats: [0, 0, 0, 0] })
    const [update] = client.receive(17, model)
    expect(update).toMatchObject({ to: 17, kind: FederatedKind.update, value: 4, stamp: 1 })
    server.receive(923, update)
    server.tick(200)
    // FedAdam's first step: 0.1Δ/(√(0.99·10⁻⁶ + 0.01Δ²) + 10⁻³) of 0.5, nearly the sign of the update.
    for (const [i, delta] of update.floats.entries()) {
      expect(server.model[i]).toBeCloseTo((0.05 * delta) / (Math.sqrt(0.99e-6 + 0.01 * delta ** 2) + 1e-3), 5)
    }
    expect([server.learning.ages[0], client.learning.ages[0]]).toEqual([4, 0])
  })

  test('a client trains for its server alone, and a server uses what it has asked for alone', () => {
    const [server, client] = [new Host(0), new Host(17)]
    server.start()
    server.receive(923, client.start()[0])
    const [model] = server.tick(100)
    expect(client.receive(5, model)).toEqual([])
    const [update] = client.receive(17, model)
    expect(client.receive(17, model)).toEqual([])
    server.receive(77, update)
    server.receive(923, { ...update, stamp: 2 })
    expect(server.learning.counters).toMatchObject({ used: 0, ignored: 2 })
    server.receive(923, update)
    server.receive(923, update)
    expect(server.learning.counters).toMatchObject({ used: 1, ignored: 3 })
    server.tick(200)
    server.receive(923, update)
    expect(server.learning.counters).toMatchObject({ used: 1, ignored: 4, late: 0 })
  })

  test('an update that comes too late is late once, however often it comes', () => {
    const server = new Host(0)
    const client = new Host(17)
    server.start()
    server.receive(923, client.start()[0])
    const [update] = client.receive(17, server.tick(100)[0])
    server.tick(200)
    for (let copy = 0; copy < 3; copy++) server.receive(923, update)
    expect(server.learning.counters).toMatchObject({ used: 0, missing: 1, late: 1, ignored: 2 })
  })

  test('a server that has lost its state knows neither its clients nor what its rule has kept', () => {
    const server = new Host(0)
    const learn = (now: number): number[] => {
      const client = new Host(17)
      server.start()
      expect(server.tick(now)).toEqual([])
      server.receive(923, client.start()[0])
      server.receive(923, client.receive(17, server.tick(now + 100)[0])[0])
      server.tick(now + 200)
      return server.model
    }
    const first = learn(100)
    server.receive(923, new Host(17).start()[0])
    server.learning.onForget(server.context)
    expect(server.model).toEqual([0, 0, 0, 0])
    expect(learn(400)).toEqual(first)
    expect(first).not.toEqual([0, 0, 0, 0])
  })

  test('a client that is asked anew while it trains gives up the round before', () => {
    const client = new Host(17, { trainingMs: () => 250 })
    client.start()
    client.context.takeTimers()
    const floats = [0, 0, 0, 0]
    for (const stamp of [1, 2]) {
      expect(client.receive(17, { to: 0, kind: FederatedKind.model, value: 0, stamp, floats, integers: [] })).toEqual(
        [],
      )
    }
    const [first, second] = client.context.takeTimers()
    expect([first.delayMs, second.delayMs]).toEqual([250, 250])
    const sent = [first, second, second].map(({ timer }) => {
      client.learning.onTimeout(client.context, timer)
      return client.context.takeSent()
    })
    expect(sent).toMatchObject([[], [{ kind: FederatedKind.update, stamp: 2 }], []])
  })

  test('a client that comes back checks in until it is asked', () => {
    const client = new Host(17)
    client.start()
    const floats = [0, 0, 0, 0]
    client.receive(17, { to: 0, kind: FederatedKind.model, value: 0, stamp: 1, floats, integers: [] })
    expect(client.start()).toMatchObject([{ kind: FederatedKind.checkIn }])
    client.learning.onTimeout(client.context, 0)
    expect(client.context.takeSent()).toMatchObject([{ kind: FederatedKind.checkIn }])
  })

  test.each([
    [300, 1],
    [301, 0],
  ])('a server that has not heard of a client for %i of 300 ms asks %i', (now, asked) => {
    const server = new Host(0, { checkInMs: 100, availableMs: 300 })
    server.start()
    server.receive(923, new Host(17).start()[0])
    expect(server.tick(now)).toHaveLength(asked)
  })

  test('a server does not give the room of a client away whose update it awaits', () => {
    const server = new Host(0, { clientsMax: 1, deadlineMs: 1000, checkInMs: 100, availableMs: 100 })
    const [slow, other] = [new Host(17), new Host(17)]
    server.start()
    server.receive(1, slow.start()[0])
    const [model] = server.tick(100)
    server.context.now = 400
    server.receive(2, other.start()[0])
    server.receive(1, slow.receive(17, model)[0])
    expect(server.learning.counters).toMatchObject({ used: 1, ignored: 0 })
    // When the next round is over, without an answer to it, it does.
    for (let now = 500; now <= 1500; now += 100) server.tick(now)
    server.receive(2, other.start()[0])
    expect(server.tick(1600)).toMatchObject([{ to: 2 }])
  })

  test('a server does not wait for a client that has left or cannot be reached', () => {
    const server = new Host(0)
    const [first, second] = [new Host(1), new Host(1)]
    server.start()
    for (const [number, client] of [first, second].entries()) server.receive(10 + number, client.start()[0])
    expect(server.tick(100)).toHaveLength(2)
    first.learning.onStop(first.context)
    server.receive(10, first.context.takeSent()[0])
    server.learning.onPeerUnreachable(server.context, 11)
    expect(server.learning.counters.missing).toBe(2)
    expect(server.tick(200)).toEqual([])
    server.receive(11, second.start()[0])
    expect(server.tick(300)).toMatchObject([{ to: 11, stamp: 3 }])
  })
})

test('what evaluates one contestant evaluates them all', () => {
  const { kernels, shards } = worldOf([2, 2])
  const learner = new LinearLearner(kernels, shards, LOGISTIC)
  const sampler = new UniformSampler(2)
  const contestant: LearningProtocol = new GossipLearning({ peers: 2, kernels, learner, sampler, periodMs: 100 })
  expect(contestant.ages).toHaveLength(2)
  expect(contestant.model(1)).toBeGreaterThan(contestant.model(0))
})
