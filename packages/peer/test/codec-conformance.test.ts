import { generateKeyPairFromSeed, privateKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import fc from 'fast-check'
import type protobuf from 'protobufjs'
import { describe, expect, test } from 'vitest'
import { createMessageCodec } from '../src/codecs/message-codec.ts'
import { createModelCodec } from '../src/codecs/model-codec.ts'
import { createNewsCastCodec } from '../src/codecs/newscast-codec.ts'
import { createBench, decode, encode, floatBits, protoType } from './codec-support.ts'

// protobufjs reads the .proto files themselves: whoever generates a peer from them gets what it gets.
const Model = protoType('gossip-learning', 'hearsay.gossip_learning.v1.Model')
const Exchange = protoType('newscast', 'hearsay.newscast.v1.Exchange')
const Message = protoType('message', 'hearsay.message.v1.Message')

const AS_JAVASCRIPT = { longs: Number, enums: String, bytes: Array, defaults: true, arrays: true } as const
/** What a field that is not there reads as. */
const NO_WEIGHTS = { weights: [], float16_weights: [], int8_weights: [], part: 0, subset_seed: 0 }

function read(type: protobuf.Type, frame: Uint8Array): Record<string, unknown> {
  return type.toObject(type.decode(frame), AS_JAVASCRIPT)
}

function write(type: protobuf.Type, fields: Record<string, unknown>): Uint8Array {
  return type.encode(type.fromObject(fields)).finish()
}

const float = fc.float({ noNaN: true })
const stamp = fc.oneof(fc.nat(300), fc.maxSafeNat())

describe('the schema, as protobufjs has it', () => {
  test('a model', () => {
    fc.assert(
      fc.property(stamp, fc.tuple(float, float, float), (age, weights) => {
        const bench = createBench(createModelCodec({ outputs: 1, dimension: 3 }))
        const content = { kind: 0, value: 0, stamp: age, words: [...floatBits(...weights), 0] }
        const bytes = new Uint8Array(12)
        weights.forEach((weight, i) => new DataView(bytes.buffer).setFloat32(4 * i, weight, true))
        expect(read(Model, encode(bench, content))).toEqual({ ...NO_WEIGHTS, age, weights: Array.from(bytes) })
        expect(decode(bench, write(Model, { age, weights: bytes }))).toEqual(content)
      }),
    )
  })

  test('a part of a model as int8', () => {
    const weights = fc.uint8Array({ minLength: 4 + 3, maxLength: 4 + 3 })
    fc.assert(
      fc.property(stamp, fc.nat(2), weights, (age, part, bytes) => {
        const exchange = { kind: 'partitioned', parts: 3 } as const
        const bench = createBench(createModelCodec({ outputs: 1, dimension: 9, exchange, weights: 'int8' }))
        const view = new DataView(Uint8Array.of(...bytes, 0).buffer)
        const content = { kind: 0, value: part, stamp: age, words: [view.getInt32(0, true), view.getInt32(4, true)] }
        const fields = { age, part, int8_weights: Array.from(bytes) }
        expect(read(Model, encode(bench, content))).toEqual({ ...NO_WEIGHTS, ...fields })
        expect(decode(bench, write(Model, { ...fields, int8_weights: bytes }))).toEqual(content)
      }),
    )
  })

  test('a subset of a model as float16', () => {
    const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 })
    const weights = fc.uint8Array({ minLength: 6, maxLength: 6 })
    fc.assert(
      fc.property(stamp, seed, weights, (age, subset_seed, bytes) => {
        const exchange = { kind: 'subsampled', share: 0.5 } as const
        const bench = createBench(createModelCodec({ outputs: 2, dimension: 3, exchange, weights: 'float16' }))
        const view = new DataView(Uint8Array.of(...bytes, 0, 0).buffer)
        const words = [view.getInt32(0, true), view.getInt32(4, true)]
        const content = { kind: 0, value: subset_seed, stamp: age, words }
        const fields = { age, subset_seed, float16_weights: Array.from(bytes) }
        expect(read(Model, encode(bench, content))).toEqual({ ...NO_WEIGHTS, ...fields })
        expect(decode(bench, write(Model, { ...fields, float16_weights: bytes }))).toEqual(content)
      }),
    )
  })

  test('a message', () => {
    const payload = fc
      .uint8Array({ maxLength: 5 })
      .map((bytes) => Uint8Array.of(...bytes, ...bytes, ...bytes, ...bytes))
    const fields = fc.record({ kind: fc.nat(127), value: fc.double(), stamp, payload })
    fc.assert(
      fc.property(fields, ({ kind, value, stamp, payload }) => {
        const bench = createBench(createMessageCodec({ name: 'm', payloadWordsMax: 5 }))
        const view = new DataView(payload.buffer)
        const words = Array.from({ length: payload.length / 4 }, (_, i) => view.getInt32(4 * i, true))
        const content = { kind, value, stamp, words }
        expect(read(Message, encode(bench, content))).toEqual({ kind, value, stamp, payload: Array.from(payload) })
        expect(decode(bench, write(Message, { kind, value, stamp, payload }))).toEqual(content)
      }),
    )
  })

  test('an exchange between peers with keys of both kinds', async () => {
    const ed25519 = peerIdFromPrivateKey(await generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(7)))
    const secp256k1 = peerIdFromPrivateKey(privateKeyFromRaw(new Uint8Array(32).fill(9)))
    const bench = createBench(createNewsCastCodec({ viewSize: 4 }))
    const address = '/dns4/peer.example.org/tcp/443/wss'
    const words = [bench.peers.intern(ed25519.toString(), [address]), 3, bench.peers.intern(secp256k1.toString()), 0]
    const content = { kind: 1, value: 0, stamp: 0, words }
    const fields = {
      kind: 'REPLY',
      view: [
        { peer: Array.from(ed25519.toMultihash().bytes), addresses: [Array.from(multiaddr(address).bytes)], age: 3 },
        { peer: Array.from(secp256k1.toMultihash().bytes), addresses: [], age: 0 },
      ],
    }
    expect(read(Exchange, encode(bench, content))).toEqual(fields)
    expect(decode(bench, write(Exchange, fields))).toEqual(content)
  })

  test('kinds of an exchange', () => {
    const bench = createBench(createNewsCastCodec({ viewSize: 4 }))
    for (const [kind, name] of ['REQUEST', 'REPLY', 'LEAVE'].entries()) {
      const content = { kind, value: 0, stamp: 0, words: [] }
      expect(read(Exchange, encode(bench, content))).toEqual({ kind: name, view: [] })
      expect(decode(bench, write(Exchange, { kind: name }))).toEqual(content)
    }
  })
})
