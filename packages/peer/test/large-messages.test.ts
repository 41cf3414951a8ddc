import { alignWords, type Message, RemoteError } from '@hearsay/core'
import { FederatedKind, updateValue } from '@hearsay/federated'
import { BufferMemory } from '@hearsay/kernels'
import { WEIGHT_ENCODINGS, type WeightEncoding } from '@hearsay/protocols'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Codec, LargeMessages, MessageSlot } from '../src/codec.ts'
import { createFederatedCodec } from '../src/codecs/federated-codec.ts'
import { createModelCodec } from '../src/codecs/model-codec.ts'
import { MemoryNetwork, memoryPeerName } from '../src/memory-network.ts'
import { ProtocolHost } from '../src/protocol-host.ts'
import { VirtualClock } from '../src/virtual-clock.ts'
import { settleWords } from '../src/wire/words.ts'
import { createHost, protocolOf } from './host-support.ts'
import { randomStream } from '@hearsay/core'

/** Weights of the smallest model that is too long for a frame. */
const ENOUGH: Record<WeightEncoding, number> = { float32: 65_537, float16: 131_073, int8: 262_141 }

function largeOf(codec: Codec): LargeMessages {
  if (codec.large === undefined) throw new Error('its messages fit into frames')
  return codec.large
}

/** Words that are all different, with zeros where the shape has padding. */
function filled(words: number, outputs: number, dimension: number): Int32Array {
  const stride = words / outputs
  return Int32Array.from({ length: words }, (_, i) => (outputs > 1 && i % stride >= dimension ? 0 : i * 2654435761))
}

/** Takes a message apart and puts it together again, its body cut at `cuts`. */
function carried(codec: Codec, message: Message, from: BufferMemory, cuts: readonly number[]) {
  const large = largeOf(codec)
  const [head, body] = [large.encodeHead(message), large.encodeBody(message, from)]
  expect(large.bodyBytes(message)).toBe(body.length)
  const memory = new BufferMemory(8)
  const offset = memory.allocate(alignWords(large.wordsMax))
  memory.int32.fill(-1, offset, offset + alignWords(large.wordsMax))
  const target: MessageSlot = { kind: 9, value: 9, stamp: 9, offset, length: 9 }
  large.decodeHead(head, body.length, target)
  const ends = [...cuts.map((cut) => cut % body.length), body.length].sort((a, b) => a - b)
  let position = 0
  for (const end of ends) {
    large.writeBody(target, memory, position, body.subarray(position, end))
    position = end
  }
  large.finishBody(target, memory)
  const { kind, value, stamp, length } = target
  return { kind, value, stamp, words: memory.int32.slice(offset, offset + alignWords(length)) }
}

const cuts = fc.array(fc.nat(400_000), { maxLength: 8 })

