import { readFileSync } from 'node:fs'
import { alignWords, type Memory, RemoteError } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import protobuf from 'protobufjs'
import { AddressBook } from '../src/address-book.ts'
import type { Codec, MessageSlot, PeerInterner } from '../src/codec.ts'
import { memoryPeerName } from '../src/memory-network.ts'

/** A codec with what it works on. */
export interface Bench {
  readonly codec: Codec
  readonly memory: Memory
  readonly peers: AddressBook
  readonly target: MessageSlot
}

export function createBench(codec: Codec, self = 0): Bench {
  const memory = new BufferMemory(1024)
  const offset = memory.allocate(alignWords(codec.payloadWordsMax))
  const peers = new AddressBook({ self: memoryPeerName(self), selfAddresses: () => ['/ip4/10.0.0.1/tcp/4000'] })
  return { codec, memory, peers, target: { kind: 9, value: 9, stamp: 9, offset, length: 9 } }
}

/** Header and payload of a message, apart from any memory. Words are bits: floats may be any NaN. */
export interface Content {
  readonly kind: number
  readonly value: number
  readonly stamp: number
  readonly words: readonly number[]
}

export function encode({ codec, memory, peers }: Bench, { kind, value, stamp, words }: Content): Uint8Array {
  const offset = memory.allocate(words.length)
  memory.int32.set(words, offset)
  return codec.encode({ kind, value, stamp, offset, length: words.length }, memory, peers)
}

/** Decodes into a payload that was full of something else; checks that words up to the next multiple of four are 0. */
export function decode({ codec, memory, peers, target }: Bench, frame: Uint8Array): Content {
  memory.int32.fill(-1, target.offset, target.offset + alignWords(codec.payloadWordsMax))
  codec.decode(frame, target, memory, peers)
  const { kind, value, stamp, offset, length } = target
  const padding = memory.int32.subarray(offset + length, offset + alignWords(length))
  if (padding.some((word) => word !== 0)) throw new Error(`padding is not zero: ${padding}`)
  return { kind, value, stamp, words: Array.from(memory.int32.subarray(offset, offset + length)) }
}

/** The code with which a frame is refused. Fails when it is accepted, or refused by anything but a `RemoteError`. */
export function refusalOf(bench: Bench, frame: Uint8Array): string {
  try {
    bench.codec.decode(frame, bench.target, bench.memory, bench.peers)
  } catch (error) {
    if (error instanceof RemoteError) return error.code
    throw error
  }
  throw new Error('the frame was accepted')
}

export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))
}

/** Hex of a length-delimited field: its tag, the length of what is in it, and that. */
export function delimited(tag: string, inner: string): string {
  const { length } = hex(inner)
  const varint: number[] = []
  for (let rest = length; rest > 0 || varint.length === 0; rest >>= 7)
    varint.push(rest > 127 ? (rest & 127) | 128 : rest)
  return tag + toHex(Uint8Array.from(varint)) + inner
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

export function floatBits(...values: number[]): number[] {
  return Array.from(new Int32Array(new Float32Array(values).buffer))
}

/** A view as words: peers are interned in order of their index among `memoryPeerName`s. */
export function viewWords(peers: PeerInterner, entries: readonly (readonly [index: number, age: number])[]): number[] {
  return entries.flatMap(([index, age]) => [peers.intern(memoryPeerName(index)), age])
}

/** A message type of a `.proto` file, as an implementation that is not ours reads it. */
export function protoType(file: string, type: string): protobuf.Type {
  const source = readFileSync(new URL(`../proto/${file}.proto`, import.meta.url), 'utf8')
  return protobuf.parse(source, { keepCase: true }).root.lookupType(type)
}
