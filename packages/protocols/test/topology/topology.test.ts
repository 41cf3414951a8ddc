import { type Random, randomStream } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  clusteringCoefficient,
  componentSizes,
  graphOfEdges,
  inDegrees,
  isUndirected,
  randomGraph,
  randomOutGraph,
  regularGraph,
  ringGraph,
  scaleFreeGraph,
  spreadOf,
  StaticGraph,
} from '../../src/index.ts'
import { unevenness } from '../support.ts'

const degrees = (graph: StaticGraph): Int32Array =>
  Int32Array.from({ length: graph.starts.length - 1 }, (_, peer) => graph.degree(peer))
const neighboursOf = ({ starts, neighbours }: StaticGraph, peer: number): number[] =>
  [...neighbours.slice(starts[peer], starts[peer + 1])].toSorted((a, b) => a - b)

type Grow = (peers: number, degree: number, random: Random) => StaticGraph
const GRAPHS: readonly (readonly [string, Grow])[] = [
  ['scaleFreeGraph', scaleFreeGraph],
  ['regularGraph', regularGraph],
  ['ringGraph', ringGraph],
  ['randomGraph', randomGraph],
]

describe.each(GRAPHS)('%s', (name, grow) => {
  // An even degree fits any number of peers.
  const sizes = fc.tuple(fc.integer({ min: 8, max: 40 }), fc.constantFrom(2, 4, 6))

  test('is undirected, without loops or double edges', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), ([peers, degree], seed) => {
        const graph = grow(peers, degree, randomStream(seed))
        expect(graph.starts).toHaveLength(peers + 1)
        expect(isUndirected(graph)).toBe(true)
        for (let peer = 0; peer < peers; peer++) {
          const own = neighboursOf(graph, peer)
          expect(new Set(own).size).toBe(own.length)
          expect(own).not.toContain(peer)
        }
      }),
    )
  })

  test('is the same again for the same seed', () => {
    const draw = (seed: number): Int32Array => grow(60, 4, randomStream(seed)).neighbours
    expect(draw(1)).toEqual(draw(1))
    if (name !== 'ringGraph') expect(draw(1)).not.toEqual(draw(2))
  })

  test.each([
    [10, 10],
    [10, -1],
    [10, Number.NaN],
    [1, 1],
  ])('is refused for %d peers of degree %d', (peers, degree) => {
    expect(() => grow(peers, degree, randomStream(1))).toThrow(expect.objectContaining({ code: 'DEGREE' }))
  })
})

describe('scaleFreeGraph (Barabási, Albert 1999)', () => {
  test('grows by m edges a peer, from a complete graph of m + 1, and stays connected', () => {
    const sizes = fc
      .integer({ min: 1, max: 6 })
      .chain((m) => fc.tuple(fc.constant(m), fc.integer({ min: m + 1, max: 60 })))
    fc.assert(
      fc.property(sizes, fc.nat(), ([m, peers], seed) => {
        const graph = scaleFreeGraph(peers, m, randomStream(seed))
        expect(graph.neighbours).toHaveLength(m * (m + 1) + 2 * m * (peers - m - 1))
        expect(Math.min(...degrees(graph))).toBeGreaterThanOrEqual(m)
        expect(componentSizes(graph)).toHaveLength(1)
      }),
    )
  })

  // The exact limit of preferential attachment (Dorogovtsev, Mendes, Samukhin 2000): P(degree ≥ k) = m(m + 1)/(k(k + 1)).
  test.each([2, 4])('has the published distribution of degrees, m = %d', (m) => {
    const peers = 20_000
    const all = degrees(scaleFreeGraph(peers, m, randomStream(7)))
    for (const k of [m + 1, 2 * m, 4 * m, 8 * m]) {
      const share = all.filter((degree) => degree >= k).length / peers
      expect(share / ((m * (m + 1)) / (k * (k + 1)))).toBeCloseTo(1, k > 4 * m ? 0 : 1)
    }
    // The oldest peers are the hubs: √(peers) times the smallest degree, about.
    expect(Math.max(...all)).toBeGreaterThan(m * 50)
    expect(all.indexOf(Math.max(...all))).toBeLessThan(20)
  })
})

