import { NOBODY, type PeerSampler, UsageError } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import { messageOf, RecordingContext } from '@hearsay/testkit'
import { describe, expect, test } from 'vitest'
import { type FlowControl, GossipLearning, type GossipLearningOptions, MODEL } from '../src/index.ts'
import { at, RecordingLearner } from './support.ts'

const PERIOD_MS = 100
const [A, B] = [0, 1]

/** Peers 7, 8, 9, … in turn. */
const inTurn = (): PeerSampler => {
  let next = 7
  return { selectPeer: () => next++ }
}

function setUp(options: Partial<GossipLearningOptions> = {}) {
  const kernels = createKernels({ backend: 'javascript' })
  const learner = new RecordingLearner(kernels.memory)
  const protocol = new GossipLearning({
    ...{ peers: 2, kernels, learner, sampler: inTurn(), periodMs: PERIOD_MS, jitter: 0 },
    ...options,
  })
  const context = new RecordingContext(kernels.memory)
  const receive = (self: number, weight: number, age: number, kind: number = MODEL): void => {
    protocol.onMessage(
      at(context, self, 0),
      5,
      messageOf(kernels.memory, { kind, stamp: age, floats: [weight, 0, 0, 0] }),
    )
  }
  const weight = (peer: number): number => kernels.memory.float32[protocol.model(peer)]
  return { protocol, learner, context, receive, weight, memory: kernels.memory }
}

describe('GossipLearning (Ormándi, Hegedűs, Jelasity 2013, algorithm 1)', () => {
  test('given a peer that starts, then its first turn is due within a period', () => {
    const { protocol, context } = setUp()
    const phases = Array.from({ length: 50 }, () => {
      protocol.onStart(at(context, A, 0))
      return context.takeTimers()
    })
    for (const timers of phases) {
      expect(timers).toHaveLength(1)
      expect(timers[0].delayMs >= 0 && timers[0].delayMs < PERIOD_MS).toBe(true)
    }
    expect(new Set(phases.map(([{ delayMs }]) => delayMs)).size).toBe(50)
    expect(context.takeSent()).toEqual([])
  })

  test('given a fresh model, when a period has passed, then the model is sent with age 0', () => {
    const { protocol, context } = setUp()
    protocol.onTimeout(at(context, A, 50))
    expect(context.takeSent()).toEqual([
      { to: 7, kind: MODEL, value: 0, stamp: 0, floats: [0, 0, 0, 0], integers: [0, 0, 0, 0] },
    ])
    expect(context.takeTimers()).toEqual([{ timer: 0, delayMs: PERIOD_MS }])
    expect([...protocol.sent]).toEqual([1, 0])
  })

  test('given a received model, when a period has passed, then the model made of it is sent with its age', () => {
    const { protocol, context, receive } = setUp()
    receive(A, 3, 41)
    expect(context.takeSent()).toEqual([])
    protocol.onTimeout(at(context, A, 100))
    expect(context.takeSent()).toMatchObject([{ to: 7, kind: MODEL, stamp: 42, floats: [13, 0, 0, 0] }])
  })

  test('makes each model from the received one and the one received before it, not from its own', () => {
    const { learner, receive, protocol, weight } = setUp()
    receive(A, 3, 41)
    receive(A, 5, 2)
    receive(A, 7, 9)
    expect(learner.creations).toEqual([
      { peer: A, received: 3, receivedAge: 41, partner: 0, partnerAge: 0 },
      { peer: A, received: 5, receivedAge: 2, partner: 3, partnerAge: 41 },
      { peer: A, received: 7, receivedAge: 9, partner: 5, partnerAge: 2 },
    ])
    expect([weight(A), protocol.ages[A], protocol.received[A]]).toEqual([17, 10, 3])
  })

  test('makes each model from the received one and its own where it merges with the current one', () => {
    const { learner, receive } = setUp({ mergeWith: 'current' })
    receive(A, 3, 41)
    receive(A, 5, 2)
    expect(learner.creations).toEqual([
      { peer: A, received: 3, receivedAge: 41, partner: 0, partnerAge: 0 },
      { peer: A, received: 5, receivedAge: 2, partner: 13, partnerAge: 42 },
    ])
  })

  test('keeps the peers that it hosts apart', () => {
    const { learner, receive, weight, protocol } = setUp()
    receive(A, 3, 41)
    receive(B, 100, 1)
    receive(A, 5, 2)
    expect(learner.creations[1]).toMatchObject({ peer: B, partner: 0, partnerAge: 0 })
    expect(learner.creations[2]).toMatchObject({ peer: A, partner: 3 })
    expect([weight(A), weight(B), ...protocol.ages]).toEqual([15, 110, 3, 2])
  })

  test('sends nothing, and goes on, where it knows nobody', () => {
    const { protocol, context } = setUp({ sampler: { selectPeer: () => NOBODY } })
    protocol.onTimeout(at(context, A, 0))
    expect(context.takeSent()).toEqual([])
    expect(context.takeTimers()).toHaveLength(1)
    expect(protocol.sent[A]).toBe(0)
  })

  test('ignores what is no model', () => {
    const { learner, receive, protocol } = setUp()
    receive(A, 3, 41, MODEL + 1)
    expect(learner.creations).toEqual([])
    expect([protocol.received[A], protocol.ages[A]]).toEqual([0, 0])
  })
})