describe('a model that is longer than a frame', () => {
  it.each([
    [1, 65_537],
    [3, 22_001],
    [4, 16_385],
  ])('comes back from its pieces, wherever it is cut: %i outputs of %i', (outputs, dimension) => {
    const codec = createModelCodec({ outputs, dimension })
    const length = outputs * alignWords(dimension)
    const memory = new BufferMemory(8)
    const offset = memory.allocate(length)
    memory.int32.set(filled(length, outputs, dimension), offset)
    if (outputs === 1) memory.int32.fill(0, offset + dimension, offset + length)
    const message = { kind: 0, value: 0, stamp: 2 ** 40 + 1, offset, length }
    fc.assert(
      fc.property(cuts, (at) => {
        const back = carried(codec, message, memory, at)
        expect({ ...back, words: 0 }).toEqual({ kind: 0, value: 0, stamp: 2 ** 40 + 1, words: 0 })
        expect(
          Buffer.compare(
            Buffer.from(back.words.buffer),
            Buffer.from(memory.int32.slice(offset, offset + length).buffer),
          ),
        ).toBe(0)
      }),
      { numRuns: 20 },
    )
  })

  it.each(WEIGHT_ENCODINGS)('travels as %s, the part or seed in its head', (weights) => {
    const parts = { kind: 'partitioned', parts: 2 } as const
    const codec = createModelCodec({ outputs: 1, dimension: 2 * ENOUGH[weights] - 1, weights, exchange: parts })
    const length = largeOf(codec).wordsMax
    const memory = new BufferMemory(8)
    const offset = memory.allocate(length)
    memory.int32.set(filled(length, 1, length), offset)
    // The second part has one weight fewer, and is a frame.
    expect(largeOf(codec).bodyBytes({ kind: 0, value: 1, stamp: 1, offset, length })).toBe(0)
    const message = { kind: 0, value: 0, stamp: 5, offset, length }
    const bytes = largeOf(codec).encodeBody(message, memory)
    const back = carried(codec, message, memory, [1, 77_777])
    expect([back.value, back.stamp]).toEqual([0, 5])
    const same = Buffer.from(back.words.buffer, 0, bytes.length).equals(Buffer.from(bytes.buffer, 0, bytes.length))
    expect(same).toBe(true)
    expect([...new Uint8Array(back.words.buffer, bytes.length)].every((byte) => byte === 0)).toBe(true)
  })

  it('is still a frame where it fits into one', () => {
    for (const weights of WEIGHT_ENCODINGS) {
      expect(createModelCodec({ outputs: 1, dimension: ENOUGH[weights] - 1, weights }).large).toBeUndefined()
      const codec = createModelCodec({ outputs: 1, dimension: ENOUGH[weights], weights })
      expect(largeOf(codec).bytesMax).toBeGreaterThan(2 ** 18)
      expect(codec.frameBytesMax).toBeLessThan(2 ** 18 + 512)
    }
  })

  it('is refused as a frame, with another length, and with weights in its head', () => {
    const codec = createModelCodec({ outputs: 1, dimension: 70_000 })
    const large = largeOf(codec)
    const memory = new BufferMemory(8)
    const message = { kind: 0, value: 0, stamp: 1, offset: memory.allocate(70_000), length: 70_000 }
    const target: MessageSlot = { kind: 0, value: 0, stamp: 0, offset: 0, length: 0 }
    const frame = codec.encode(message, memory, undefined as never)
    expect(() => codec.decode(frame, target, memory, undefined as never)).toThrow(RemoteError)
    const head = large.encodeHead(message)
    for (const bytes of [1, 279_996, 280_004, 2 ** 30])
      expect(() => large.decodeHead(head, bytes, target)).toThrow(RemoteError)
    expect(() => large.decodeHead(Uint8Array.of(...head, 0x12, 4, 0, 0, 0, 0), 280_000, target)).toThrow(
      'weights of its own',
    )
  })
})

describe('federated messages', () => {
  const codec = createFederatedCodec({ outputs: 1, dimension: 70_000, weights: 'int8' })
  const memory = new BufferMemory(8)
  const offset = memory.allocate(70_000)
  memory.int32.set(filled(70_000, 1, 70_000), offset)

  it('are transfers where their kind is long, and frames where it is not', () => {
    const model = { kind: FederatedKind.model, value: 12, stamp: 3, offset, length: 70_000 }
    const back = carried(codec, model, memory, [10, 1001])
    expect({ ...back, words: back.words[69_999] }).toEqual({
      ...{ kind: FederatedKind.model, value: 12, stamp: 3, words: memory.int32[offset + 69_999] },
    })
    const update = { kind: FederatedKind.update, value: updateValue(9, 0), stamp: 3, offset, length: 17_501 }
    expect(largeOf(codec).bodyBytes(update)).toBe(0)
    expect(codec.encode(update, memory, undefined as never).length).toBeLessThan(codec.frameBytesMax)
  })

  it('that have no weights have no body', () => {
    const head = Uint8Array.of()
    const target: MessageSlot = { kind: 0, value: 0, stamp: 0, offset: 0, length: 0 }
    expect(() => largeOf(codec).decodeHead(head, 280_000, target)).toThrow(RemoteError)
  })
})

