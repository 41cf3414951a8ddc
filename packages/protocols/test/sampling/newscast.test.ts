import { NOBODY, UsageError } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import { messageOf, RecordingContext, type SentMessage } from '@hearsay/testkit'
import { describe, expect, test } from 'vitest'
import { LEAVE, NewsCast, type NewsCastOptions, REPLY, REQUEST } from '../../src/index.ts'
import { at, unevenness } from '../support.ts'

const PERIOD_MS = 100
const SELF = 0

function setUp(contacts: readonly number[] = [], options: Partial<NewsCastOptions> = {}) {
  const memory = new BufferMemory(4096)
  const protocol = new NewsCast({ peers: 50, memory, viewSize: 4, periodMs: PERIOD_MS, jitter: 0, ...options })
  const context = new RecordingContext(memory, SELF)
  for (const contact of contacts) protocol.addContact(SELF, contact)
  protocol.onStart(at(context, SELF, 0))
  context.takeTimers()
  const receive = (
    from: number,
    kind: number,
    view: readonly (readonly [peer: number, age: number])[],
    now = 0,
  ): void => {
    protocol.onMessage(at(context, SELF, now), from, messageOf(memory, { kind, integers: view.flat() }))
  }
  const takeTurn = (now: number): SentMessage[] => {
    protocol.onTimeout(at(context, SELF, now))
    return context.takeSent()
  }
  return { protocol, context, memory, receive, takeTurn, view: () => protocol.view(SELF) }
}

/** Descriptors of a message: pairs (peer, age). */
const pairs = ({ integers }: SentMessage): number[][] =>
  Array.from({ length: integers.length / 2 }, (_, i) => [integers[2 * i], integers[2 * i + 1]])

describe('NewsCast: the active thread', () => {
  test('given a peer that starts, then its first exchange is due within a period, and nothing is sent', () => {
    const { protocol, context } = setUp([1])
    protocol.onStart(at(context, SELF, 0))
    const [{ delayMs }] = context.takeTimers()
    expect(delayMs >= 0 && delayMs < PERIOD_MS).toBe(true)
    expect(context.takeSent()).toEqual([])
  })

  test('when a period has passed, then a member of the view gets the view and a fresh descriptor of the sender', () => {
    const { takeTurn, context } = setUp([5, 6])
    const [message, ...more] = takeTurn(30)
    expect(more).toEqual([])
    expect([5, 6]).toContain(message.to)
    expect(message.kind).toBe(REQUEST)
    expect(pairs(message)).toEqual([
      [SELF, 0],
      [5, 0],
      [6, 0],
    ])
    expect(context.takeTimers()).toEqual([{ timer: 0, delayMs: PERIOD_MS }])
  })

  test('sends the age of a descriptor in whole cycles', () => {
    const { takeTurn, receive } = setUp([5])
    receive(
      6,
      REPLY,
      [
        [6, 0],
        [7, 1],
      ],
      250,
    )
    const ages = (now: number): number[][] => pairs(takeTurn(now)[0])
    expect(ages(299)).toEqual([
      [SELF, 0],
      [6, 0],
      [7, 1],
      [5, 2],
    ])
    expect(ages(300)).toEqual([
      [SELF, 0],
      [6, 1],
      [7, 2],
      [5, 3],
    ])
    expect(ages(1000)).toEqual([
      [SELF, 0],
      [6, 8],
      [7, 9],
      [5, 10],
    ])
  })

  test('selects members of the view equally often', () => {
    const { takeTurn } = setUp([5, 6, 7, 8])
    const counts = new Int32Array(50)
    for (let i = 0; i < 8000; i++) counts[takeTurn(i)[0].to]++
    expect(unevenness(counts.slice(5, 9))).toBeLessThan(6)
  })

  test('asks nobody where it knows nobody, and its next turn comes all the same', () => {
    const { takeTurn, context, protocol } = setUp()
    expect(takeTurn(10)).toEqual([])
    expect(context.takeTimers()).toHaveLength(1)
    expect(protocol.selectPeer(context)).toBe(NOBODY)
  })

  test('finds back by its fallback where it knows nobody, and only then', () => {
    const { takeTurn, receive, protocol, context } = setUp([], { fallback: { selectPeer: () => 33 } })
    expect(takeTurn(10)).toMatchObject([{ to: 33, kind: REQUEST, integers: [SELF, 0] }])
    expect(protocol.selectPeer(context)).toBe(33)
    receive(33, REPLY, [[33, 0]])
    receive(4, REPLY, [[4, 0]])
    protocol.onPeerUnreachable(context, 33)
    expect(takeTurn(110)).toMatchObject([{ to: 4 }])
  })
})

