import { BufferMemory } from '@hearsay/kernels'
import { messageOf, RecordingContext } from '@hearsay/testkit'
import { describe, expect, test } from 'vitest'
import { BimodalMulticast, type BimodalMulticastOptions, UniformSampler } from '../../src/index.ts'
import { MULTICAST, OFFER, REPAIR, SOLICIT } from '../../src/dissemination/bimodal-multicast.ts'
import { at } from '../support.ts'
import { inTurn, kernels, ListArchive, PERIOD_MS, range, simulate } from './support.ts'

function setUp(options: Partial<BimodalMulticastOptions> = {}) {
  const memory = new BufferMemory(4096)
  const settings = { peers: 4, memory, sampler: inTurn(1, 2, 3), periodMs: 100, contentWords: 1, events: 4, rounds: 3 }
  const protocol = new BimodalMulticast({ ...settings, targets: () => [0, 1, 2], ...options })
  const context = new RecordingContext(memory)
  const summary = () =>
    context.takeSent().map(({ to, kind, stamp, integers }) => [to, kind, ...(stamp === 0 ? [] : [stamp]), ...integers])
  const takeTurn = () => {
    protocol.onTimeout(at(context, 0, 0))
    return summary()
  }
  const receive = (kind: number, id: number, integers: number[] = []) => {
    protocol.onMessage(at(context, 0, 0), 3, messageOf(memory, { kind, stamp: id, integers }))
    return summary()
  }
  return { protocol, memory, context, takeTurn, receive }
}

describe('BimodalMulticast', () => {
  test('multicasts what is published to all targets but itself, and offers it to one peer a turn', () => {
    const { protocol, takeTurn } = setUp()
    protocol.publish(0, 7, [5])
    expect(takeTurn()).toEqual([
      [1, MULTICAST, 7, 5],
      [2, MULTICAST, 7, 5],
      [1, OFFER, 7, 0],
    ])
    expect([takeTurn(), takeTurn(), takeTurn()]).toEqual([[[2, OFFER, 7, 0]], [[3, OFFER, 7, 0]], []])
    expect([protocol.knows(0, 7), protocol.buffers(0, 7)]).toEqual([true, false])
  })

  test('solicits what it has not seen, the newest first, and takes each repair once', () => {
    const { protocol, receive, takeTurn } = setUp({ repairsPerTurn: 2 })
    receive(MULTICAST, 6)
    expect(receive(OFFER, 0, [9, 0, 8, 0, 6, 0, 5, 0])).toEqual([[3, SOLICIT, 9, 0, 8, 0]])
    expect([receive(REPAIR, 9, [1]), receive(REPAIR, 9, [1])]).toEqual([[], []])
    expect([protocol.delivered[0], protocol.repaired[0]]).toEqual([2, 1])
    expect(takeTurn()).toEqual([[1, OFFER, 9, 0, 6, 0]])
  })

  test('repairs what it has, no more in a turn than allowed', () => {
    const { receive, takeTurn } = setUp({ repairsPerTurn: 2 })
    for (const id of [5, 6, 7]) receive(MULTICAST, id, [id])
    expect(receive(SOLICIT, 0, [5, 0, 4, 0, 6, 0, 7, 0])).toEqual([
      [3, REPAIR, 5, 5],
      [3, REPAIR, 6, 6],
    ])
    expect(receive(SOLICIT, 0, [7, 0])).toEqual([])
    takeTurn()
    expect(receive(SOLICIT, 0, [7, 0])).toEqual([[3, REPAIR, 7, 7]])
  })

  test('does not take a second time what it has dropped from its buffer', () => {
    const { protocol, receive } = setUp()
    for (const id of [1, 2, 3, 4, 5]) receive(MULTICAST, id)
    expect([protocol.buffers(0, 1), receive(OFFER, 0, [1, 0])]).toEqual([false, []])
  })

  test.each([
    ['no identifier', MULTICAST, 0, []],
    ['too much content', REPAIR, 7, [1, 2]],
    ['an offer of no identifiers', OFFER, 0, [0, 0, 1, -1, 3]],
    ['a request for what it has not', SOLICIT, 0, [0, 0, 9, 0, 1]],
  ])('ignores %s', (_, kind, id, integers) => {
    const { protocol, receive, takeTurn } = setUp()
    expect([receive(kind, id, integers), takeTurn(), protocol.delivered[0]]).toEqual([[], [], 0])
  })

  test('forgets, and is saved and restored', () => {
    const { protocol, context, takeTurn, receive } = setUp({ contentWords: 0 })
    for (const id of [1, 2]) receive(MULTICAST, id)
    const archive = new ListArchive()
    protocol.persist(archive)
    const restored = setUp({ contentWords: 0 })
    archive.restore(restored.protocol)
    expect(restored.takeTurn()).toEqual([[1, OFFER, 2, 0, 1, 0]])
    protocol.onForget(at(context, 0, 0))
    expect([takeTurn(), protocol.knows(0, 1)]).toEqual([[], false])
  })

  test.each([
    ['ROUNDS', { rounds: 0 }],
    ['CAPACITY', { repairsPerTurn: 0 }],
    ['EVENT_SLOTS', { events: 0 }],
    ['REMEMBERED', { remembered: 1e6 }],
  ] as const)('refuses options: %s of %o', (code, options) => {
    expect(() => setUp(options)).toThrow(expect.objectContaining({ code }))
  })

  // Birman et al. 1999, §4: a lossy multicast, then gossip, in synchronous rounds.
  test('repairs a multicast that half the peers have missed as the recurrence of push gossip says', () => {
    const [peers, events, loss] = [400, 30, 0.2]
    const host = kernels()
    const everybody = range(peers)
    const protocol = new BimodalMulticast({
      ...{ peers, memory: host.memory, periodMs: PERIOD_MS, synchronous: true, events, repairsPerTurn: events },
      sampler: new UniformSampler(peers),
      targets: (peer) => everybody.filter((other) => (other + peer) % 2 === 0),
    })
    for (let id = 1; id <= events; id++) protocol.publish(id, id)
    const simulation = simulate([protocol], { peers, kernels: host, loss })
    const lacking = (): number => {
      let count = 0
      for (let id = 1; id <= events; id++) count += everybody.filter((peer) => !protocol.knows(peer, id)).length
      return count / (events * peers)
    }
    simulation.run(PERIOD_MS)
    // One lacks a multicast unless it is a target and it was not lost; the offers of the first round come after it.
    let expected = lacking()
    expect(Math.abs(expected - 0.6)).toBeLessThan(0.03)
    for (let cycle = 2; cycle <= 7; cycle++) {
      simulation.run(cycle * PERIOD_MS)
      // An offer, a request and a repair must get through, from any of those that had it at the start of the round.
      const chance = (1 - loss) ** 3 / (peers - 1)
      expected *= (1 - chance) ** (peers * (1 - expected))
      expect(Math.abs(lacking() / expected - 1)).toBeLessThan(0.12)
      expected = lacking()
    }
    simulation.run(25 * PERIOD_MS)
    expect(lacking()).toBeLessThan(0.005)
  })
})
