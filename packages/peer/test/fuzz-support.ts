import { type Random, RemoteError } from '@hearsay/core'
import { createMessageCodec } from '../src/codecs/message-codec.ts'
import { createModelCodec } from '../src/codecs/model-codec.ts'
import { createNewsCastCodec } from '../src/codecs/newscast-codec.ts'
import { memoryPeerName } from '../src/memory-network.ts'
import { type Bench, createBench, delimited, encode, hex } from './codec-support.ts'

const MAX_UINT64 = 'ffffffffffffffffff01'

/** What breaks parsers: lengths of 1 GiB and 2⁶⁴ − 1, an endless varint, groups, field 0, huge tags … */
const NASTY = ['8080808004', MAX_UINT64, 'ffffffffffffffffffff', '0b', '0c', '00', 'f8ffffff0f', '0a', '12']
  // … and whole fields: numbers and payloads out of bounds, descriptors of a great age and with an empty address.
  .concat([`08${MAX_UINT64}`, `18${MAX_UINT64}`, '2203000000', delimited('22', '00'.repeat(52))])
  .concat([`18${MAX_UINT64}`, '1200'].map((rest) => delimited('12', delimited('0a', `1220${'07'.repeat(32)}`) + rest)))
  .map(hex)

/** A codec under fire, and valid frames to begin with. */
export interface Target {
  readonly bench: Bench
  readonly seeds: Uint8Array[]
}

/** One bench for each codec, each with two valid frames. */
export function createTargets(): Target[] {
  const model = createBench(createModelCodec({ outputs: 2, dimension: 7 }))
  const newsCast = createBench(createNewsCastCodec({ viewSize: 20 }))
  const message = createBench(createMessageCodec({ name: 'message', payloadWordsMax: 12 }))
  const view = Array.from({ length: 6 }, (_, i) => {
    const address = `/dns4/peer-${i}.example.org/tcp/443/wss`
    return [newsCast.peers.intern(memoryPeerName(i + 1), ['/ip4/10.0.0.2/tcp/1', address]), i]
  })
  const whole = { kind: 0, value: 0, stamp: 0 }
  return [
    {
      bench: model,
      seeds: [77, 2 ** 40].map((age) => encode(model, { ...whole, stamp: age, words: new Array<number>(16).fill(3) })),
    },
    {
      bench: newsCast,
      seeds: [view.slice(0, 2), view].map((entries) => encode(newsCast, { ...whole, words: entries.flat() })),
    },
    {
      bench: message,
      seeds: [0, 12].map((words) =>
        encode(message, { kind: 5, value: 0.1, stamp: 300, words: new Array(words).fill(1) }),
      ),
    },
  ]
}

/** The codec of models, where they travel in parts and in fewer bytes. */
export function createPartsTarget(): Target {
  const exchange = { kind: 'partitioned', parts: 3 } as const
  const bench = createBench(createModelCodec({ name: 'parts', outputs: 2, dimension: 7, exchange, weights: 'int8' }))
  const seeds = [
    [0x3f800000, 0x01020304, 5],
    [0x3f800000, 0x01020304],
  ].map((words, i) => encode(bench, { kind: 0, value: 2 * i, stamp: 300, words }))
  return { bench, seeds }
}

/** Random bytes, or one of the seeds after a few random edits. */
export function randomFrame(random: Random, seeds: readonly Uint8Array[]): Uint8Array {
  if (random.below(8) === 0) return randomBytes(random, random.below(64))
  let frame = pick(random, seeds)
  for (let edits = random.below(4); edits >= 0; edits--) frame = mutate(random, frame, seeds)
  return frame
}

function mutate(random: Random, frame: Uint8Array, seeds: readonly Uint8Array[]): Uint8Array {
  // Half of the edits are at an end, where a whole field does not break the others.
  const at = [0, frame.length, random.below(frame.length + 1), random.below(frame.length + 1)][random.below(4)]
  switch (random.below(6)) {
    case 0:
      return frame.slice(0, at)
    case 1:
      return splice(frame, at, random.below(8), new Uint8Array(0))
    case 2:
      return splice(frame, at, 0, randomBytes(random, 1 + random.below(4)))
    case 3:
      return splice(frame, at, random.below(3), pick(random, NASTY))
    case 4:
      return splice(frame, at, 0, pick(random, seeds))
    default:
      return splice(frame, at, 1, randomBytes(random, 1))
  }
}

function splice(frame: Uint8Array, at: number, removed: number, inserted: Uint8Array): Uint8Array {
  const rest = frame.subarray(at + removed)
  const spliced = new Uint8Array(at + inserted.length + rest.length)
  spliced.set(frame.subarray(0, at))
  spliced.set(inserted, at)
  spliced.set(rest, at + inserted.length)
  return spliced
}

function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.uint32() & 0xff)
}

function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.below(values.length)]
}

/** `undefined` for an accepted frame, the code for a refused one; throws whatever else came out. */
export function outcomeOf({ codec, target, memory, peers }: Bench, frame: Uint8Array): string | undefined {
  try {
    codec.decode(frame, target, memory, peers)
    return undefined
  } catch (error) {
    if (error instanceof RemoteError) return error.code
    throw new Error(`${codec.name} threw something else for ${Buffer.from(frame).toString('hex')}`, { cause: error })
  }
}
