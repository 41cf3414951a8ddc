import { describe, expect, test } from 'vitest'
import { createMessageCodec } from '../src/codecs/message-codec.ts'
import { createModelCodec } from '../src/codecs/model-codec.ts'
import { createNewsCastCodec } from '../src/codecs/newscast-codec.ts'
import { createBench, decode, delimited, hex, refusalOf, toHex } from './codec-support.ts'

const model = createBench(createModelCodec({ outputs: 1, dimension: 1 }))
const newsCast = createBench(createNewsCastCodec({ viewSize: 2 }))
const message = createBench(createMessageCodec({ name: 'm', payloadWordsMax: 2 }))

const WEIGHTS = '1204 0000803f'
const MAX_UINT64 = 'ffffffffffffffffff01'

describe('frames that no honest peer sends are refused with a code', () => {
  test.each([
    ['an empty frame has no weights', '', 'MODEL_DIMENSION'],
    ['weights too short', '1203 000080', 'MODEL_DIMENSION'],
    ['weights too long', '1208 0000803f 0000803f', 'MODEL_DIMENSION'],
    ['an age of 2^53', `08 8080808080808010 ${WEIGHTS}`, 'MODEL_AGE'],
    ['an age of 2^64 − 1', `08 ${MAX_UINT64} ${WEIGHTS}`, 'MODEL_AGE'],
    ['a varint of 65 bits', `08 ffffffffffffffffff02 ${WEIGHTS}`, 'FRAME_VARINT'],
    ['a varint of 11 bytes', `08 8080808080808080808000 ${WEIGHTS}`, 'FRAME_VARINT'],
    ['the end within a varint', '08 80', 'FRAME_TRUNCATED'],
    ['the end after a tag', '08', 'FRAME_TRUNCATED'],
    ['the end within the weights', '1204 000080', 'FRAME_TRUNCATED'],
    ['weights that claim 1 GiB', '12 8080808004 0000803f', 'FRAME_TRUNCATED'],
    ['weights that claim 2^64 − 1 bytes', `12 ${MAX_UINT64} 0000803f`, 'FRAME_TRUNCATED'],
    ['an unknown field that claims 1 GiB', `7a 8080808004 ${WEIGHTS}`, 'FRAME_TRUNCATED'],
    ['the age as fixed64', `09 0000000000000000 ${WEIGHTS}`, 'FRAME_WIRE_TYPE'],
    ['the weights as fixed32', '15 0000803f', 'FRAME_WIRE_TYPE'],
    ['a group', `7b 7c ${WEIGHTS}`, 'FRAME_WIRE_TYPE'],
    ['wire type 7', `7f ${WEIGHTS}`, 'FRAME_WIRE_TYPE'],
    ['field number 0', `00 ${WEIGHTS}`, 'FRAME_TAG'],
    ['a tag of more than 32 bits', `8080808010 00 ${WEIGHTS}`, 'FRAME_TAG'],
  ])('model: %s', (_, frame, code) => {
    expect(refusalOf(model, hex(frame))).toBe(code)
  })

  const idOf = (last: string) => `1220 ${'00'.repeat(31)} ${last}`
  const descriptor = (id: string, rest = '') => delimited('12', delimited('0a', id) + rest)

  test.each([
    ['an unknown kind', '0803', 'NEWSCAST_KIND'],
    ['a negative kind', `08 ${MAX_UINT64}`, 'NEWSCAST_KIND'],
    ['a LEAVE with a view', `0802 ${descriptor(idOf('01'))}`, 'NEWSCAST_VIEW'],
    ['too many descriptors', ['01', '02', '03', '04'].map((i) => descriptor(idOf(i))).join(''), 'NEWSCAST_VIEW'],
    ['a peer twice', descriptor(idOf('01')) + descriptor(idOf('02')) + descriptor(idOf('01')), 'NEWSCAST_VIEW'],
    ['a descriptor without a peer', '1202 1801', 'PEER_ID_INVALID'],
    ['an id of no bytes', descriptor(''), 'PEER_ID_INVALID'],
    ['a hash that is too short', descriptor(`121f ${'00'.repeat(31)}`), 'PEER_ID_INVALID'],
    ['a length that is not the shortest', descriptor(`12a000 ${'00'.repeat(32)}`), 'PEER_ID_INVALID'],
    ['another hash function', descriptor(`1b20 ${'00'.repeat(32)}`), 'PEER_ID_INVALID'],
    ['a secp256k1 key that is no point', descriptor(`00250802 1221 ff ${'00'.repeat(32)}`), 'PEER_ID_INVALID'],
    ['a URL for a key', descriptor(`0005 ${toHex(Buffer.from('a:///'))}`), 'PEER_ID_INVALID'],
    ['an id of 79 871 bytes', descriptor('61'.repeat(79871)), 'PEER_ID_INVALID'],
    ['the end within a descriptor', '1224 0a22 1220', 'FRAME_TRUNCATED'],
    ['a peer that ends after its descriptor', `1223 0a22 ${idOf('01')}`, 'FRAME_TRUNCATED'],
    ['a peer that claims 1 GiB', delimited('12', `0a 8080808004 ${idOf('01')}`), 'FRAME_TRUNCATED'],
    ['an empty address', descriptor(idOf('01'), '1200'), 'NEWSCAST_ADDRESSES'],
    ['nine addresses', descriptor(idOf('01'), '1202 9103'.repeat(9)), 'NEWSCAST_ADDRESSES'],
    ['an address of 257 bytes', descriptor(idOf('01'), delimited('12', '00'.repeat(257))), 'NEWSCAST_ADDRESSES'],
    ['an age of 2^31', descriptor(idOf('01'), '18 8080808008'), 'NEWSCAST_AGE'],
    ['an age of another type', descriptor(idOf('01'), '1d 00000000'), 'FRAME_WIRE_TYPE'],
    ['a view that is a number', '1001', 'FRAME_WIRE_TYPE'],
  ])('NewsCast: %s', (_, frame, code) => {
    expect(refusalOf(newsCast, hex(frame))).toBe(code)
  })

  test.each([
    ['a kind of 128', '08 8001', 'MESSAGE_KIND'],
    ['a stamp of 2^53', '18 8080808080808010', 'MESSAGE_STAMP'],
    ['a payload of half a word', '2202 0000', 'MESSAGE_PAYLOAD'],
    ['a payload that is too long', `220c ${'00'.repeat(12)}`, 'MESSAGE_PAYLOAD'],
    ['the end within the value', '11 00000000', 'FRAME_TRUNCATED'],
    ['the value as a varint', '10 00', 'FRAME_WIRE_TYPE'],
  ])('message: %s', (_, frame, code) => {
    expect(refusalOf(message, hex(frame))).toBe(code)
  })
})

