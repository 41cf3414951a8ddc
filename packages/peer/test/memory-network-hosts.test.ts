import { type Context, type Message, type Protocol, type Random, randomStream } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import { describe, expect, test } from 'vitest'
import { createMessageCodec } from '../src/codecs/message-codec.ts'
import { MemoryNetwork, memoryPeerName } from '../src/memory-network.ts'
import { ProtocolHost } from '../src/protocol-host.ts'
import { VirtualClock } from '../src/virtual-clock.ts'

const PERIOD_MS = 100
const PUSH = 0
const REPLY = 1

/** Push–pull averaging that conserves mass (Jelasity, Montresor, Babaoglu 2005, §3), with peers 1 … others known. */
class Averaging implements Protocol {
  estimate: number
  readonly #others: number

  constructor(estimate: number, others: number) {
    this.estimate = estimate
    this.#others = others
  }

  onStart(context: Context): void {
    context.setTimer(0, context.random.float64() * PERIOD_MS)
  }

  onTimeout(context: Context): void {
    context.send(1 + context.random.below(this.#others), PUSH, this.estimate)
    context.setTimer(0, PERIOD_MS)
  }

  onMessage(context: Context, from: number, { kind, value }: Message): void {
    const difference = kind === PUSH ? (this.estimate - value) / 2 : -value
    this.estimate -= difference
    if (kind === PUSH) context.send(from, REPLY, difference)
  }
}

function runAveraging(peers: number, seed: number, delay: (random: Random) => number | undefined) {
  const clock = new VirtualClock()
  const random = randomStream(seed, 0, 1)
  const network = new MemoryNetwork({ clock, delay: () => delay(random) })
  const protocols: Averaging[] = []
  const hosts: ProtocolHost[] = []
  for (let i = 0; i < peers; i++) {
    const protocol = new Averaging(i, peers - 1)
    const transport = network.createTransport(memoryPeerName(i))
    const codec = createMessageCodec({ name: 'averaging', payloadWordsMax: 0 })
    const host = new ProtocolHost({
      transport,
      clock,
      memory: new BufferMemory(64),
      random: randomStream(seed, i),
      protocols: [{ protocol, codec }],
      onFault({ error }) {
        throw error
      },
    })
    for (let other = 0; other < peers; other++) host.peers.intern(memoryPeerName(other))
    void transport.start()
    hosts.push(host)
    protocols.push(protocol)
  }
  for (const host of hosts) host.start()
  clock.run(40 * PERIOD_MS)
  for (const host of hosts) host.stop()
  clock.run(50 * PERIOD_MS)
  const estimates = protocols.map(({ estimate }) => estimate)
  return { estimates, counters: network.counters, pending: clock.run(Number.MAX_SAFE_INTEGER) }
}

describe('hosts over a memory network in virtual time', () => {
  test('reach the mean and conserve the sum', () => {
    const { estimates, counters, pending } = runAveraging(8, 1, (random) => 5 + random.below(20))
    const sum = estimates.reduce((a, b) => a + b, 0)
    expect(sum).toBeCloseTo(28, 1)
    for (const estimate of estimates) expect(Math.abs(estimate - 3.5)).toBeLessThan(0.5)
    expect(counters).toMatchObject({ refused: 0, lost: 0, undeliverable: 0 })
    expect(counters.accepted).toBeGreaterThan(500)
    expect(pending).toBe(0)
  })

  test('repeat bit for bit with one seed, loss included, and not with another', () => {
    const lossy = (random: Random) => (random.below(10) === 0 ? undefined : random.below(50))
    const first = runAveraging(8, 3, lossy)
    expect(first.counters.lost).toBeGreaterThan(10)
    expect(runAveraging(8, 3, lossy)).toEqual(first)
    expect(runAveraging(8, 4, lossy).estimates).not.toEqual(first.estimates)
  })
})
