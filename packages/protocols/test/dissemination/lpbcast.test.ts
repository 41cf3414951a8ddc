import { NOBODY } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import { messageOf, RecordingContext } from '@hearsay/testkit'
import { describePeerSampler } from '@hearsay/testkit/conformance'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Lpbcast, type LpbcastOptions } from '../../src/index.ts'
import { GOSSIP, RETRIEVE } from '../../src/dissemination/lpbcast.ts'
import { at } from '../support.ts'
import { kernels, ListArchive, PERIOD_MS, range, simulate } from './support.ts'

function setUp(options: Partial<LpbcastOptions> = {}, contacts: number[] = [1, 2]) {
  const memory = new BufferMemory(8192)
  const buffers = { viewSize: 3, subscriptions: 2, unsubscriptions: 2, events: 3, eventIds: 9, contentWords: 1 }
  const protocol = new Lpbcast({ peers: 8, memory, periodMs: 100, fanout: 1, ...buffers, ...options })
  for (const contact of contacts) protocol.addContact(0, contact)
  const context = new RecordingContext(memory)
  const sent = () => context.takeSent().map(({ to, kind, integers }) => ({ to, kind, integers }))
  const takeTurn = () => {
    protocol.onTimeout(at(context, 0, 0))
    return sent()
  }
  const receive = (integers: readonly number[], kind = GOSSIP, from = 5) => {
    protocol.onMessage(at(context, 0, 0), from, messageOf(memory, { kind, integers }))
    return sent()
  }
  return { protocol, memory, context, takeTurn, receive, sent }
}

/** A message by its parts, as §3.2 of the paper lists them. */
function gossip(parts: { subs?: number[]; unSubs?: number[][]; ids?: number[]; events?: number[][] }): number[] {
  const { subs = [], unSubs = [], ids = [], events = [] } = parts
  const counts = [subs.length, unSubs.length, ids.length, events.length]
  const lines = events.map(([id, ...content]) => [id, 0, content.length, ...content])
  return [...counts, ...subs, ...unSubs.flat(), ...ids.flatMap((id) => [id, 0]), ...lines.flat()]
}

