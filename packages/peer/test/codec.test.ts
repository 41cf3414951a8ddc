import { UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMessageCodec } from '../src/codecs/message-codec.ts'
import { createModelCodec } from '../src/codecs/model-codec.ts'
import { createNewsCastCodec } from '../src/codecs/newscast-codec.ts'
import { memoryPeerName } from '../src/memory-network.ts'
import { createBench, decode, encode, floatBits, hex, toHex, viewWords } from './codec-support.ts'

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const stamp = fc.oneof(fc.nat(300), fc.maxSafeNat())

/** Models of any shape: every output's words are followed by zeros up to a multiple of four. */
const model = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 23 }))
  .chain(([outputs, dimension]) => {
    const output = fc.array(word, { minLength: dimension, maxLength: dimension })
    return fc.record({
      outputs: fc.constant(outputs),
      dimension: fc.constant(dimension),
      age: stamp,
      words: fc
        .array(output, { minLength: outputs, maxLength: outputs })
        .map((rows) => rows.flatMap((row) => [...row, ...new Array<number>(-dimension & 3).fill(0)])),
    })
  })

describe('model codec', () => {
  test('a model comes back bit for bit, whatever its bits mean', () => {
    fc.assert(
      fc.property(model, ({ outputs, dimension, age, words }) => {
        const bench = createBench(createModelCodec({ outputs, dimension }))
        const content = { kind: 0, value: 0, stamp: age, words }
        const frame = encode(bench, content)
        expect(decode(bench, frame)).toEqual(content)
        expect(frame.length).toBeLessThanOrEqual(bench.codec.frameBytesMax)
      }),
    )
  })

  test('golden bytes: age 300, weights 1, −2, 0.5', () => {
    const bench = createBench(createModelCodec({ outputs: 1, dimension: 3 }))
    const frame = encode(bench, { kind: 0, value: 0, stamp: 300, words: [...floatBits(1, -2, 0.5), 0] })
    expect(toHex(frame)).toBe('08ac02' + '120c' + '0000803f' + '000000c0' + '0000003f')
  })

  test('two outputs lie without padding between them on the wire', () => {
    const bench = createBench(createModelCodec({ outputs: 2, dimension: 1 }))
    const frame = encode(bench, { kind: 0, value: 0, stamp: 0, words: [1, 0, 0, 0, 2, 0, 0, 0] })
    expect(toHex(frame)).toBe('1208' + '01000000' + '02000000')
  })

  test('a model of 57 features and a bias takes at most 300 bytes, with any age', () => {
    const bench = createBench(createModelCodec({ outputs: 1, dimension: 58 }))
    const words = new Array<number>(60).fill(0)
    const frame = encode(bench, { kind: 0, value: 0, stamp: Number.MAX_SAFE_INTEGER, words })
    expect(frame.length).toBe(9 + 3 + 4 * 58)
  })

  test('weights need no alignment in the frame', () => {
    const bench = createBench(createModelCodec({ outputs: 1, dimension: 2 }))
    const content = { kind: 0, value: 0, stamp: 5, words: [...floatBits(3, 4), 0, 0] }
    const frame = encode(bench, content)
    for (let shift = 0; shift < 8; shift++) {
      const buffer = new Uint8Array(shift + frame.length)
      buffer.set(frame, shift)
      expect(decode(bench, buffer.subarray(shift))).toEqual(content)
    }
  })

  test('what is no model is a defect of the sender’s own protocol', () => {
    const bench = createBench(createModelCodec({ outputs: 1, dimension: 4 }))
    for (const wrong of [{ kind: 1 }, { value: 2 }, { words: [1, 2, 3] }]) {
      expect(() => encode(bench, { kind: 0, value: 0, stamp: 0, words: [1, 2, 3, 4], ...wrong })).toThrow(UsageError)
    }
  })

  test.each([
    { outputs: 0, dimension: 3 },
    { outputs: 1, dimension: 1.5 },
    { outputs: 2 ** 20, dimension: 2 ** 20 },
  ])('refuses the shape %o', (shape) => {
    expect(() => createModelCodec(shape)).toThrow(expect.objectContaining({ code: 'COUNT_INVALID' }))
  })
})

