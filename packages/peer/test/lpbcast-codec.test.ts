import { randomStream, UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLpbcastCodec } from '../src/codecs/lpbcast-codec.ts'
import { memoryPeerName } from '../src/memory-network.ts'
import {
  type Bench,
  type Content,
  createBench,
  decode,
  delimited,
  encode,
  hex,
  protoType,
  refusalOf,
  toHex,
} from './codec-support.ts'
import { outcomeOf, randomFrame } from './fuzz-support.ts'

const SIZES = { subscriptions: 2, unsubscriptions: 1, events: 3, digest: 4, retrievals: 2, contentWords: 2 }
const Message = protoType('lpbcast', 'hearsay.lpbcast.v1.Message')

interface Gossip {
  readonly subscriptions: readonly number[]
  readonly unsubscriptions: readonly (readonly [peer: number, turns: number])[]
  readonly ids: readonly number[]
  readonly events: readonly { readonly id: number; readonly content: readonly number[] }[]
}

function pair(id: number): number[] {
  return [id | 0, Math.floor(id / 2 ** 32)]
}

/** Peers are indices of `memoryPeerName`s. */
function gossipOf(bench: Bench, { subscriptions, unsubscriptions, ids, events }: Gossip): Content {
  const peer = (index: number): number => bench.peers.intern(memoryPeerName(index))
  const counts = [subscriptions, unsubscriptions, ids, events].map((list) => list.length)
  return {
    ...{ kind: 0, value: 0, stamp: 0 },
    words: [
      ...counts,
      ...subscriptions.map(peer),
      ...unsubscriptions.flatMap(([index, turns]) => [peer(index), turns]),
      ...ids.flatMap(pair),
      ...events.flatMap(({ id, content }) => [...pair(id), content.length, ...content]),
    ],
  }
}

const bench = (): Bench => createBench(createLpbcastCodec(SIZES))
const id = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }))
const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const anyGossip = fc.record({
  subscriptions: fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { maxLength: 3 }),
  unsubscriptions: fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.nat(10)), {
    maxLength: 2,
    selector: ([peer]) => peer,
  }),
  ids: fc.array(id, { maxLength: 4 }),
  events: fc.array(fc.record({ id, content: fc.array(word, { maxLength: 2 }) }), { maxLength: 3 }),
})

