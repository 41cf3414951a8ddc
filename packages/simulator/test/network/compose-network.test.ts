import { RandomStreams, randomStream } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bandwidth } from '../../src/network/bandwidth.ts'
import { cloggedLinks } from '../../src/network/clogged-links.ts'
import { composeNetwork } from '../../src/network/compose-network.ts'
import { coordinateNetwork } from '../../src/network/coordinate-network.ts'
import { duplication } from '../../src/network/duplication.ts'
import { gilbertElliottLoss } from '../../src/network/gilbert-elliott.ts'
import { independentLoss } from '../../src/network/independent-loss.ts'
import { independentNetwork } from '../../src/network/independent-network.ts'
import { LOST, type NetworkModel } from '../../src/network/network-model.ts'
import { partitions } from '../../src/network/partitions.ts'
import { oneWayReachability } from '../../src/network/reachability.ts'
import { reordering } from '../../src/network/reordering.ts'
import { transplant } from '../support-archive.ts'
import { copiesOf, send } from './support-network.ts'

const constant = (ms: number): NetworkModel => independentNetwork({ delay: { kind: 'constant', ms } })

/** Delays and losses in the order given, one per message, over and over. */
function scripted(outcomes: readonly number[], copies: readonly number[] = []): NetworkModel {
  let messages = 0
  let copied = 0
  return {
    transfer: () => {
      copied = 0
      return outcomes[messages++ % outcomes.length]
    },
    duplicate: () => copies[copied++] ?? LOST,
  }
}

describe('sending', () => {
  test('adds up delays and minima', () => {
    const network = composeNetwork([
      constant(3),
      constant(4),
      independentNetwork({ delay: { kind: 'uniform', minMs: 5, maxMs: 5 } }),
    ])
    expect(send(network, {})).toBe(12)
    expect(network.minimumDelayMs).toBe(12)
  })

  test('loses what any part loses, and shows it to all parts nevertheless', () => {
    for (const parts of [
      [scripted([LOST, 1]), scripted([10, 20])],
      [scripted([10, 20]), scripted([LOST, 1])],
    ]) {
      const network = composeNetwork(parts)
      expect([send(network, {}), send(network, {})]).toEqual([LOST, 21])
    }
  })

  test('costs nothing more for a single part', () => {
    const part = constant(3)
    expect(composeNetwork([part])).toBe(part)
  })

  test('through no part at all takes no time', () => {
    expect(send(composeNetwork([]), {})).toBe(0)
  })

  test('has only the members that a part has', () => {
    expect(Object.keys(composeNetwork([constant(1), constant(2)])).sort()).toEqual(['minimumDelayMs', 'transfer'])
  })
})

describe('copies', () => {
  test('of any part pass all the others', () => {
    const network = composeNetwork([scripted([1], [100, 200]), scripted([10]), scripted([5], [1000])])
    const random = randomStream(1)
    expect(send(network, {}, random)).toBe(16)
    expect(copiesOf(network, random)).toEqual([115, 215, 1011])
    expect(send(network, {}, random)).toBe(16)
    expect(copiesOf(network, random)).toEqual([115, 215, 1011])
  })

  test('that others lose are passed over, not taken for the last', () => {
    const network = composeNetwork([scripted([0], [1, 2, 3]), scripted([LOST, LOST, 50, LOST])])
    const random = randomStream(1)
    expect(send(network, {}, random)).toBe(LOST)
    expect(copiesOf(network, random)).toEqual([52])
  })

  test('of a message start anew with the next one, also where some were not asked for', () => {
    const network = composeNetwork([constant(1), duplication({ probability: 1, copiesMax: 2 })])
    const random = randomStream(1)
    send(network, {}, random)
    expect(network.duplicate?.(random, 0, 1, 0, 0)).toBe(1)
    send(network, {}, random)
    expect(copiesOf(network, random)).toEqual([1, 1])
  })

  test('do not cross a cut', () => {
    const cut = partitions({ peers: 2, timetable: [{ fromMs: 10, untilMs: 20, groups: [[0]] }] })
    const network = composeNetwork([cut, duplication({ probability: 1 })])
    const random = randomStream(1)
    const outcomes = [0, 15, 20].map((nowMs) => [
      send(network, { nowMs }, random),
      copiesOf(network, random, { nowMs }),
    ])
    expect(outcomes).toEqual([
      [0, [0]],
      [LOST, []],
      [0, [0]],
    ])
  })

  test('keep their order in a composition of compositions', () => {
    const inner = composeNetwork([scripted([1], [100]), scripted([10], [200])])
    const network = composeNetwork([scripted([1000], [5000]), inner])
    const random = randomStream(1)
    expect(send(network, {}, random)).toBe(1011)
    expect(copiesOf(network, random)).toEqual([5011, 1110, 1201])
  })
})

describe('receiving', () => {
  const queue = (): NetworkModel => bandwidth({ peers: 3, download: 1000, headerBytes: 20 })

  test('passes the parts one after the other, each when the former is through', () => {
    const seen: number[] = []
    const late: NetworkModel = {
      transfer: () => 0,
      receive: (_random, _from, _to, _words, nowMs) => {
        seen.push(nowMs)
        return 1
      },
    }
    expect(send(composeNetwork([constant(7), queue(), late]), { nowMs: 100 })).toBe(28)
    expect(seen).toEqual([127])
  })

  test('ends at the first part that loses the message', () => {
    const wall: NetworkModel = { transfer: () => 0, receive: (_random, from) => (from === 0 ? LOST : 0) }
    const network = composeNetwork([wall, queue()])
    expect(send(network, { from: 0, to: 2 })).toBe(LOST)
    expect(send(network, { from: 1, to: 2 })).toBe(20)
  })
})