describe('regularGraph', () => {
  test('gives every peer the same degree, odd ones too', () => {
    const sizes = fc
      .integer({ min: 2, max: 20 })
      .chain((half) => fc.tuple(fc.constant(2 * half), fc.integer({ min: 2, max: 2 * half - 1 })))
    fc.assert(
      fc.property(sizes, fc.nat(), ([peers, degree], seed) => {
        expect(new Set(degrees(regularGraph(peers, degree, randomStream(seed))))).toEqual(new Set([degree]))
      }),
    )
  })

  test('has forgotten the ring that it was made from', () => {
    const peers = 2000
    const graph = regularGraph(peers, 6, randomStream(3))
    expect(componentSizes(graph)).toEqual([peers])
    // Of a random graph it is degree/peers, of the ring 0.6.
    expect(clusteringCoefficient(graph)).toBeLessThan(0.01)
    expect(clusteringCoefficient(ringGraph(peers, 6))).toBeCloseTo(0.6, 10)
  })

  test('joins each pair of peers equally often', () => {
    const random = randomStream(5)
    const counts = new Int32Array(36)
    for (let draw = 0; draw < 2000; draw++) {
      const graph = regularGraph(6, 3, random)
      for (let peer = 0; peer < 6; peer++) for (const other of neighboursOf(graph, peer)) counts[6 * peer + other]++
    }
    expect(unevenness(counts.filter((_, pair) => pair % 7 !== 0))).toBeLessThan(3)
  })

  test('is refused where an odd number of peers would have an odd degree', () => {
    expect(() => regularGraph(9, 3, randomStream(1))).toThrow(expect.objectContaining({ code: 'DEGREE' }))
  })
})

describe('ringGraph', () => {
  test('joins those who are near each other, and with an odd degree those opposite', () => {
    expect(neighboursOf(ringGraph(7, 4), 0)).toEqual([1, 2, 5, 6])
    expect(neighboursOf(ringGraph(8, 3), 6)).toEqual([2, 5, 7])
    expect(neighboursOf(ringGraph(2, 1), 1)).toEqual([0])
  })
})

describe('randomGraph (Erdős, Rényi)', () => {
  test('has binomial degrees', () => {
    const peers = 10_000
    const { mean, deviation } = spreadOf(inDegrees(randomGraph(peers, 7.5, randomStream(2))))
    expect(mean).toBeCloseTo(7.5, 0)
    expect(deviation).toBeCloseTo(Math.sqrt(7.5), 1)
  })

  test('joins each pair of peers equally often', () => {
    const random = randomStream(9)
    const counts = new Int32Array(25)
    for (let draw = 0; draw < 5000; draw++) {
      const graph = randomGraph(5, 2, random)
      for (let peer = 0; peer < 5; peer++) for (const other of neighboursOf(graph, peer)) counts[5 * peer + other]++
    }
    expect(unevenness(counts.filter((_, pair) => pair % 6 !== 0))).toBeLessThan(3)
  })

  test('is empty at degree 0 and complete at the largest', () => {
    expect(randomGraph(9, 0, randomStream(1)).neighbours).toHaveLength(0)
    expect(randomGraph(9, 8, randomStream(1)).neighbours).toHaveLength(72)
  })
})

describe('isUndirected', () => {
  test('holds for edges, and not for a graph in which one of them goes one way', () => {
    const arcs = fc
      .integer({ min: 2, max: 12 })
      .chain((peers) =>
        fc.tuple(
          fc.constant(peers),
          fc.uniqueArray(fc.tuple(fc.nat(peers - 1), fc.nat(peers - 1)), { selector: String }),
        ),
      )
    fc.assert(
      fc.property(arcs, ([peers, drawn]) => {
        const list = drawn.filter(([from, to]) => from !== to).toSorted(([a], [b]) => a - b)
        const starts = new Int32Array(peers + 1)
        for (const [from] of list) for (let peer = from; peer < peers; peer++) starts[peer + 1]++
        const graph = new StaticGraph(
          starts,
          Int32Array.from(list, ([, to]) => to),
        )
        const known = new Set(list.map(String))
        expect(isUndirected(graph)).toBe(list.every(([from, to]) => known.has(String([to, from]))))
      }),
    )
    expect(isUndirected(randomOutGraph(50, 3, randomStream(1)))).toBe(false)
  })
})

test('graphOfEdges makes neighbours of both ends', () => {
  const graph = graphOfEdges(4, [0, 1, 2, 0])
  expect([0, 1, 2, 3].map((peer) => neighboursOf(graph, peer))).toEqual([[1, 2], [0], [0], []])
  expect(() => graphOfEdges(2, [1, 1])).toThrow(expect.objectContaining({ code: 'GRAPH' }))
})