describe('the codec of lpbcast', () => {
  test('brings every gossip back, and the schema reads the same', () => {
    fc.assert(
      fc.property(anyGossip, (gossip) => {
        const one = bench()
        const content = gossipOf(one, gossip)
        const frame = encode(one, content)
        expect(decode(one, frame)).toEqual(content)
        expect(frame.length).toBeLessThanOrEqual(one.codec.frameBytesMax)
        const read = Message.toObject(Message.decode(frame), { longs: Number, arrays: true, defaults: true })
        expect(read['events'].map((event: { id: number }) => event.id)).toEqual(gossip.events.map((event) => event.id))
        expect(read['unsubscriptions'].map((member: { turns: number }) => member.turns)).toEqual(
          gossip.unsubscriptions.map(([, turns]) => turns),
        )
        expect(read['subscriptions']).toHaveLength(gossip.subscriptions.length)
        expect(read['ids']).toHaveLength(8 * gossip.ids.length)
      }),
    )
  })

  test('golden bytes', () => {
    const one = bench()
    const peerId = (index: number): string =>
      toHex(one.peers.bytesOf(one.peers.intern(memoryPeerName(index))) as Uint8Array)
    const gossip = {
      subscriptions: [1],
      unsubscriptions: [[2, 9]],
      ids: [5],
      events: [{ id: 300, content: [7] }],
    } as const
    expect(toHex(encode(one, gossipOf(one, gossip)))).toBe(
      delimited('12', delimited('0a', peerId(1))) +
        delimited('1a', `${delimited('0a', peerId(2))}1809`) +
        '22080500000000000000' +
        delimited('2a', `08ac02${delimited('12', '07000000')}`),
    )
    expect(toHex(encode(one, { kind: 1, value: 0, stamp: 0, words: pair(2 ** 40) }))).toBe('080122080000000000010000')
  })

  test('leaves out peers that the address book has dropped, and counts the rest', () => {
    const one = bench()
    const content = gossipOf(one, { subscriptions: [1, 2], unsubscriptions: [], ids: [8], events: [] })
    const words = content.words.with(4, 999)
    expect(decode(one, encode(one, { ...content, words })).words).toEqual([1, 0, 1, 0, content.words[5], ...pair(8)])
  })

  const member = (last: string, rest = ''): string => delimited('0a', `1220${'00'.repeat(31)}${last}`) + rest
  test.each([
    ['an unknown kind', '0802', 'LPBCAST_KIND'],
    ['a RETRIEVE with members', `0801${delimited('12', member('01'))}`, 'LPBCAST_KIND'],
    ['a RETRIEVE with events', `0801${delimited('2a', '0801')}`, 'LPBCAST_KIND'],
    ['too many members', ['01', '02', '03', '04'].map((i) => delimited('12', member(i))).join(''), 'LPBCAST_MEMBERS'],
    ['a subscriber twice', delimited('12', member('01')).repeat(2), 'LPBCAST_MEMBERS'],
    ['a leaver twice', delimited('1a', member('01')).repeat(2), 'LPBCAST_MEMBERS'],
    ['turns of 2^31', delimited('1a', member('01', '188080808008')), 'LPBCAST_AGE'],
    ['an empty address', delimited('12', member('01', '1200')), 'LPBCAST_ADDRESSES'],
    ['half an identifier', '220401000000', 'LPBCAST_IDS'],
    ['identifier 0', '22080000000000000000', 'LPBCAST_IDS'],
    ['an identifier of 2^53', '22080000000000002000', 'LPBCAST_IDS'],
    ['too many identifiers', delimited('22', '0100000000000000'.repeat(5)), 'LPBCAST_IDS'],
    ['too many that are asked for', `0801${delimited('22', '0100000000000000'.repeat(3))}`, 'LPBCAST_IDS'],
    ['an event without an identifier', '2a00', 'LPBCAST_EVENTS'],
    ['an event of 2^53', delimited('2a', '088080808080808010'), 'LPBCAST_EVENTS'],
    ['half a word of content', delimited('2a', '080112020000'), 'LPBCAST_EVENTS'],
    ['too much content', delimited('2a', `0801${delimited('12', '00'.repeat(12))}`), 'LPBCAST_EVENTS'],
    ['too many events', delimited('2a', '0801').repeat(4), 'LPBCAST_EVENTS'],
    ['what is no peer', delimited('12', '0a0161'), 'PEER_ID_INVALID'],
    ['a list that is cut short', '12240a22', 'FRAME_TRUNCATED'],
  ])('refuses %s', (_, frame, code) => {
    expect(refusalOf(bench(), hex(frame))).toBe(code)
  })

  test.each([
    ['an unknown kind', { kind: 2, words: [] }],
    ['lists beyond the payload', { kind: 0, words: [0, 0, 9, 0] }],
    ['events beyond the payload', { kind: 0, words: [0, 0, 0, 2, 1, 0, 0] }],
    ['no counts', { kind: 0, words: [0] }],
    ['half an identifier', { kind: 1, words: [1] }],
  ])('does not send %s', (_, content) => {
    expect(() => encode(bench(), { value: 0, stamp: 0, ...content })).toThrow(UsageError)
  })

  test('20 000 random and mutated frames are accepted within bounds, or refused with a code', () => {
    const one = bench()
    const random = randomStream(5)
    const gossip = {
      subscriptions: [1, 2],
      unsubscriptions: [[3, 4]],
      ids: [5],
      events: [{ id: 6, content: [7] }],
    } as const
    const seeds = [encode(one, gossipOf(one, gossip)), encode(one, { kind: 1, value: 0, stamp: 0, words: [1, 0] })]
    const outcomes = new Set<string | undefined>()
    for (let i = 0; i < 20_000; i++) {
      const outcome = outcomeOf(one, randomFrame(random, seeds))
      outcomes.add(outcome)
      if (outcome === undefined && one.target.length > one.codec.payloadWordsMax) throw new Error('beyond its bound')
    }
    expect([...outcomes]).toEqual(
      expect.arrayContaining([undefined, 'LPBCAST_KIND', 'LPBCAST_IDS', 'LPBCAST_EVENTS', 'LPBCAST_MEMBERS']),
    )
  })
})
