import { type Message, randomStream } from '@hearsay/core'
import {
  createFederatedParts,
  FederatedGuard,
  FederatedKind,
  FederatedLearning,
  federatedNormBounds,
  updateValue,
} from '@hearsay/federated'
import { createKernels } from '@hearsay/kernels'
import { LinearLearner, type LinearLearnerOptions, Shards, shapeOf } from '@hearsay/learning'
import { describe, expect, test } from 'vitest'
import { AddressBook } from '../src/address-book.ts'
import { createFederatedCodec } from '../src/codecs/federated-codec.ts'
import { memoryPeerName } from '../src/memory-network.ts'
import { ProtocolHost } from '../src/protocol-host.ts'
import { VirtualClock } from '../src/virtual-clock.ts'
import { createBench, encode, floatBits } from './codec-support.ts'
import { outcomeOf, randomFrame } from './fuzz-support.ts'
import { StubTransport } from './host-support.ts'

const FRAMES = 30_000
const FEATURES = 6
const LEARNER: LinearLearnerOptions = { model: 'pegasos', lambda: 0.1 }
const FORMAT = { exchange: { kind: 'subsampled', share: 0.5 }, modelWeights: 'float16' } as const

const codec = createFederatedCodec({ ...FORMAT, outputs: 1, dimension: FEATURES })
const bench = createBench(codec)
/** Frames that the server, or a client, would accept in the first rounds. */
const seeds = [
  { kind: FederatedKind.checkIn, value: 0, stamp: 0, words: [] },
  { kind: FederatedKind.leave, value: 0, stamp: 0, words: [] },
  { kind: FederatedKind.model, value: 4, stamp: 1, words: [0x34013c00, 0x34013c00, 0x34013c00] },
  { kind: FederatedKind.update, value: updateValue(2, 77), stamp: 1, words: floatBits(0.5, -1, 2) },
].map((content) => encode(bench, content))

/** A peer in the run: the server, or a client of the peer that has the first name. */
function peerOf(isServer: boolean) {
  const kernels = createKernels({ backend: 'javascript' })
  const shape = shapeOf('pegasos', FEATURES, 2, false)
  const random = randomStream(3)
  const features = Float32Array.from({ length: 4 * FEATURES }, () => random.normal())
  const shards = new Shards(kernels.memory, shape, { features, labels: Int32Array.of(0, 1, 1, 0) }, [[0, 1, 2, 3]], {
    rowNormMax: 3,
  })
  const { plan } = new LinearLearner(kernels, shards, LEARNER)
  const transport = new StubTransport()
  const addressBook = new AddressBook({ self: memoryPeerName(99), capacity: 64 })
  const server = isServer ? 0 : addressBook.intern(memoryPeerName(1))
  const algorithm = { kind: 'fedavg' } as const
  const times = { roundMs: 100, deadlineMs: 300 }
  const learning = new FederatedLearning({
    ...{ ...FORMAT, ...times, peers: 1, kernels, server, serverTrains: true, clientsMax: 16 },
    ...createFederatedParts(kernels, shards, LEARNER, algorithm),
  })
  const bounds = federatedNormBounds({ ...FORMAT, algorithm, model: 'pegasos', plan, shape, rowNormMax: 3, rowsMax: 4 })
  const guard = new FederatedGuard({ ...FORMAT, ...times, kernels, shape, rowsMax: 4, ...bounds })
  const clock = new VirtualClock()
  const faults: unknown[] = []
  const host = new ProtocolHost({
    ...{ transport, clock, memory: kernels.memory, random: randomStream(5), addressBook },
    protocols: [{ protocol: learning, codec, guard }],
    onFault: (fault) => faults.push(fault),
  })
  const norm = (): number => kernels.norm(learning.model(0), shape.words)
  return { host, transport, clock, learning, faults, norm, normMax: bounds.normMax(Number.MAX_SAFE_INTEGER / 2) }
}

test(`${FRAMES} random and mutated frames: accepted within bounds, or refused with a code`, () => {
  const random = randomStream(2026)
  const outcomes = new Map<string, number>()
  for (let i = 0; i < FRAMES; i++) {
    const outcome = outcomeOf(bench, randomFrame(random, seeds)) ?? 'accepted'
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    if (outcome !== 'accepted') continue
    const { kind, stamp, length, value }: Message = bench.target
    const isBare = kind === FederatedKind.checkIn || kind === FederatedKind.leave
    const isSound = isBare
      ? stamp === 0 && length === 0 && value === 0
      : kind <= 2 && stamp >= 1 && Number.isSafeInteger(stamp) && length === 3 && value >= 0
    if (!isSound) throw new Error(`accepted kind ${kind}, round ${stamp}, value ${value}, ${length} words`)
  }
  const reached = [...outcomes].filter(([, count]) => count >= 10).map(([outcome]) => outcome)
  expect(reached).toEqual(
    expect.arrayContaining([
      ...['accepted', 'FRAME_TRUNCATED', 'FRAME_WIRE_TYPE', 'FEDERATED_KIND', 'FEDERATED_ROUND', 'FEDERATED_ROWS'],
      ...['FEDERATED_DIMENSION', 'FEDERATED_FIELD'],
    ]),
  )
})

describe.each([
  ['server', true],
  ['client', false],
] as const)('a %s under fire', (_, isServer) => {
  test('goes on, with a finite model within the bounds of the run', () => {
    const random = randomStream(11)
    const { host, transport, clock, learning, faults, norm, normMax } = peerOf(isServer)
    host.start()
    for (let i = 0; i < FRAMES / 2; i++) {
      transport.receiver.onFrame(memoryPeerName(1 + random.below(20)), codec.name, randomFrame(random, seeds))
      if (i % 50 === 0) clock.run(i)
    }
    expect(faults).toEqual([])
    expect(norm()).toBeLessThanOrEqual(normMax)
    expect(learning.steps[0]).toBeGreaterThan(0)
    const counters = host.counters.protocols.get(codec.name)
    expect(counters?.received).toBeGreaterThan(1000)
    expect(counters?.refused.size).toBeGreaterThan(5)
    expect(transport.sent.length).toBeGreaterThan(0)
  })
})