describe('NewsCast: the passive thread', () => {
  test('answers a request with its view as it was before, and its own fresh descriptor', () => {
    const { receive, context, view } = setUp([5, 6])
    receive(
      9,
      REQUEST,
      [
        [9, 0],
        [8, 1],
      ],
      250,
    )
    const [reply, ...more] = context.takeSent()
    expect(more).toEqual([])
    expect(reply).toMatchObject({ to: 9, kind: REPLY })
    expect(pairs(reply)).toEqual([
      [SELF, 0],
      [5, 2],
      [6, 2],
    ])
    expect(view()).toEqual([9, 8, 5, 6])
  })

  test('does not answer a reply, and sets no timer', () => {
    const { receive, context, view } = setUp([5])
    receive(9, REPLY, [[9, 0]])
    expect(context.takeSent()).toEqual([])
    expect(context.takeTimers()).toEqual([])
    expect(view()).toContain(9)
  })

  test('keeps the c freshest of its view and the received one', () => {
    const { receive, view } = setUp([5, 6, 7, 8])
    receive(
      9,
      REPLY,
      [
        [9, 0],
        [10, 2],
        [11, 5],
      ],
      300,
    )
    // Made in the cycles 3, 1 and −2; the contacts in cycle 0.
    expect(view().slice(0, 2)).toEqual([9, 10])
    expect(view()).toHaveLength(4)
    expect(view()).not.toContain(11)
  })

  test('knows each peer once, by its freshest descriptor, and never itself', () => {
    const { receive, takeTurn } = setUp([5, 6])
    receive(
      9,
      REPLY,
      [
        [9, 0],
        [5, 1],
        [SELF, 0],
        [6, 9],
      ],
      400,
    )
    expect(pairs(takeTurn(400)[0])).toEqual([
      [SELF, 0],
      [9, 0],
      [5, 1],
      [6, 4],
    ])
  })

  test('stands what no honest peer would send', () => {
    const { receive, takeTurn, view } = setUp([5])
    receive(
      9,
      REPLY,
      [
        [9, -4],
        [SELF, -1],
        [NOBODY, 0],
        [9, 3],
        [12, 2 ** 31 - 1],
      ],
      400,
    )
    expect(pairs(takeTurn(400)[0])).toEqual([
      [SELF, 0],
      [9, 0],
      [5, 4],
      [12, 2 ** 30],
    ])
    // Not even the greatest age turns into a negative one while it is kept.
    expect(pairs(takeTurn(1e9)[0]).at(-1)).toEqual([12, 2 ** 30 + 1e7 - 4])
    receive(
      9,
      REQUEST,
      Array.from({ length: 100 }, (_, i) => [i + 1, 0]),
      1e9,
    )
    expect(view()).toHaveLength(4)
    expect(Math.max(...view())).toBeLessThan(13)
  })

  test('stands a payload of half a descriptor, or of none', () => {
    const { protocol, context, memory, view } = setUp([5])
    protocol.onMessage(at(context, SELF, 0), 9, messageOf(memory, { kind: REPLY, integers: [7] }))
    protocol.onMessage(at(context, SELF, 0), 9, messageOf(memory, { kind: REQUEST }))
    expect(view()).toEqual([5])
    expect(context.takeSent()).toHaveLength(1)
  })
})

describe('NewsCast: peers that go', () => {
  test('a peer that leaves says so to its whole view, and is forgotten at once', () => {
    const { protocol, context, receive, view } = setUp([5, 6, 7])
    protocol.onStop(at(context, SELF, 50))
    expect(context.takeSent().map(({ to, kind, integers }) => [to, kind, integers.length])).toEqual([
      [5, LEAVE, 0],
      [6, LEAVE, 0],
      [7, LEAVE, 0],
    ])
    receive(6, LEAVE, [])
    expect(view()).toEqual([5, 7])
    expect(context.takeSent()).toEqual([])
  })

  test('a peer that cannot be reached is forgotten, and may come back', () => {
    const { protocol, context, receive, view } = setUp([5, 6, 7])
    for (const gone of [5, 7, 40]) protocol.onPeerUnreachable(at(context, SELF, 50), gone)
    expect(view()).toEqual([6])
    receive(7, REPLY, [[7, 0]])
    expect(view().toSorted()).toEqual([6, 7])
  })

  test('descriptors expire where that is wanted, and a peer never asks one that has', () => {
    const { receive, takeTurn, view } = setUp([5], { descriptorAgeMax: 3 })
    receive(
      9,
      REPLY,
      [
        [9, 0],
        [8, 4],
      ],
      200,
    )
    expect(view()).toEqual([9, 5])
    expect(pairs(takeTurn(399)[0])).toEqual([
      [SELF, 0],
      [9, 1],
      [5, 3],
    ])
    expect(pairs(takeTurn(400)[0])).toEqual([
      [SELF, 0],
      [9, 2],
    ])
    expect(takeTurn(600)).toEqual([])
  })

  test.each([-1, Number.NaN])('descriptors cannot expire after %d cycles', (descriptorAgeMax) => {
    expect(() => setUp([], { descriptorAgeMax })).toThrow(expect.objectContaining({ code: 'DESCRIPTOR_AGE' }))
  })

  test('descriptors do not expire otherwise', () => {
    const { takeTurn } = setUp([5])
    expect(pairs(takeTurn(1e7)[0])).toEqual([
      [SELF, 0],
      [5, 1e5],
    ])
  })
})

describe('NewsCast: contacts', () => {
  test('fill a view once each, up to its size, and a peer is none of its own', () => {
    const { protocol, view } = setUp([5, 5, SELF, 6, 7, 8, 9])
    expect(view()).toEqual([5, 6, 7, 8])
    expect([protocol.knows(SELF, 8), protocol.knows(SELF, 9), protocol.knows(1, 8)]).toEqual([true, false, false])
  })

  test('are as fresh as the start', () => {
    const { protocol, context } = setUp([5])
    const other = 3
    protocol.addContact(other, 5)
    protocol.onStart(at(context, other, 700))
    protocol.onTimeout(at(context, other, 950))
    expect(pairs(context.takeSent()[0])).toEqual([
      [other, 0],
      [5, 2],
    ])
  })

  test.each([0, 128, 2.5, Number.NaN])('cannot fill a view of %d', (viewSize) => {
    expect(() => setUp([], { viewSize })).toThrow(UsageError)
    expect(() => setUp([], { viewSize })).toThrow(expect.objectContaining({ code: 'VIEW_SIZE' }))
  })
})
