import { BufferMemory } from '@hearsay/kernels'
import { messageOf, RecordingContext, type SentMessage } from '@hearsay/testkit'
import { describe, expect, test } from 'vitest'
import { LEAVE, PeerSampling, type PeerSamplingOptions, peerSamplingPreset, REPLY, REQUEST } from '../../src/index.ts'
import { at } from '../support.ts'

const SELF = 0

function setUp(contacts: readonly number[], options: Partial<PeerSamplingOptions> = {}) {
  const memory = new BufferMemory(4096)
  const protocol = new PeerSampling({ peers: 50, memory, viewSize: 6, periodMs: 100, jitter: 0, ...options })
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
const agesOf = ({ integers }: SentMessage): number[] => integers.filter((_, i) => i % 2 === 1)
const fresh = (...peers: number[]): [number, number][] => peers.map((peer) => [peer, 0])

describe('PeerSampling: the active thread', () => {
  test('sends a fresh descriptor of its peer and c/2 − 1 of its view to a member of it', () => {
    const { takeTurn, context } = setUp([1, 2, 3, 4])
    const [message, ...more] = takeTurn()
    expect(more).toEqual([])
    expect(message.kind).toBe(REQUEST)
    expect([1, 2, 3, 4]).toContain(message.to)
    expect(peersOf(message)[0]).toBe(SELF)
    expect(new Set(peersOf(message)).size).toBe(3)
    expect(agesOf(message)).toEqual([0, 1, 1])
    expect(context.takeTimers()).toEqual([{ timer: 0, delayMs: 100 }])
  })

  test('keeps the oldest H out of what it sends, as long as there are others', () => {
    const { takeTurn, receive } = setUp([], { healing: 3 })
    receive(9, REPLY, [
      [1, 9],
      [2, 8],
      [3, 7],
    ])
    receive(9, REPLY, [
      [4, 0],
      [5, 0],
      [6, 0],
    ])
    for (let turn = 0; turn < 20; turn++) {
      const [, ...others] = peersOf(takeTurn()[0])
      for (const other of others) expect([4, 5, 6]).toContain(other)
    }
  })

  test('asks the oldest where that is its policy, and drops it where no answer comes', () => {
    const { takeTurn, receive, view } = setUp([], { selection: 'oldest' })
    receive(9, REPLY, [
      [1, 3],
      [2, 8],
      [3, 7],
    ])
    expect(takeTurn()[0].to).toBe(2)
    receive(2, REPLY, fresh(2))
    expect(takeTurn()[0].to).toBe(3)
    expect(takeTurn()[0].to).toBe(1)
    expect(view().toSorted()).toEqual([1, 2])
  })

  test('asks a fallback where it knows nobody', () => {
    const { takeTurn } = setUp([], { fallback: { selectPeer: () => 33 } })
    expect(takeTurn()).toMatchObject([{ to: 33, integers: [SELF, 0] }])
    expect(setUp([]).takeTurn()).toEqual([])
  })
})

describe('PeerSampling: what a view keeps', () => {
  test('the youngest descriptor of each peer, and not its own', () => {
    const { receive, takeTurn, view } = setUp([])
    receive(9, REPLY, [
      [1, 5],
      [2, 0],
      [SELF, 0],
    ])
    receive(9, REPLY, [
      [1, 2],
      [2, 4],
    ])
    expect(view()).toEqual([2, 1])
    const { integers } = takeTurn()[0]
    const ages = new Map(Array.from({ length: 3 }, (_, i) => [integers[2 * i], integers[2 * i + 1]]))
    expect(ages).toEqual(
      new Map([
        [SELF, 0],
        [1, 3],
        [2, 1],
      ]),
    )
  })

  test('healer: the oldest go', () => {
    const { receive, view } = setUp([], peerSamplingPreset('healer', 6))
    receive(9, REPLY, [
      [1, 9],
      [2, 1],
      [3, 8],
    ])
    receive(9, REPLY, [
      [4, 7],
      [5, 2],
      [6, 1],
    ])
    receive(9, REPLY, fresh(7, 8, 10))
    expect(view().toSorted((a, b) => a - b)).toEqual([2, 5, 6, 7, 8, 10])
  })

  test('swapper: those just sent go', () => {
    const { receive, takeTurn, view } = setUp([1, 2, 3, 4, 5, 6], peerSamplingPreset('swapper', 6))
    const [message] = takeTurn()
    const [, ...sent] = peersOf(message)
    receive(message.to, REPLY, fresh(7, 8))
    const kept = [1, 2, 3, 4, 5, 6].filter((peer) => !sent.includes(peer))
    expect(view().toSorted()).toEqual([...kept, 7, 8])
  })

  test('blind: any go', () => {
    const gone = new Set<number>()
    for (let seed = 1; seed <= 40; seed++) {
      const { receive, view, context } = setUp([1, 2, 3, 4, 5, 6])
      for (let i = 0; i < seed; i++) context.random.uint32()
      receive(9, REPLY, fresh(7))
      expect(view()).toHaveLength(6)
      for (const peer of [1, 2, 3, 4, 5, 6, 7]) if (!view().includes(peer)) gone.add(peer)
    }
    expect([...gone].toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  test('no more than its share from any one partner, however often that one writes', () => {
    const limited = setUp([], { partnerShareMax: 0.5 })
    const open = setUp([])
    for (const { receive } of [limited, open]) {
      receive(40, REQUEST, fresh(1, 2, 3))
      for (let i = 10; i < 40; i += 3) receive(9, REQUEST, fresh(i, i + 1, i + 2))
    }
    expect(limited.view().filter((peer) => peer >= 10)).toHaveLength(3)
    expect(open.view().filter((peer) => peer >= 10).length).toBeGreaterThan(3)
  })
})

describe('PeerSampling: the passive thread', () => {
  test('answers before it takes what came', () => {
    const { receive, context, view } = setUp([1, 2])
    receive(9, REQUEST, fresh(9, 8))
    const [reply] = context.takeSent()
    expect(reply).toMatchObject({ to: 9, kind: REPLY })
    expect(peersOf(reply).toSorted()).toEqual([SELF, 1, 2])
    expect(view().toSorted()).toEqual([1, 2, 8, 9])
  })

  test('answers nothing where descriptors are only pushed', () => {
    const { receive, context, view } = setUp([1], { propagation: 'push' })
    receive(9, REQUEST, fresh(9))
    receive(9, REPLY, fresh(8))
    expect(context.takeSent()).toEqual([])
    expect(view()).toEqual([1, 9])
  })

  test('stands what no honest peer sends', () => {
    const { receive, takeTurn, view } = setUp([1])
    receive(9, REPLY, [
      [-1, 0],
      [2, -5],
      [3, 2 ** 31 - 1],
      [4, 0],
    ])
    expect(view()).toEqual([1, 2, 3])
    const { integers } = takeTurn()[0]
    for (let i = 1; i < integers.length; i += 2) expect(integers[i]).toBeGreaterThanOrEqual(0)
  })

  test('forgets who leaves or cannot be reached, and says so itself', () => {
    const { receive, protocol, context, view } = setUp([1, 2, 3])
    receive(2, LEAVE, [])
    protocol.onPeerUnreachable(context, 3)
    protocol.onPeerUnreachable(context, 30)
    expect(view()).toEqual([1])
    protocol.onStop(context)
    expect(context.takeSent()).toMatchObject([{ to: 1, kind: LEAVE, integers: [] }])
  })

  test('knows its contacts again after a loss of state', () => {
    const { receive, protocol, context, view } = setUp([1, 2, 2, SELF])
    for (let i = 10; i < 40; i += 3) receive(9, REQUEST, fresh(i, i + 1, i + 2))
    protocol.onForget(context)
    expect(view()).toEqual([1, 2])
  })
})

test.each([
  [{ viewSize: 1 }, 'VIEW_SIZE'],
  [{ viewSize: 128 }, 'VIEW_SIZE'],
  [{ healing: 4 }, 'PEER_SAMPLING'],
  [{ healing: 2, swap: 2 }, 'PEER_SAMPLING'],
  [{ swap: -1 }, 'PEER_SAMPLING'],
  [{ healing: 0.5 }, 'PEER_SAMPLING'],
  [{ partnerShareMax: 0 }, 'PARTNER_SHARE'],
  [{ partnerShareMax: 1.5 }, 'PARTNER_SHARE'],
])('PeerSampling refuses %o', (options, code) => {
  expect(() => setUp([], options)).toThrow(expect.objectContaining({ code }))
})
