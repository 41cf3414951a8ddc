import { randomStream } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import { messageOf, RecordingContext } from '@hearsay/testkit'
import { describe, expect, test } from 'vitest'
import { Brahms, BrahmsKind, type BrahmsOptions } from '../../src/index.ts'
import { MinWiseSamplers } from '../../src/sampling/min-wise-samplers.ts'
import { Reservoirs } from '../../src/sampling/reservoir.ts'
import { at, unevenness } from '../support.ts'

const SELF = 0

function setUp(contacts: readonly number[], options: Partial<BrahmsOptions> = {}) {
  const memory = new BufferMemory(4096)
  const protocol = new Brahms({ peers: 100, memory, viewSize: 10, periodMs: 100, jitter: 0, ...options })
  const context = new RecordingContext(memory, SELF)
  for (const contact of contacts) protocol.addContact(SELF, contact)
  protocol.onStart(at(context, SELF, 0))
  context.takeTimers()
  const receive = (from: number, kind: number, peers: readonly number[] = []): void => {
    const integers = peers.flatMap((peer) => [peer, 0])
    protocol.onMessage(at(context, SELF, 1), from, messageOf(memory, { kind, integers }))
  }
  const takeTurn = () => {
    protocol.onTimeout(at(context, SELF, 1))
    return context.takeSent()
  }
  const asked = (): number[] =>
    takeTurn()
      .filter(({ kind }) => kind === BrahmsKind.pull)
      .map(({ to }) => to)
  return { protocol, context, receive, takeTurn, asked, view: () => protocol.view(SELF) }
}

