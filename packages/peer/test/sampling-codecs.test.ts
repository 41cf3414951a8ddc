import { UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Codec } from '../src/codec.ts'
import { createBrahmsCodec, createCyclonCodec, createPeerSamplingCodec } from '../src/codecs/sampling-codecs.ts'
import { memoryPeerName } from '../src/memory-network.ts'
import { createBench, decode, delimited, encode, hex, protoType, refusalOf, toHex, viewWords } from './codec-support.ts'

interface Format {
  readonly codec: Codec
  readonly code: string
  /** Descriptors of the longest message. */
  readonly most: number
  readonly viewKind: number
  readonly bareKind: number
  readonly type: ReturnType<typeof protoType>
}

const Exchange = protoType('peer-sampling', 'hearsay.peer_sampling.v1.Exchange')
const Message = protoType('brahms', 'hearsay.brahms.v1.Message')

const FORMATS: readonly Format[] = [
  {
    codec: createPeerSamplingCodec({ viewSize: 9 }),
    code: 'PEER_SAMPLING',
    most: 4,
    type: Exchange,
    viewKind: 1,
    bareKind: 2,
  },
  { codec: createCyclonCodec({ shuffleLength: 4 }), code: 'CYCLON', most: 4, type: Exchange, viewKind: 0, bareKind: 2 },
  { codec: createBrahmsCodec({ viewSize: 4 }), code: 'BRAHMS', most: 4, type: Message, viewKind: 1, bareKind: 0 },
]

const idOf = (last: string): string => `1220${'00'.repeat(31)}${last}`
const descriptor = (id: string, rest = ''): string => delimited('12', delimited('0a', id) + rest)

describe.each(FORMATS)('the codec of $codec.name', ({ codec, code, most, type, viewKind, bareKind }) => {
  const kindField = (kind: number): string => (kind === 0 ? '' : `080${kind}`)

  test('brings every view back, within the bound of frames', () => {
    const ages = fc.array(fc.nat(2 ** 31 - 1), { maxLength: most })
    fc.assert(
      fc.property(ages, (list) => {
        const bench = createBench(codec)
        const words = viewWords(
          bench.peers,
          list.map((age, i) => [i + 1, age] as const),
        )
        const content = { kind: viewKind, value: 0, stamp: 0, words }
        const frame = encode(bench, content)
        expect(decode(bench, frame)).toEqual(content)
        expect(frame.length).toBeLessThanOrEqual(codec.frameBytesMax)
        // Another implementation, from the schema alone, reads the same peers.
        const { view } = type.toObject(type.decode(frame), { bytes: Array, arrays: true }) as { view: unknown[] }
        expect(view).toHaveLength(list.length)
      }),
    )
  })

  test('writes peers as ids and addresses, and never as this host’s integers', () => {
    const bench = createBench(codec)
    const words = [bench.peers.intern(memoryPeerName(5), ['/ip4/127.0.0.1/tcp/4001']), 3]
    const frame = encode(bench, { kind: viewKind, value: 0, stamp: 0, words })
    const id = toHex(bench.peers.bytesOf(words[0]) as Uint8Array)
    expect(toHex(frame)).toBe(kindField(viewKind) + descriptor(id, '1208047f000001060fa11803'))
    // To another host the same peer is another integer.
    const other = createBench(codec, 7)
    for (let i = 100; i < 103; i++) other.peers.intern(memoryPeerName(i))
    const [peer, age] = decode(other, frame).words
    expect([peer, age, other.peers.nameOf(peer)]).toEqual([4, 3, memoryPeerName(5)])
    expect(other.peers.addressesOf(peer)).toEqual(['/ip4/127.0.0.1/tcp/4001'])
  })

  test('carries the kinds that have no view', () => {
    const bench = createBench(codec)
    const content = { kind: bareKind, value: 0, stamp: 0, words: [] }
    const frame = encode(bench, content)
    expect(toHex(frame)).toBe(kindField(bareKind))
    expect(decode(bench, frame)).toEqual(content)
  })

  test.each([
    ['an unknown kind', () => '0803', 'KIND'],
    ['a bare kind with a view', () => kindField(bareKind) + descriptor(idOf('01')), 'VIEW'],
    ['a peer twice', () => kindField(viewKind) + descriptor(idOf('01')) + descriptor(idOf('01')), 'VIEW'],
    [
      'too many peers',
      () => kindField(viewKind) + ['01', '02', '03', '04', '05'].map((i) => descriptor(idOf(i))).join(''),
      'VIEW',
    ],
    ['an empty address', () => kindField(viewKind) + descriptor(idOf('01'), '1200'), 'ADDRESSES'],
    ['an age of 2^31', () => kindField(viewKind) + descriptor(idOf('01'), '188080808008'), 'AGE'],
  ])('refuses %s', (_, frame, what) => {
    expect(refusalOf(createBench(codec), hex(frame()))).toBe(`${code}_${what}`)
  })

  test('refuses what is no peer, and what is cut short', () => {
    const bench = createBench(codec)
    expect(refusalOf(bench, hex(kindField(viewKind) + descriptor('61')))).toBe('PEER_ID_INVALID')
    expect(refusalOf(bench, hex(`${kindField(viewKind)}12240a22`))).toBe('FRAME_TRUNCATED')
  })

  test('does not send what its own protocol cannot mean', () => {
    const bench = createBench(codec)
    const wrong = [
      { kind: 3, words: [] },
      { kind: viewKind, words: [1] },
      { kind: viewKind, words: new Array<number>(2 * most + 2).fill(0) },
      { kind: bareKind, words: viewWords(bench.peers, [[1, 0]]) },
      { kind: viewKind, words: [bench.peers.intern(memoryPeerName(1)), -1] },
    ]
    for (const content of wrong) expect(() => encode(bench, { value: 0, stamp: 0, ...content })).toThrow(UsageError)
  })
})

test.each([
  () => createPeerSamplingCodec({ viewSize: 1 }),
  () => createCyclonCodec({ shuffleLength: 0 }),
  () => createBrahmsCodec({ viewSize: 128 }),
])('sizes out of bounds are refused: %s', (create) => {
  expect(create).toThrow(UsageError)
})
