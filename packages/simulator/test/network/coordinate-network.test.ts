import { randomStream, UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CoordinateNetworkOptions, coordinateNetwork } from '../../src/network/coordinate-network.ts'
import { moments } from './support-network.ts'

const square = (options: Partial<CoordinateNetworkOptions> = {}) =>
  coordinateNetwork({ peers: 1000, seed: 1, placement: { kind: 'square', sideMs: 100 }, ...options })

describe('latencies from coordinates', () => {
  test('are stable, symmetric, and satisfy the triangle inequality without access delays', () => {
    const peer = fc.nat({ max: 999 })
    const network = square()
    fc.assert(
      fc.property(peer, peer, peer, (a, b, c) => {
        expect(network.transfer(randomStream(a), a, b, 0, 0)).toBe(network.latencyMs(a, b))
        expect(network.latencyMs(a, b)).toBe(network.latencyMs(b, a))
        expect(network.latencyMs(a, c)).toBeLessThanOrEqual(network.latencyMs(a, b) + network.latencyMs(b, c) + 1e-9)
      }),
    )
  })

  test('in a square have the mean distance of two random points in it', () => {
    const network = square()
    const latencies = Array.from({ length: 500 }, (_, i) => network.latencyMs(2 * i, 2 * i + 1))
    // (2 + √2 + 5 ln(1 + √2)) / 15 of the side, sd 0.248 of it.
    expect(Math.abs(moments(latencies).mean - 52.14)).toBeLessThan((5 * 24.8) / Math.sqrt(500))
  })

  test('in regions are short within and long between them', () => {
    const regions = [
      { centreMs: [0, 0], spreadMs: 1, weight: 3 },
      { centreMs: [300, 400], spreadMs: 1 },
    ]
    const network = coordinateNetwork({ peers: 2000, seed: 3, placement: { kind: 'regions', regions } })
    const fromFirst = Array.from({ length: 1999 }, (_, i) => network.latencyMs(0, i + 1))
    const near = fromFirst.filter((ms) => ms < 20).length
    expect(fromFirst.filter((ms) => ms >= 20 && Math.abs(ms - 500) > 20)).toEqual([])
    expect(Math.abs(Math.max(near, 1999 - near) / 1999 - 0.75)).toBeLessThan(0.05)
  })

  test('pay the access of both ends, the base once, and jitter anew', () => {
    const network = square({ placement: { kind: 'square', sideMs: 0 }, baseMs: 5, access: { kind: 'constant', ms: 7 } })
    expect(network.latencyMs(3, 4)).toBe(19)
    expect(network.minimumDelayMs).toBe(19)
    const shaky = square({ jitter: { kind: 'uniform', minMs: 1, maxMs: 2 } })
    const random = randomStream(1)
    const extra = Array.from({ length: 100 }, () => shaky.transfer(random, 0, 1, 0, 0) - shaky.latencyMs(0, 1))
    expect(Math.min(...extra)).toBeGreaterThan(0.999)
    expect(Math.max(...extra)).toBeLessThan(2.001)
    expect(new Set(extra).size).toBeGreaterThan(90)
  })

  test('have a minimum that holds for every link', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 8 }), (seed, dimensions) => {
        const access = { kind: 'exponential', meanMs: 10, minMs: 1 } as const
        const network = square({ peers: 20, seed, dimensions, access, baseMs: 0.1 })
        for (let from = 0; from < 20; from++) {
          for (let to = 0; to < 20; to++) {
            expect(network.latencyMs(from, to)).toBeGreaterThanOrEqual(network.minimumDelayMs ?? Number.NaN)
          }
        }
        expect(network.minimumDelayMs).toBeGreaterThan(2.09)
      }),
      { numRuns: 30 },
    )
  })

  test('follow from the seed', () => {
    expect(square().latencyMs(1, 2)).toBe(square().latencyMs(1, 2))
    expect(square().latencyMs(1, 2)).not.toBe(square({ seed: 2 }).latencyMs(1, 2))
  })

  test.each<Partial<CoordinateNetworkOptions>>([
    { peers: 0 },
    { seed: -1 },
    { dimensions: 9 },
    { baseMs: -1 },
    { access: { kind: 'constant', ms: -1 } },
    { jitter: { kind: 'constant', ms: -1 } },
    { placement: { kind: 'square', sideMs: Number.NaN } },
    { placement: { kind: 'regions', regions: [] } },
    { placement: { kind: 'regions', regions: [{ centreMs: [1], spreadMs: 1 }] } },
    { placement: { kind: 'regions', regions: [{ centreMs: [1, 2], spreadMs: -1 }] } },
  ])('%j is refused', (options) => {
    expect(() => square(options)).toThrow(UsageError)
  })
})