// Bortnikov, Gurevich, Keidar, Kliot, Shraer 2009, §4, figure 2.
describe('Brahms', () => {
  test('pushes to α and pulls from β of its view in a round, and probes one sample', () => {
    const { takeTurn, context } = setUp([1, 2, 3])
    const kinds = takeTurn().map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === BrahmsKind.push)).toHaveLength(5)
    expect(kinds.filter((kind) => kind === BrahmsKind.pull)).toHaveLength(5 + 1)
    expect(context.takeTimers()).toEqual([{ timer: 0, delayMs: 100 }])
  })

  test('answers a pull with its view', () => {
    const { receive, context } = setUp([1, 2, 3])
    receive(9, BrahmsKind.pull)
    expect(context.takeSent()).toMatchObject([{ to: 9, kind: BrahmsKind.view, integers: [1, 0, 2, 0, 3, 0] }])
  })

  test('makes a new view of pushes, pulls and samples', () => {
    const { receive, asked, takeTurn, view } = setUp([1, 2, 3])
    const [partner] = asked()
    for (const pusher of [20, 21]) receive(pusher, BrahmsKind.push)
    receive(partner, BrahmsKind.view, [30, 31, 32])
    takeTurn()
    expect(view()).toEqual(expect.arrayContaining([20, 21, 30, 31, 32]))
    expect(view().length).toBeLessThanOrEqual(6)
  })

  test.each([
    ['no push', [], true],
    ['no answer', [20], false],
    ['more pushes than honest peers send', [20, 21, 22, 23, 24, 25], true],
  ])('keeps its view in a round with %s', (_name, pushers, answered) => {
    const { receive, asked, takeTurn, view, protocol } = setUp([1, 2, 3])
    const [partner, ...others] = asked()
    for (const pusher of pushers) receive(pusher, BrahmsKind.push)
    if (answered) for (const other of new Set([partner, ...others])) receive(other, BrahmsKind.view, [30, 31, 32])
    const before = view()
    takeTurn()
    for (const peer of view()) expect(before).toContain(peer)
    if (pushers.length > 0) expect(protocol.samples(SELF).some((peer) => peer >= 20)).toBe(true)
  })

  test('takes answers only from whom it has asked, once for each time', () => {
    const { receive, asked, protocol } = setUp([1])
    receive(1, BrahmsKind.view, [30])
    expect(protocol.samples(SELF)).not.toContain(30)
    const pulls = asked().length
    receive(2, BrahmsKind.view, [31])
    for (let i = 0; i < pulls; i++) receive(1, BrahmsKind.view, [])
    receive(1, BrahmsKind.view, [32])
    for (const peer of protocol.samples(SELF)) expect(peer).toBe(1)
  })

  test('replaces samples of peers that do not answer a probe', () => {
    const { takeTurn, protocol } = setUp([1], { samplers: 3 })
    expect(protocol.samples(SELF)).toEqual([1, 1, 1])
    takeTurn()
    takeTurn()
    expect(protocol.samples(SELF)).toEqual([])
    expect(protocol.view(SELF)).toEqual([])
  })

  test('selects its samples, which hear of a peer by its push', () => {
    const { receive, protocol, context } = setUp([])
    for (let i = 0; i < 40; i++) receive(7, BrahmsKind.push)
    expect(new Set(protocol.samples(SELF))).toEqual(new Set([7]))
    expect(protocol.selectPeer(context)).toBe(7)
  })

  test('stands what no honest peer sends', () => {
    const { receive, asked, takeTurn, view, protocol } = setUp([1])
    asked()
    receive(20, BrahmsKind.push)
    receive(1, BrahmsKind.view, [-1, SELF, ...Array.from({ length: 60 }, (_, i) => 30 + i)])
    takeTurn()
    expect([...view(), ...protocol.samples(SELF)]).not.toContain(SELF)
    expect(Math.max(...view(), ...protocol.samples(SELF))).toBeLessThan(38)
    expect(Math.min(...view(), ...protocol.samples(SELF))).toBeGreaterThan(0)
  })

  test('finds back by its fallback, and knows its contacts after a loss of state', () => {
    const { takeTurn, protocol, context } = setUp([5, 6], { fallback: { selectPeer: () => 33 } })
    for (const peer of [5, 6]) protocol.onPeerUnreachable(context, peer)
    expect(new Set(takeTurn().map(({ to }) => to))).toEqual(new Set([33]))
    protocol.onForget(context)
    expect([protocol.view(SELF), protocol.samples(SELF)]).toEqual([[5, 6], []])
  })

  test.each([
    [{ viewSize: 3 }, 'VIEW_SIZE'],
    [{ samplers: 0 }, 'SAMPLERS'],
    [{ pushShare: 0.6, pullShare: 0.5 }, 'BRAHMS_SHARES'],
    [{ pushShare: 0 }, 'BRAHMS_SHARES'],
  ])('refuses %o', (options, code) => {
    expect(() => setUp([], options)).toThrow(expect.objectContaining({ code }))
  })
})

describe('MinWiseSamplers', () => {
  test('keep each of the different peers of a stream equally often, however often some come', () => {
    const samplers = new MinWiseSamplers(1, 4000, (peer) => peer)
    samplers.begin(0, randomStream(4))
    for (let round = 0; round < 30; round++) samplers.next(0, 3)
    for (let peer = 0; peer < 20; peer++) samplers.next(0, peer)
    const counts = new Int32Array(20)
    for (let sampler = 0; sampler < 4000; sampler++) counts[samplers.sample(0, sampler)]++
    expect(unevenness(counts)).toBeLessThan(2.5)
  })
})

describe('Reservoirs', () => {
  test('keep each element of a stream equally often', () => {
    const random = randomStream(5)
    const counts = new Int32Array(12)
    for (let run = 0; run < 3000; run++) {
      const reservoirs = new Reservoirs(1, 3)
      for (let element = 0; element < 12; element++) reservoirs.add(0, element, random)
      expect([reservoirs.size(0), reservoirs.counts[0]]).toEqual([3, 12])
      for (let i = 0; i < 3; i++) counts[reservoirs.element(0, i)]++
    }
    expect(unevenness(counts)).toBeLessThan(2.5)
  })
})