describe('NewsCast codec', () => {
  const view = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.nat(2 ** 31 - 1)), {
    selector: ([index]) => index,
    maxLength: 21,
  })

  test('a view comes back with the same names, ages and order on a host that numbers peers otherwise', () => {
    fc.assert(
      fc.property(view, fc.integer({ min: 0, max: 1 }), (entries, kind) => {
        const sender = createBench(createNewsCastCodec({ viewSize: 20 }), 0)
        const receiver = createBench(createNewsCastCodec({ viewSize: 20 }), 500)
        const frame = encode(sender, { kind, value: 0, stamp: 0, words: viewWords(sender.peers, entries) })
        const { words, ...header } = decode(receiver, frame)
        expect(header).toEqual({ kind, value: 0, stamp: 0 })
        expect(words).toEqual(viewWords(receiver.peers, entries))
        expect(frame.length).toBeLessThanOrEqual(sender.codec.frameBytesMax)
      }),
    )
  })

  test('addresses travel with their peers, the sender’s own included', () => {
    const sender = createBench(createNewsCastCodec({ viewSize: 2 }), 0)
    const receiver = createBench(createNewsCastCodec({ viewSize: 2 }), 9)
    const other = sender.peers.intern(memoryPeerName(1), ['/ip4/10.0.0.2/tcp/1', '/dns4/example.org/tcp/443/wss'])
    decode(receiver, encode(sender, { kind: 0, value: 0, stamp: 0, words: [0, 0, other, 3] }))
    const addressesOf = (index: number) => receiver.peers.addressesOf(receiver.peers.intern(memoryPeerName(index)))
    expect(addressesOf(0)).toEqual(['/ip4/10.0.0.1/tcp/4000'])
    expect(addressesOf(1).toSorted()).toEqual(sender.peers.addressesOf(other).toSorted())
  })

  test('golden bytes: a reply with one descriptor', () => {
    const bench = createBench(createNewsCastCodec({ viewSize: 2 }))
    const peer = bench.peers.intern(memoryPeerName(0x01020304), ['/ip4/127.0.0.1/tcp/4001'])
    const frame = encode(bench, { kind: 1, value: 0, stamp: 0, words: [peer, 7] })
    const id = `1220 01020304 ${'00'.repeat(28)}`
    expect(toHex(frame)).toBe(toHex(hex(`0801 1230 0a22 ${id} 1208 047f000001060fa1 1807`)))
  })

  test('golden bytes: a LEAVE', () => {
    const bench = createBench(createNewsCastCodec({ viewSize: 2 }))
    expect(toHex(encode(bench, { kind: 2, value: 0, stamp: 0, words: [] }))).toBe('0802')
    expect(decode(bench, hex('0802'))).toEqual({ kind: 2, value: 0, stamp: 0, words: [] })
  })

  test('a peer that the book has dropped is left out of what is sent', () => {
    const bench = createBench(createNewsCastCodec({ viewSize: 3 }))
    const words = [...viewWords(bench.peers, [[1, 4]]), 12345, 6, ...viewWords(bench.peers, [[2, 5]])]
    const received = decode(bench, encode(bench, { kind: 0, value: 0, stamp: 0, words }))
    expect(received.words).toEqual(
      viewWords(bench.peers, [
        [1, 4],
        [2, 5],
      ]),
    )
  })

  test('nothing of a frame is kept', () => {
    const sender = createBench(createNewsCastCodec({ viewSize: 2 }), 0)
    const receiver = createBench(createNewsCastCodec({ viewSize: 2 }), 9)
    const frame = encode(sender, { kind: 0, value: 0, stamp: 0, words: [0, 0] }).slice()
    const copy = frame.slice()
    const { words } = decode(receiver, frame)
    frame.fill(0xff)
    expect(toHex(encode(receiver, { kind: 0, value: 0, stamp: 0, words }))).toBe(toHex(copy))
  })

  test.each([
    { kind: 3, words: [] },
    { kind: 2, words: [0, 0] },
    { kind: 0, words: [0] },
    { kind: 0, words: [0, -1] },
    { kind: 0, words: [0, 1, 0, 1, 0, 1, 0, 1] },
  ])('%o is a defect of the sender’s own protocol', ({ kind, words }) => {
    const bench = createBench(createNewsCastCodec({ viewSize: 2 }))
    expect(() => encode(bench, { kind, value: 0, stamp: 0, words })).toThrow(UsageError)
  })
})

describe('message codec', () => {
  const content = fc.record({
    kind: fc.integer({ min: 0, max: 127 }),
    value: fc.double(),
    stamp,
    words: fc.array(word, { maxLength: 17 }),
  })

  test('a message comes back as it was, −0 and NaN included', () => {
    fc.assert(
      fc.property(content, (message) => {
        const bench = createBench(createMessageCodec({ name: 'averaging', payloadWordsMax: 17 }))
        const frame = encode(bench, message)
        expect(decode(bench, frame)).toEqual(message)
        expect(frame.length).toBeLessThanOrEqual(bench.codec.frameBytesMax)
      }),
    )
  })

  test('golden bytes: every field, and none', () => {
    const bench = createBench(createMessageCodec({ name: 'averaging', payloadWordsMax: 2 }))
    const frame = encode(bench, { kind: 5, value: -1.5, stamp: 2 ** 53 - 1, words: [1, -2] })
    expect(toHex(frame)).toBe('0805' + '11000000000000f8bf' + '18ffffffffffffff0f' + '2208' + '01000000' + 'feffffff')
    expect(encode(bench, { kind: 0, value: 0, stamp: 0, words: [] })).toHaveLength(0)
  })

  test('frames that follow one another do not share bytes', () => {
    const bench = createBench(createMessageCodec({ name: 'averaging', payloadWordsMax: 1 }))
    const frames = Array.from({ length: 5000 }, (_, i) =>
      encode(bench, { kind: 1, value: i + 0.5, stamp: i, words: [i] }),
    )
    frames.forEach((frame, i) =>
      expect(decode(bench, frame)).toEqual({ kind: 1, value: i + 0.5, stamp: i, words: [i] }),
    )
  })

  test('a payload longer than declared is a defect of the sender’s own protocol', () => {
    const bench = createBench(createMessageCodec({ name: 'averaging', payloadWordsMax: 1 }))
    expect(() => encode(bench, { kind: 0, value: 0, stamp: 0, words: [1, 2] })).toThrow(UsageError)
  })

  test.each(['', 'Upper', '-x', 'a/b', 'x'.repeat(65)])('refuses the name %j', (name) => {
    expect(() => createMessageCodec({ name, payloadWordsMax: 1 })).toThrow(UsageError)
  })
})