describe('flow control', () => {
  const obeying = (onPeriod: number, onReceived: (useful: boolean) => number): FlowControl => ({
    onPeriod: () => onPeriod,
    onReceived: (_context, useful) => onReceived(useful),
  })

  test('decides how many models a period sends, each to a peer of its own', () => {
    const { protocol, context } = setUp({ flow: obeying(3, () => 0) })
    protocol.onTimeout(at(context, A, 0))
    expect(context.takeSent().map(({ to }) => to)).toEqual([7, 8, 9])
    expect(protocol.sent[A]).toBe(3)
  })

  test('may send nothing in a period, and the next one comes all the same', () => {
    const { protocol, context } = setUp({ flow: obeying(0, () => 0) })
    protocol.onTimeout(at(context, A, 0))
    expect(context.takeSent()).toEqual([])
    expect(context.takeTimers()).toHaveLength(1)
  })

  test('decides how many models a receipt sends: of the new model, and by whether the received one was useful', () => {
    const { context, receive } = setUp({ flow: obeying(1, (useful) => (useful ? 2 : 0)) })
    receive(A, 3, 41)
    expect(context.takeSent()).toMatchObject([
      { to: 7, stamp: 42, floats: [13, 0, 0, 0] },
      { to: 8, stamp: 42, floats: [13, 0, 0, 0] },
    ])
    // 41 is less than the peer's own age of 42 now, and 12 is not when that is 12.
    receive(A, 5, 11)
    expect(context.takeSent()).toEqual([])
    receive(A, 5, 12)
    expect(context.takeSent()).toHaveLength(2)
  })

  test('does not restart the period when it reacts', () => {
    const { context, receive } = setUp({ flow: obeying(1, () => 1) })
    receive(A, 3, 41)
    expect(context.takeTimers()).toEqual([])
  })
})

describe('the models that vote', () => {
  test('are the last k, the newest first, as many as there are', () => {
    const { protocol, receive, memory } = setUp({ votes: 3 })
    const voters = (): number[] => protocol.votingModels(A).map((model) => memory.float32[model])
    expect(voters()).toEqual([0])
    receive(A, 1, 1)
    expect(voters()).toEqual([11, 0])
    receive(A, 2, 2)
    expect(voters()).toEqual([12, 11, 0])
    receive(A, 3, 3)
    receive(A, 4, 4)
    expect(voters()).toEqual([14, 13, 12])
    expect(protocol.votingModels(A)[0]).toBe(protocol.model(A))
    expect(protocol.votingModels(B)).toHaveLength(1)
  })

  test('do not change what is learned', () => {
    const [one, many] = [setUp(), setUp({ votes: 5 })]
    for (const { receive } of [one, many]) for (let i = 1; i < 12; i++) receive(A, i, i)
    expect(many.learner.creations).toEqual(one.learner.creations)
    expect(many.weight(A)).toBe(one.weight(A))
  })

  test('leave the current model to be merged with where that is wanted', () => {
    const { learner, receive } = setUp({ votes: 2, mergeWith: 'current' })
    for (let i = 1; i < 4; i++) receive(A, i, i)
    expect(learner.creations.map(({ partner, partnerAge }) => [partner, partnerAge])).toEqual([
      [0, 0],
      [11, 2],
      [12, 3],
    ])
  })

  test.each([0, -1, 1.5, 256, Number.NaN])('cannot be %d', (votes) => {
    expect(() => setUp({ votes })).toThrow(UsageError)
    expect(() => setUp({ votes })).toThrow(expect.objectContaining({ code: 'VOTES' }))
  })
})