describe('what a later version or another implementation may send is accepted', () => {
  const one = { kind: 0, value: 0, stamp: 7, words: [0x3f800000, 0, 0, 0] }

  test.each([
    ['fields in another order', `${WEIGHTS} 0807`],
    ['unknown fields of every wire type', `7801 ${WEIGHTS} 79 0102030405060708 7a03 616263 0807 7d 01020304`],
    ['an unknown field with a large number', `f8ffffff0f 00 ${WEIGHTS} 0807`],
    ['a scalar twice: the last counts', `0801 1204 00000000 0807 ${WEIGHTS}`],
    ['a varint that is longer than it needs to be', `08 8780808080808000 ${WEIGHTS}`],
  ])('%s', (_, frame) => {
    expect(decode(model, hex(frame))).toEqual(one)
  })

  test('a scalar that is said to be its default', () => {
    expect(decode(message, hex('0800 11 0000000000000000 1800 2200'))).toEqual({
      kind: 0,
      value: 0,
      stamp: 0,
      words: [],
    })
  })

  test('an address that is not understood, or that belongs to another peer, is left out; its peer is not', () => {
    const id = `1220 ${'00'.repeat(31)} 05`
    const good = '047f000001 060fa1'
    const addresses = {
      unknown: 'ffff7f 00',
      cutShort: '04 7f',
      longerThanItIs: '35 09 616263',
      ofAnotherPeer: `${good} a50322 ${id}`,
      notVisible: `35 05 ${toHex(Buffer.from('a\x1b[2J'))}`,
      good,
    }
    const rest = Object.values(addresses).map((address) => delimited('12', address))
    const { words } = decode(newsCast, hex(delimited('12', delimited('0a', id) + rest.join(''))))
    expect(words).toHaveLength(2)
    expect(newsCast.peers.addressesOf(words[0])).toEqual(['/ip4/127.0.0.1/tcp/4001'])
  })
})
