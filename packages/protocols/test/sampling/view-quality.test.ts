import { randomStream } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  clusteringCoefficient,
  componentSizes,
  deadLinks,
  inDegrees,
  type Overlay,
  overlayOf,
  pathLengths,
  randomOutGraph,
  restrictedTo,
  spreadOf,
  undirected,
} from '../../src/index.ts'

const overlay = (...views: number[][]): Overlay => overlayOf(views.length, { view: (peer) => views[peer] })
const viewsOf = ({ starts, neighbours }: Overlay): number[][] =>
  Array.from({ length: starts.length - 1 }, (_, peer) => [...neighbours.subarray(starts[peer], starts[peer + 1])])

describe('view quality', () => {
  test('knows in how many views each peer is', () => {
    const degrees = inDegrees(overlay([1, 2], [2], []))
    expect([...degrees]).toEqual([0, 1, 2])
    expect(spreadOf(degrees)).toEqual({ mean: 1, deviation: Math.sqrt(2 / 3) })
  })

  test('sees links from both ends', () => {
    expect(viewsOf(undirected(overlay([1, 2], [2, 0], [])))).toEqual([
      [1, 2],
      [0, 2],
      [0, 1],
    ])
  })

  test('measures how many pairs of neighbours know each other', () => {
    expect(clusteringCoefficient(overlay([1, 2], [2], []))).toBe(1)
    expect(clusteringCoefficient(overlay([1, 2, 3], [], [], []))).toBe(0)
    // Peer 0 has three neighbours and one link between them; 1 and 2 have two, which know each other; 3 has one.
    expect(clusteringCoefficient(overlay([1, 2, 3], [2], [], []))).toBeCloseTo((1 / 3 + 1 + 1) / 4, 12)
    expect(clusteringCoefficient(overlay([1, 2, 3], [2], [], []), 4)).toBeCloseTo(1 / 3, 12)
  })

  test('measures paths along links of either direction', () => {
    const line = overlay([1], [], [1], [2])
    expect(pathLengths(line, [0])).toEqual({ mean: 2, reached: 4 })
    expect(pathLengths(line, [0, 1])).toEqual({ mean: (6 + 4) / 6, reached: 4 })
    expect(pathLengths(overlay([], []), [0])).toEqual({ mean: 0, reached: 1 })
  })

  test('counts links to the dead, and leaves them out on request', () => {
    const isAlive = (peer: number): boolean => peer !== 2
    const views = overlay([1, 2], [2, 0], [0, 1])
    expect(deadLinks(views, isAlive)).toBe(0.5)
    expect(deadLinks(overlay([], []), isAlive)).toBe(0)
    expect(viewsOf(restrictedTo(views, isAlive))).toEqual([[1], [0], []])
  })

  test('finds the components', () => {
    expect(componentSizes(overlay([1], [], [3], [4], [], []))).toEqual([3, 2, 1])
  })

  test('agrees with itself on random graphs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(3), fc.nat(), (peers, degree, seed) => {
        const graph = randomOutGraph(peers, Math.min(degree, peers - 1), randomStream(seed))
        const sizes = componentSizes(graph)
        expect(sizes.reduce((sum, size) => sum + size)).toBe(peers)
        expect(sizes).toContain(pathLengths(graph, [0]).reached)
        expect(spreadOf(inDegrees(graph)).mean).toBeCloseTo(Math.min(degree, peers - 1), 9)
        const share = clusteringCoefficient(graph)
        expect(share >= 0 && share <= 1).toBe(true)
      }),
    )
  })
})