// Eugster et al., "Lightweight probabilistic broadcast", ACM TOCS 2003, §3.2.
describe('Lpbcast', () => {
  test('passes on each event once, in the next turn, to fanout members of the view', () => {
    const { protocol, takeTurn } = setUp({ fanout: 2 })
    protocol.publish(0, 7, [4])
    const expected = gossip({ subs: [0], ids: [7], events: [[7, 4]] })
    const turn = takeTurn()
    expect(turn).toHaveLength(2)
    for (const { to, integers } of turn) expect([[1, 2].includes(to), integers]).toEqual([true, expected])
    expect(takeTurn()[0].integers).toEqual(gossip({ subs: [0], ids: [7] }))
  })

  test('delivers an event once, and passes it on', () => {
    const { protocol, receive, takeTurn } = setUp()
    receive(gossip({ events: [[7, 4], [8]] }))
    receive(gossip({ events: [[7, 4]] }))
    expect(protocol.delivered[0]).toBe(2)
    expect(takeTurn()[0].integers).toEqual(gossip({ subs: [0], ids: [8, 7], events: [[7, 4], [8]] }))
  })

  test('loses random events where more arrive between two turns than it buffers', () => {
    const { protocol, receive, takeTurn } = setUp()
    for (let id = 1; id <= 9; id++) receive(gossip({ events: [[id]] }))
    expect([protocol.delivered[0], protocol.dropped[0]]).toEqual([9, 6])
    expect(takeTurn()[0].integers[3]).toBe(3)
    expect(protocol.publish(0, 20)).toBe(true)
  })

  test('publishes nothing while its buffer is full of what is still to be passed on', () => {
    const { protocol, takeTurn } = setUp()
    expect([1, 2, 3, 4, 1].map((id) => protocol.publish(0, id))).toEqual([true, true, true, false, false])
    takeTurn()
    expect(protocol.publish(0, 4)).toBe(true)
  })

  test('asks for what a digest shows that it has missed, and answers such requests', () => {
    const { receive, protocol } = setUp({ retrievals: 2 })
    protocol.publish(0, 7, [4])
    expect(receive(gossip({ ids: [7, 8, 9, 10] }))).toEqual([{ to: 5, kind: RETRIEVE, integers: [8, 0, 9, 0] }])
    const answer = { to: 5, kind: GOSSIP, integers: gossip({ events: [[7, 4]] }) }
    expect(receive([7, 0, 6, 0], RETRIEVE)).toEqual([answer])
    expect(receive([6, 0], RETRIEVE)).toEqual([])
  })

  test('does not ask for what comes with the digest', () => {
    const { receive } = setUp()
    expect(receive(gossip({ ids: [8], events: [[8]] }))).toEqual([])
  })

  test('takes subscriptions into its view, and passes on who is put out', () => {
    const { protocol, receive, takeTurn } = setUp()
    receive(gossip({ subs: [0, 1, 6] }))
    expect(protocol.view(0)).toEqual([1, 2, 6])
    expect(takeTurn()[0].integers).toEqual(gossip({ subs: [6, 0] }))
    for (const peer of [3, 4, 5, 7]) receive(gossip({ subs: [peer] }))
    expect(protocol.view(0)).toHaveLength(3)
    expect(takeTurn()[0].integers[0]).toBe(3)
  })

  test('removes who unsubscribes, and passes that on for ten turns', () => {
    const { protocol, receive, takeTurn } = setUp()
    receive(gossip({ unSubs: [[2, 10]], subs: [2] }))
    expect(protocol.view(0)).toEqual([1])
    const turns = Array.from({ length: 12 }, () => takeTurn()[0].integers[1])
    expect(turns).toEqual([...new Array<number>(10).fill(1), 0, 0])
  })

  test('unsubscribes when it stops', () => {
    const { protocol, context, sent } = setUp()
    protocol.onStop(at(context, 0, 0))
    expect(sent().map(({ integers }) => integers)).toEqual([gossip({ unSubs: [[0, 10]] })])
  })

  test('prefers others to a peer that cannot be reached', () => {
    const { protocol, context } = setUp()
    protocol.onPeerUnreachable(at(context, 0, 0), 1)
    protocol.onPeerUnreachable(at(context, 0, 0), 6)
    expect(protocol.view(0)).toEqual([2])
  })

  test.each([
    ['no counts', [1, 0, 0]],
    ['more subscriptions than there are', [3, 0, 0, 0, 1]],
    ['more subscriptions than there may be', [4, 0, 0, 0, 3, 4, 5, 6]],
    ['negative counts', [-1, 0, 2, 0, 5, 0]],
    ['an unsubscription that never ends', gossip({ unSubs: [[1, 11]] })],
    ['its own unsubscription', gossip({ unSubs: [[0, 5]] })],
    ['an event of no identifier', gossip({ events: [[0, 5]] })],
    ['an event cut short', [0, 0, 0, 1, 7, 0, 1]],
    ['an event of too much content', gossip({ events: [[7, 1, 2]] })],
    ['an event of a negative length', [0, 0, 0, 1, 7, 0, -3, 8, 0, 0]],
    ['nobody as subscription', gossip({ subs: [NOBODY, -7] })],
  ])('ignores %s', (_, integers) => {
    const { protocol, receive, takeTurn } = setUp()
    expect(receive(integers)).toEqual([])
    expect([protocol.view(0), protocol.delivered[0]]).toEqual([[1, 2], 0])
    expect(takeTurn()[0].integers).toEqual(gossip({ subs: [0] }))
  })

  test('keeps its bounds whatever words arrive', () => {
    const { protocol, receive, takeTurn } = setUp()
    const word = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer())
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 }), fc.array(word, { maxLength: 30 }), (kind, integers) => {
        expect(receive(integers, kind).length).toBeLessThanOrEqual(1)
        expect(protocol.view(0).length).toBeLessThanOrEqual(3)
        for (const { integers: words } of takeTurn()) expect(words.length).toBeLessThanOrEqual(4 + 3 + 6 + 18 + 12)
      }),
    )
  })

  test('forgets, and is saved and restored', () => {
    const { protocol, context, receive, takeTurn } = setUp({ contentWords: 0 }, [1])
    receive(gossip({ subs: [4], unSubs: [[6, 4]], events: [[7]] }))
    const archive = new ListArchive()
    protocol.persist(archive)
    const restored = setUp({ contentWords: 0 }, [])
    archive.restore(restored.protocol)
    expect(restored.protocol.view(0)).toEqual([1, 4])
    const expected = gossip({ subs: [4, 0], unSubs: [[6, 3]], ids: [7], events: [[7]] })
    expect(restored.takeTurn()[0].integers).toEqual(expected)
    protocol.onForget(at(context, 0, 0))
    expect([takeTurn(), protocol.view(0), protocol.knows(0, 7)]).toEqual([[], [], false])
  })

  test.each([{ fanout: 0 }, { events: 0 }, { eventIds: 2 }, { digest: 99 }, { retrievals: -1 }, { contentWords: 0.5 }])(
    'refuses %o',
    (options) => {
      expect(() => setUp(options)).toThrow(expect.objectContaining({ code: 'LPBCAST' }))
    },
  )

  test('refuses a view of no size', () => {
    expect(() => setUp({ viewSize: 0 })).toThrow(expect.objectContaining({ code: 'BUFFER' }))
  })
})

