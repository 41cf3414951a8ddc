import { BufferMemory } from '@hearsay/kernels'
import { messageOf, RecordingContext, type SentMessage } from '@hearsay/testkit'
import { describe, expect, test } from 'vitest'
import { Cyclon, type CyclonOptions, LEAVE, REPLY, REQUEST } from '../../src/index.ts'
import { at } from '../support.ts'

const SELF = 0

function setUp(contacts: readonly number[], options: Partial<CyclonOptions> = {}) {
  const memory = new BufferMemory(4096)
  const protocol = new Cyclon({
    peers: 50,
    memory,
    viewSize: 4,
    shuffleLength: 3,
    periodMs: 100,
    jitter: 0,
    ...options,
  })
  const context = new RecordingContext(memory, SELF)
  for (const contact of contacts) protocol.addContact(SELF, contact)
  protocol.onStart(at(context, SELF, 0))
  context.takeTimers()
  const receive = (from: number, kind: number, view: readonly (readonly [peer: number, age: number])[]): void => {
    protocol.onMessage(at(context, SELF, 1), from, messageOf(memory, { kind, integers: view.flat() }))
  }
  const takeTurn = (): SentMessage[] => {
    protocol.onTimeout(at(context, SELF, 1))
    return context.takeSent()
  }
  return { protocol, context, receive, takeTurn, view: () => protocol.view(SELF) }
}

const peersOf = ({ integers }: SentMessage): number[] => integers.filter((_, i) => i % 2 === 0)

// Voulgaris, Gavidia, van Steen 2005, §3.2.
describe('Cyclon', () => {
  test('takes the oldest out of its view and sends it a fresh descriptor and ℓ − 1 others', () => {
    const { receive, takeTurn, view, context } = setUp([1, 2])
    receive(9, REQUEST, [
      [3, 7],
      [4, 2],
    ])
    context.takeSent()
    const [message] = takeTurn()
    expect(message).toMatchObject({ to: 3, kind: REQUEST })
    expect(peersOf(message)).toHaveLength(3)
    expect(peersOf(message)[0]).toBe(SELF)
    expect(peersOf(message)).not.toContain(3)
    expect(view().toSorted()).toEqual([1, 2, 4])
    expect(context.takeTimers()).toEqual([{ timer: 0, delayMs: 100 }])
  })

  test('takes what is new into free places first, then in place of what it sent', () => {
    const { receive, takeTurn, view } = setUp([1, 2, 3, 4])
    const [message] = takeTurn()
    const [, ...sent] = peersOf(message)
    const unsent = view().find((peer) => !sent.includes(peer)) ?? SELF
    receive(message.to, REPLY, [
      [10, 0],
      [11, 0],
      [unsent, 0],
    ])
    expect(view()).toHaveLength(4)
    expect(view()).toEqual(expect.arrayContaining([10, 11, unsent]))
    expect(sent.filter((peer) => view().includes(peer))).toHaveLength(1)
  })

  test('keeps in its view all that it has not sent', () => {
    const { receive, takeTurn, view } = setUp([1, 2, 3, 4], { shuffleLength: 1 })
    const [message] = takeTurn()
    expect(peersOf(message)).toEqual([SELF])
    receive(message.to, REPLY, [[10, 0]])
    receive(message.to, REPLY, [[11, 0]])
    expect(view().toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 10].filter((peer) => peer !== message.to))
  })

  test('answers with ℓ of its own and swaps them for what came', () => {
    const { receive, context, view } = setUp([1, 2, 3, 4])
    receive(9, REQUEST, [
      [9, 0],
      [8, 4],
      [1, 0],
      [7, 0],
    ])
    const [reply] = context.takeSent()
    expect(reply).toMatchObject({ to: 9, kind: REPLY })
    expect(peersOf(reply)).toHaveLength(3)
    expect(view()).toHaveLength(4)
    expect(view()).toEqual(expect.arrayContaining([8, 9]))
    expect(view()).not.toContain(7)
  })

  test('ignores answers that it does not await, and what no honest peer sends', () => {
    const { receive, takeTurn, view } = setUp([1])
    receive(9, REPLY, [[9, 0]])
    expect(view()).toEqual([1])
    takeTurn()
    receive(9, REPLY, [[9, 0]])
    expect(view()).toEqual([])
    receive(1, REPLY, [
      [-1, 0],
      [SELF, 0],
      [5, -3],
    ])
    expect(view()).toEqual([5])
    expect(takeTurn()[0].to).toBe(5)
  })

  test('drops a partner that is dead by asking it', () => {
    const { takeTurn, view } = setUp([1, 2])
    takeTurn()
    takeTurn()
    expect(view()).toEqual([])
    expect(takeTurn()).toEqual([])
  })

  test('finds back by its fallback', () => {
    const { takeTurn, receive, view } = setUp([], { fallback: { selectPeer: () => 33 } })
    expect(takeTurn()).toMatchObject([{ to: 33, integers: [SELF, 0] }])
    receive(33, REPLY, [[8, 1]])
    expect(view()).toEqual([8])
  })

  test('forgets who leaves or cannot be reached, says so itself, and knows its contacts after a loss of state', () => {
    const { receive, protocol, context, view } = setUp([1, 2, 3])
    receive(2, LEAVE, [])
    protocol.onPeerUnreachable(context, 3)
    expect(view()).toEqual([1])
    protocol.onStop(context)
    expect(context.takeSent()).toMatchObject([{ to: 1, kind: LEAVE }])
    protocol.onForget(context)
    expect(view()).toEqual([1, 2, 3])
  })

  test.each([
    [{ viewSize: 0 }, 'VIEW_SIZE'],
    [{ shuffleLength: 5 }, 'SHUFFLE_LENGTH'],
    [{ shuffleLength: 0 }, 'SHUFFLE_LENGTH'],
  ])('refuses %o', (options, code) => {
    expect(() => setUp([], options)).toThrow(expect.objectContaining({ code }))
  })
})
