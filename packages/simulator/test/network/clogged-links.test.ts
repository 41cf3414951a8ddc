import { UsageError } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { type CloggedLinksOptions, cloggedLinks } from '../../src/network/clogged-links.ts'
import { linkHash } from '../../src/network/link-hash.ts'
import { moments, send, shareOf } from './support-network.ts'

const options: CloggedLinksOptions = {
  seed: 1,
  share: 0.2,
  delay: { kind: 'constant', ms: 9000 },
  fromMs: 10,
  untilMs: 20,
}

/** The delays of 10 000 links. */
function delays(network: ReturnType<typeof cloggedLinks>, nowMs: number): number[] {
  return Array.from({ length: 10_000 }, (_, i) => send(network, { from: i % 100, to: Math.floor(i / 100), nowMs }))
}

describe('clogged links', () => {
  test('are a share of all, always the same, in their interval alone', () => {
    const network = cloggedLinks(options)
    const clogged = delays(network, 10)
    expect(new Set(clogged)).toEqual(new Set([0, 9000]))
    expect(Math.abs(shareOf(clogged, (ms) => ms === 9000) - 0.2)).toBeLessThan(0.02)
    expect(delays(network, 19.9)).toEqual(clogged)
    expect(new Set([...delays(network, 9.9), ...delays(network, 20)])).toEqual(new Set([0]))
  })

  test('are directed, and others with another seed', () => {
    const clogged = delays(cloggedLinks(options), 10)
    const backwards = Array.from({ length: 10_000 }, (_, i) => clogged[(i % 100) * 100 + Math.floor(i / 100)])
    const both = clogged.filter((ms, i) => ms > 0 && backwards[i] > 0).length / 10_000
    expect(Math.abs(both - 0.04)).toBeLessThan(0.016)
    expect(delays(cloggedLinks({ ...options, seed: 2 }), 10)).not.toEqual(clogged)
  })

  test('by default stay clogged for good', () => {
    const network = cloggedLinks({ seed: 1, share: 1, delay: { kind: 'constant', ms: 5 } })
    expect([0, 1e15].map((nowMs) => send(network, { nowMs }))).toEqual([5, 5])
  })

  test.each<Partial<CloggedLinksOptions>>([
    { seed: 0.5 },
    { share: 2 },
    { fromMs: 30 },
    { delay: { kind: 'constant', ms: -1 } },
  ])('%j is refused', (wrong) => {
    expect(() => cloggedLinks({ ...options, ...wrong })).toThrow(UsageError)
  })
})

describe('the hash of a link', () => {
  test('is uniform over links, peers and seeds', () => {
    const samples = [
      Array.from({ length: 10_000 }, (_, i) => linkHash(0, i % 100, Math.floor(i / 100))),
      Array.from({ length: 10_000 }, (_, i) => linkHash(3, i, 7)),
      Array.from({ length: 10_000 }, (_, i) => linkHash(i, 0, 1)),
      Array.from({ length: 10_000 }, (_, i) => linkHash(i * 2 ** 32, 0, 1)),
    ]
    for (const sample of samples) {
      const { mean, sd } = moments(sample)
      expect(Math.abs(mean - 0.5)).toBeLessThan(0.015)
      expect(Math.abs(sd - 1 / Math.sqrt(12))).toBeLessThan(0.008)
      expect(new Set(sample).size).toBeGreaterThan(9980)
      expect(sample.filter((value) => !(value >= 0 && value < 1))).toEqual([])
    }
  })

  test('tells neighbours apart: the next link has nothing to do with it', () => {
    const products = Array.from({ length: 10_000 }, (_, i) => (linkHash(1, i, 0) - 0.5) * (linkHash(1, i + 1, 0) - 0.5))
    expect(Math.abs(moments(products).mean)).toBeLessThan(0.0042)
  })
})
