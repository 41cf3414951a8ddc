import { randomStream, UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BandwidthOptions, bandwidth } from '../../src/network/bandwidth.ts'
import { LOST } from '../../src/network/network-model.ts'
import { transplant } from '../support-archive.ts'
import { send, shareOf } from './support-network.ts'

const links = (options: Partial<BandwidthOptions> = {}) => bandwidth({ peers: 4, headerBytes: 20, ...options })

describe('a message alone', () => {
  test.each([true, false])('takes its bytes at the slower of both ends, queues: %j', (queues) => {
    // 20 + 4 · 245 = 1000 bytes.
    expect(send(links({ queues, upload: 500, download: 2000 }), { words: 245 })).toBeCloseTo(2000, 9)
    expect(send(links({ queues, upload: 2000, download: 500 }), { words: 245, nowMs: 1e6 })).toBeCloseTo(2000, 6)
    expect(send(links({ queues, upload: 1000 }), { words: 0 })).toBeCloseTo(20, 9)
    expect(send(links({ queues }), { words: 1000 })).toBe(0)
  })

  test('takes as long as in the literature: 172.8 s for a model (Hegedűs, Danner, Jelasity 2021)', () => {
    const upload = (64 + 4 * 58) / 172.8
    expect(send(bandwidth({ peers: 2, upload, download: upload }), { words: 58 })).toBeCloseTo(172_800, 6)
  })
})

describe('messages in a queue', () => {
  test('leave one after the other', () => {
    const network = links({ upload: 1000 })
    const arrivals = [0, 0, 30].map((nowMs) => nowMs + send(network, { nowMs, to: nowMs === 0 ? 1 : 2 }))
    expect(arrivals).toEqual([20, 40, 60])
    expect(send(network, { nowMs: 1000 })).toBe(20)
    expect(send(network, { from: 1, nowMs: 1000 })).toBe(20)
  })

  test('come through one after the other', () => {
    const network = links({ upload: 1000, download: 1000 })
    // Two senders finish at the same time, and the receiver takes one message at a time.
    expect([1, 2].map((from) => send(network, { from, to: 0 }))).toEqual([20, 40])
    expect(send(network, { from: 1, to: 3 })).toBe(40)
    expect(send(network, { from: 3, to: 0, nowMs: 500 })).toBe(20)
  })

  test('are lost where they would wait for too long', () => {
    const network = links({ upload: 1000, waitMsMax: 30 })
    expect([1, 2, 3].map(() => send(network, {}))).toEqual([20, 40, LOST])
    expect(send(network, { nowMs: 10 })).toBe(50)
    const slow = links({ download: 1000, waitMsMax: 30 })
    expect([1, 2, 3].map((from) => send(slow, { from, to: 0 }))).toEqual([20, 40, LOST])
  })

  test('never overtake: arrivals of a sender are in order, and never faster than the link', () => {
    const message = fc.record({ gapMs: fc.nat({ max: 100 }), words: fc.nat({ max: 100 }) })
    fc.assert(
      fc.property(fc.array(message, { maxLength: 40 }), (messages) => {
        const network = links({ upload: 1000, download: 700 })
        let nowMs = 0
        let last = 0
        for (const { gapMs, words } of messages) {
          nowMs += gapMs
          const delay = send(network, { words, nowMs })
          expect(delay).toBeGreaterThanOrEqual(((20 + 4 * words) * 1000) / 700 - 1e-6)
          expect(delay).toBeGreaterThanOrEqual(network.minimumDelayMs ?? Number.NaN)
          expect(nowMs + delay).toBeGreaterThan(last)
          last = nowMs + delay
        }
      }),
    )
  })

  test('go on after a checkpoint as they would have', () => {
    const [original, restored] = [links({ upload: 100, download: 90 }), links({ upload: 100, download: 90 })]
    for (let i = 0; i < 20; i++) send(original, { from: i % 3, to: 3, words: i })
    transplant(original, restored)
    for (let i = 0; i < 20; i++) {
      const message = { from: i % 3, to: 3, words: i, nowMs: 10 * i }
      expect(send(restored, message)).toBe(send(original, message))
    }
  })
})

describe('classes of links', () => {
  const upload = [
    { bytesPerSecond: 1000, weight: 3 },
    { bytesPerSecond: 100, weight: 1 },
  ]

  test('are drawn by weight', () => {
    const network = bandwidth({ peers: 4000, seed: 5, upload, headerBytes: 100, queues: false })
    const times = Array.from({ length: 4000 }, (_, from) => send(network, { from, to: 0 }))
    expect(new Set(times)).toEqual(new Set([100, 1000]))
    expect(Math.abs(shareOf(times, (ms) => ms === 100) - 0.75)).toBeLessThan(0.035)
    expect(network.minimumDelayMs).toBe(100)
  })

  test('bound every delay from below', () => {
    const download = [
      { bytesPerSecond: 333, weight: 1 },
      { bytesPerSecond: 77, weight: 1 },
    ]
    fc.assert(
      fc.property(fc.boolean(), fc.nat(), fc.nat({ max: 1e9 }), fc.nat({ max: 99 }), (queues, seed, nowMs, words) => {
        const network = bandwidth({ peers: 10, seed, upload, download, queues })
        const random = randomStream(seed)
        for (let from = 0; from < 10; from++) {
          const delay = network.transfer(random, from, 9 - from, words, nowMs)
          expect(delay).toBeGreaterThanOrEqual(network.minimumDelayMs ?? Number.NaN)
        }
      }),
    )
  })
})

test.each<Partial<BandwidthOptions>>([
  { peers: 0 },
  { upload: 0 },
  { download: -1 },
  { upload: Number.NaN },
  { upload: 1e-320 },
  { upload: [] },
  { upload: [{ bytesPerSecond: 0, weight: 1 }] },
  { upload: [{ bytesPerSecond: 1, weight: 0 }] },
  { headerBytes: -1 },
  { waitMsMax: -1 },
  { waitMsMax: 10, queues: false },
])('%j is refused', (options) => {
  expect(() => links(options)).toThrow(UsageError)
})