const PEERS = 8
const ms = fc.nat({ max: 1000 })
const parts: fc.Arbitrary<() => NetworkModel> = fc.oneof(
  ms.map(
    (mean) => () =>
      independentNetwork({ delay: { kind: 'exponential', meanMs: mean + 1, minMs: mean / 3 }, loss: 0.1 }),
  ),
  fc
    .nat()
    .map(
      (seed) => () => coordinateNetwork({ peers: PEERS, seed, placement: { kind: 'square', sideMs: 50 }, baseMs: 0.3 }),
    ),
  fc.boolean().map((queues) => () => bandwidth({ peers: PEERS, upload: 777, download: 500, queues })),
  fc.nat().map((seed) => () => oneWayReachability({ peers: PEERS, seed, share: 0.5 })),
  fc.nat().map((seed) => () => cloggedLinks({ seed, share: 0.3, delay: { kind: 'constant', ms: 1e5 } })),
  fc.constant(() => gilbertElliottLoss({ peers: PEERS, chain: { kind: 'timed', meanGoodMs: 100, meanBadMs: 30 } })),
  fc.constant(() => partitions({ peers: PEERS, timetable: [{ fromMs: 50, untilMs: 100, groups: 0.5 }] })),
  fc.constant(() => reordering({ probability: 0.2, delay: { kind: 'constant', ms: 77 } })),
  fc.constant(() => duplication({ probability: 0.5, copiesMax: 2, delay: { kind: 'uniform', minMs: 0, maxMs: 9 } })),
  fc.constant(() => independentLoss(0.2)),
)
const message = fc.record({
  from: fc.nat({ max: PEERS - 1 }),
  to: fc.nat({ max: PEERS - 1 }),
  words: fc.nat({ max: 99 }),
})

describe('any composition', () => {
  test('delivers nothing, original or copy, before its minimum', () => {
    fc.assert(
      fc.property(
        fc.array(parts, { maxLength: 5 }),
        fc.array(message, { maxLength: 40 }),
        fc.nat(),
        (made, messages, seed) => {
          const network = composeNetwork(made.map((make) => make()))
          const random = randomStream(seed)
          for (const [nowMs, sent] of messages.entries()) {
            const delays = [
              network.transfer(random, sent.from, sent.to, sent.words, nowMs),
              ...copiesOf(network, random, { ...sent, nowMs }),
            ]
            for (const delay of delays.filter((value) => value !== LOST)) {
              expect(delay).toBeGreaterThanOrEqual(network.minimumDelayMs ?? Number.NaN)
              expect(
                network.receive?.(random, sent.from, sent.to, sent.words, nowMs + delay) ?? 0,
              ).toBeGreaterThanOrEqual(LOST)
            }
          }
        },
      ),
    )
  })

  test('goes on from what it saved', () => {
    fc.assert(
      fc.property(
        fc.array(parts, { maxLength: 5 }),
        fc.array(message, { maxLength: 40 }),
        fc.nat(),
        (made, messages, seed) => {
          const [original, restored] = [0, 1].map(() => composeNetwork(made.map((make) => make())))
          const half = messages.length >> 1
          const before = randomStream(seed)
          for (const [nowMs, sent] of messages.slice(0, half).entries()) send(original, { ...sent, nowMs }, before)
          transplant(original, restored)
          const [a, b] = [randomStream(seed + 1), randomStream(seed + 1)]
          for (const [i, sent] of messages.slice(half).entries()) {
            const nowMs = half + i
            expect(send(restored, { ...sent, nowMs }, b)).toBe(send(original, { ...sent, nowMs }, a))
            expect(copiesOf(restored, b, { ...sent, nowMs })).toEqual(copiesOf(original, a, { ...sent, nowMs }))
          }
        },
      ),
    )
  })

  test('can be split over instances that each see some peers only', () => {
    const call = fc.record({ receives: fc.boolean(), sent: message })
    fc.assert(
      fc.property(
        fc.array(parts, { maxLength: 5 }),
        fc.array(call, { maxLength: 60 }),
        fc.nat(),
        (made, calls, seed) => {
          const outcomes = (instances: readonly NetworkModel[]): number[] => {
            const streams = new RandomStreams(PEERS, seed)
            return calls.flatMap(({ receives, sent: { from, to, words } }, nowMs) => {
              const owner = receives ? to : from
              const network = instances[owner % instances.length]
              const random = streams.at(owner)
              if (receives) return network.receive?.(random, from, to, words, nowMs) ?? 0
              const delay = network.transfer(random, from, to, words, nowMs)
              return [delay, ...copiesOf(network, random, { from, to, words, nowMs })]
            })
          }
          const [whole, even, odd] = [0, 1, 2].map(() => composeNetwork(made.map((make) => make())))
          expect(outcomes([even, odd])).toEqual(outcomes([whole]))
        },
      ),
    )
  })
})