describePeerSampler('Lpbcast', (peers) => {
  const protocol = new Lpbcast({ peers, memory: kernels().memory, periodMs: 100 })
  for (let peer = 0; peer < peers; peer++) {
    for (let i = 1; i < Math.min(4, peers); i++) protocol.addContact(peer, (peer + i) % peers)
  }
  return { sampler: protocol, known: (self) => protocol.view(self) }
})

/** The share of the other peers that an event reaches, its views being lpbcast's own after 20 cycles. */
function reach(options: Partial<LpbcastOptions> & { readonly peers: number }): number {
  const [events, host] = [20, kernels()]
  const settings = { memory: host.memory, periodMs: PERIOD_MS, synchronous: true, fanout: 3, events, eventIds: 20 }
  const protocol = new Lpbcast({ ...settings, ...options })
  const { peers } = options
  for (const peer of range(peers)) for (let i = 1; i < peers; i++) protocol.addContact(peer, (peer + i * i * i) % peers)
  const simulation = simulate([protocol], { peers, kernels: host })
  simulation.run(20 * PERIOD_MS)
  for (let id = 1; id <= events; id++) protocol.publish(id, id)
  simulation.run(45 * PERIOD_MS)
  return protocol.delivered.reduce((sum, count) => sum + count, 0) / (events * (peers - 1))
}

describe('Lpbcast: reach', () => {
  // Each event is passed on once, to F peers: infect and die, where views are full or uniform. s = exp(−3(1 − s)) = 0.0595.
  test('without retrieval, of full views, is 1 − s with s = exp(−F(1 − s))', () => {
    expect(Math.abs(reach({ peers: 200, viewSize: 199, retrievals: 0 }) - 0.9405)).toBeLessThan(0.02)
  })

  test('of small views is less, since some peers are in few of them', () => {
    const share = reach({ peers: 400, retrievals: 0 })
    expect(share).toBeGreaterThan(0.84)
    expect(share).toBeLessThan(0.93)
  })

  test('with retrieval is everybody', () => {
    expect(reach({ peers: 400 })).toBe(1)
  })
})
