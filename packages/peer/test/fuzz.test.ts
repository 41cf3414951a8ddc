import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { randomStream } from '@hearsay/core'
import { expect, test } from 'vitest'
import { AddressBook } from '../src/address-book.ts'
import { memoryPeerName } from '../src/memory-network.ts'
import { createPartsTarget, createTargets, outcomeOf, randomFrame } from './fuzz-support.ts'
import { createHost, protocolOf } from './host-support.ts'

const FRAMES = 100_000

/** Bytes in use after a full collection. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  collect()
  return process.memoryUsage().heapUsed
}

test(`${FRAMES} random and mutated frames: accepted within bounds, or refused with a code`, () => {
  const random = randomStream(2024)
  const outcomes = new Map<string, number>()
  const targets = [...createTargets(), createPartsTarget()]
  for (let i = 0; i < FRAMES; i++) {
    const { bench, seeds } = targets[i % targets.length]
    const outcome = outcomeOf(bench, randomFrame(random, seeds))
    outcomes.set(outcome ?? 'accepted', (outcomes.get(outcome ?? 'accepted') ?? 0) + 1)
    if (outcome === undefined) {
      const { kind, stamp, length } = bench.target
      // Without expect, which would take most of the time.
      const sound = kind >= 0 && kind <= 127 && Number.isSafeInteger(stamp) && length <= bench.codec.payloadWordsMax
      if (!sound) throw new Error(`${bench.codec.name} accepted kind ${kind}, stamp ${stamp}, ${length} words`)
    }
  }
  // The fuzzer reaches what it should: every kind of refusal that a few edits can bring about, and sound frames.
  const reached = [...outcomes].filter(([, count]) => count >= 10).map(([outcome]) => outcome)
  expect(reached).toEqual(
    expect.arrayContaining([
      'accepted',
      'FRAME_TRUNCATED',
      'FRAME_VARINT',
      'FRAME_TAG',
      'FRAME_WIRE_TYPE',
      'MODEL_DIMENSION',
      'MODEL_AGE',
      'NEWSCAST_KIND',
      'NEWSCAST_VIEW',
      'NEWSCAST_ADDRESSES',
      'NEWSCAST_AGE',
      'PEER_ID_INVALID',
      'MESSAGE_KIND',
      'MESSAGE_STAMP',
      'MESSAGE_PAYLOAD',
    ]),
  )
})

test(`${FRAMES} frames through a host: nothing uncaught, no fault, memory flat`, () => {
  const random = randomStream(7)
  const targets = createTargets()
  let received = 0
  const protocol = protocolOf({
    onMessage(context, from, { kind, value, stamp, offset, length }) {
      received++
      if (context.random.below(4) === 0) context.send(from, kind, value, stamp, offset, length)
    },
  })
  const self = memoryPeerName(4_000_000_000)
  const addressBook = new AddressBook({ self, capacity: 512 })
  const protocols = targets.map(({ bench }) => ({ protocol, codec: bench.codec }))
  const { host, transport, memory, refusals, faults } = createHost(protocols, { addressBook })
  const senders = Array.from({ length: 50 }, (_, i) => memoryPeerName(i + 1000))
  host.start()

  const feed = (frames: number) => {
    for (let i = 0; i < frames; i++) {
      const { bench, seeds } = targets[random.below(targets.length)]
      const name = random.below(50) === 0 ? 'unknown' : bench.codec.name
      transport.receiver.onFrame(senders[random.below(senders.length)], name, randomFrame(random, seeds))
      if (i % 1000 === 0) refusals.length = transport.sent.length = 0
    }
    refusals.length = transport.sent.length = 0
  }

  // Everything that grows to a bound, the address book above all, has reached it after a part of the frames.
  feed(FRAMES / 4)
  const words = memory.float32.length
  const heapBefore = heapUsed()
  feed((FRAMES * 3) / 4)
  const heapAfter = heapUsed()

  expect(faults).toEqual([])
  const counters = [...host.counters.protocols.values()]
  const refused = counters.flatMap((counter) => [...counter.refused.values()]).reduce((a, b) => a + b, 0)
  expect(received + refused + host.counters.unknownProtocol).toBe(FRAMES)
  expect(received).toBeGreaterThan(1000)
  expect(addressBook.size).toBe(512)
  expect(memory.float32.length).toBe(words)
  // One leaked object a frame would be several MiB.
  expect(heapAfter - heapBefore).toBeLessThan(2 * 2 ** 20)
})
