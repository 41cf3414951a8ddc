import { BufferMemory } from '@hearsay/kernels'
import { messageOf, RecordingContext } from '@hearsay/testkit'
import { describe, expect, test } from 'vitest'
import { GroupSampler, InfectAndDie, type InfectAndDieOptions } from '../../src/index.ts'
import { EVENT } from '../../src/dissemination/infect-and-die.ts'
import { at } from '../support.ts'
import { inTurn, kernels, ListArchive, mean, PERIOD_MS, range, simulate } from './support.ts'

function setUp(options: Partial<InfectAndDieOptions> = {}) {
  const memory = new BufferMemory(4096)
  const settings = { peers: 3, memory, sampler: inTurn(1, 2), periodMs: 100, fanout: 2, events: 3, contentWords: 1 }
  const delivered: number[][] = []
  const protocol = new InfectAndDie({
    ...settings,
    deliver: ({ self }, id, offset, length) =>
      delivered.push([self, id, ...memory.int32.subarray(offset, offset + length)]),
    ...options,
  })
  const context = new RecordingContext(memory)
  const takeTurn = () => {
    protocol.onTimeout(at(context, 0, 0))
    return context.takeSent().map(({ to, stamp, integers }) => [to, stamp, ...integers])
  }
  const receive = (id: number, integers: number[] = [], kind = EVENT) => {
    protocol.onMessage(at(context, 0, 0), 1, messageOf(memory, { kind, stamp: id, integers }))
    return context.takeSent()
  }
  return { protocol, memory, context, takeTurn, receive, delivered }
}

describe('InfectAndDie', () => {
  test('forwards what is new to fanout peers in its next turn, and never again', () => {
    const { receive, takeTurn, delivered, protocol } = setUp()
    expect([receive(7, [5]), receive(7, [5])]).toEqual([[], []])
    expect(takeTurn()).toEqual([
      [1, 7, 5],
      [2, 7, 5],
    ])
    expect([receive(7, [5]), takeTurn()]).toEqual([[], []])
    expect([delivered, protocol.delivered[0]]).toEqual([[[0, 7, 5]], 1])
  })

  test('publishes in its next turn', () => {
    const { protocol, takeTurn } = setUp()
    protocol.publish(0, 9, [4])
    protocol.publish(0, 9, [4])
    expect(takeTurn()).toEqual([
      [1, 9, 4],
      [2, 9, 4],
    ])
    expect(protocol.delivered[0]).toBe(0)
  })

  test('sends no more in a turn than the channel carries, the oldest first', () => {
    const { protocol, takeTurn } = setUp({ messagesPerTurn: 3 })
    for (const id of [1, 2, 3]) protocol.publish(0, id)
    expect([takeTurn(), takeTurn(), takeTurn()].map((sent) => sent.map(([, id]) => id))).toEqual([
      ...[[1, 1, 2], [2, 3, 3], []],
    ])
  })

  test('drops the oldest for news where its places are full, and counts the copies that were never sent', () => {
    const { protocol, receive, takeTurn } = setUp()
    for (const id of [1, 2, 3, 4]) receive(id)
    expect([protocol.dropped[0], protocol.knows(0, 1)]).toEqual([2, false])
    expect(new Set(takeTurn().map(([, id]) => id))).toEqual(new Set([2, 3, 4]))
  })

  test.each([
    ['no identifier', 0, []],
    ['half an identifier', 0.5, []],
    ['too much content', 7, [1, 2]],
  ])('ignores %s', (_, id, integers) => {
    const { protocol, receive, takeTurn } = setUp()
    expect([receive(id, integers), takeTurn(), protocol.delivered[0]]).toEqual([[], [], 0])
  })

  test('forgets, and is saved and restored', () => {
    const { protocol, context, takeTurn } = setUp({ messagesPerTurn: 1 })
    for (const id of [1, 2]) protocol.publish(0, id)
    takeTurn()
    const archive = new ListArchive()
    protocol.persist(archive)
    const restored = setUp({ messagesPerTurn: 1 })
    archive.restore(restored.protocol)
    expect([restored.takeTurn(), restored.takeTurn()].map(([[, id]]) => id)).toEqual([1, 2])
    protocol.onForget(at(context, 0, 0))
    expect([takeTurn(), protocol.knows(0, 1)]).toEqual([[], false])
  })

  test.each([
    ['FANOUT', { fanout: 0 }],
    ['CAPACITY', { messagesPerTurn: 0 }],
    ['EVENT_SLOTS', { events: 0 }],
  ] as const)('refuses options: %s of %o', (code, options) => {
    expect(() => setUp(options)).toThrow(expect.objectContaining({ code }))
  })

  // Eugster et al., IEEE Computer 2004; Kermarrec, Massoulié, Ganesh 2003, §3: of those epidemics that take off, the share
  // that is not reached solves s = exp(−f(1 − s)).
  test.each([
    [2, 0.2032],
    [3, 0.0595],
    [4, 0.0198],
  ])('with fanout %d leaves out the share that solves s = exp(−f(1 − s))', (fanout, residue) => {
    const [size, groups] = [500, 20]
    const host = kernels()
    const peers = size * groups
    const settings = { peers, memory: host.memory, periodMs: PERIOD_MS, synchronous: true, events: 1 }
    const protocol = new InfectAndDie({ ...settings, sampler: new GroupSampler(size), fanout })
    for (const group of range(groups)) protocol.publish(group * size, 1)
    simulate([protocol], { peers, kernels: host }).run(40 * PERIOD_MS)
    const residues = range(groups).map((group) => {
      const reached = range(size).filter((peer) => protocol.knows(group * size + peer, 1)).length
      return 1 - reached / size
    })
    // One that does not take off leaves out nearly all: it is no sample of the others.
    const spread = residues.filter((share) => share < 0.9)
    expect(Math.abs(residue - Math.exp(-fanout * (1 - residue)))).toBeLessThan(1e-4)
    expect(Math.abs(mean(spread) - residue)).toBeLessThan(4 * Math.sqrt(residue / (size * groups)) + 2 / size)
  })
})