it('words are settled in the order of any machine', () => {
  const memory = new BufferMemory(8)
  const offset = memory.allocate(4)
  memory.int32.set([1, 2, 3, -1], offset)
  settleWords(memory, offset, 4, 13, false)
  expect([...memory.int32.subarray(offset, offset + 4)]).toEqual([1, 2, 3, 255])
})

describe('a host', () => {
  const dimension = 66_000
  const codec = (): Codec => createModelCodec({ outputs: 1, dimension })

  it('sends and receives long models over any transport', async () => {
    const clock = new VirtualClock()
    const network = new MemoryNetwork({ clock, delay: 5 })
    const received: number[] = []
    const hosts = [1, 2].map((index) => {
      const memory = new BufferMemory(8)
      const model = memory.allocate(dimension)
      memory.float32.fill(index, model, model + dimension)
      const protocol = protocolOf({
        onStart: (context) => context.setTimer(0, 10),
        onTimeout: (context) => context.send(1, 0, 0, index, model, dimension),
        onMessage: (_, __, { stamp, offset, length }) => received.push(stamp, memory.float32[offset + length - 1]),
      })
      const transport = network.createTransport(memoryPeerName(index))
      const onFault = ({ error }: { error: unknown }): never => {
        throw error
      }
      const parts = { transport, clock, memory, random: randomStream(1), onFault }
      const host = new ProtocolHost({ ...parts, protocols: [{ protocol, codec: codec() }] })
      host.peers.intern(memoryPeerName(3 - index))
      return { host, transport }
    })
    for (const { host, transport } of hosts) {
      await transport.start()
      host.start()
    }
    clock.run(20)
    expect(received).toEqual([1, 1, 2, 2])
    expect(network.counters).toMatchObject({ accepted: 2, refused: 0 })
    expect(hosts[0].host.counters.protocols.get('gossip-learning')).toMatchObject({ bytesSent: 4 * dimension + 2 })
  })

  it('takes none before it starts or of a protocol that it has not, and says why', () => {
    const { host, transport, refusals } = createHost([{ protocol: protocolOf({}), codec: codec() }])
    const { receiver } = transport
    const offer = (bytes: number, protocol = 'gossip-learning') =>
      receiver.onTransfer?.(memoryPeerName(5), protocol, Uint8Array.of(8, 1), bytes)
    expect(offer(4 * dimension)).toBe('busy')
    host.start()
    expect([offer(4 * dimension, 'other'), offer(4 * dimension - 4), offer(2 ** 30)]).toEqual([
      'refused',
      'refused',
      'oversize',
    ])
    expect(refusals.map(({ code }) => code)).toEqual(['UNKNOWN_PROTOCOL', 'MODEL_DIMENSION', 'TRANSFER_TOO_LONG'])
  })

  it('uses the memory of a transfer again, however it ended, and guards what came', () => {
    const guard = { inspect: ({ stamp }: Message) => (stamp > 1 ? ('age-implausible' as const) : undefined) }
    const seen: number[] = []
    const protocol = protocolOf({ onMessage: (_, __, { stamp }) => seen.push(stamp) })
    const { host, transport, memory, refusals } = createHost([{ protocol, codec: codec(), guard }])
    host.start()
    const body = new Uint8Array(4 * dimension)
    const transfer = (age: number, ends: boolean): boolean | undefined => {
      const sink = transport.receiver.onTransfer?.(
        memoryPeerName(5),
        'gossip-learning',
        Uint8Array.of(8, age),
        body.length,
      )
      if (sink === undefined || typeof sink === 'string') throw new Error(`refused: ${sink}`)
      sink.write(body)
      return ends ? sink.end() : void sink.abort()
    }
    expect(transfer(1, true)).toBe(true)
    const { length } = memory.float32
    expect([transfer(1, false), transfer(2, true), transfer(1, true)]).toEqual([undefined, false, true])
    expect(memory.float32.length).toBe(length)
    expect([seen, refusals.map(({ code }) => code)]).toEqual([[1, 1], ['age-implausible']])
  })
})
