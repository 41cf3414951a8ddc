import { NOBODY, randomStream, UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomOutGraph, StaticGraph, UniformSampler } from '../src/index.ts'
import { drawing, unevenness } from './support.ts'

const graph = (starts: number[], neighbours: number[]): StaticGraph =>
  new StaticGraph(Int32Array.from(starts), Int32Array.from(neighbours))

describe('StaticGraph', () => {
  test('selects the out-neighbours of the peer that asks, uniformly', () => {
    const sampler = graph([0, 3, 4, 4, 4], [1, 2, 3, 0])
    const counts = new Int32Array(4)
    const context = drawing(1, 0)
    for (let i = 0; i < 30_000; i++) counts[sampler.selectPeer(context)]++
    expect(counts[0]).toBe(0)
    expect(unevenness(counts.slice(1))).toBeLessThan(6)
    expect(sampler.selectPeer(drawing(1, 1))).toBe(0)
    expect(sampler.selectPeer(drawing(1, 2))).toBe(NOBODY)
  })

  const refused: [why: string, starts: number[], neighbours: number[]][] = [
    ['there are no starts', [], []],
    ['the first row does not start at 0', [1, 1], []],
    ['rows end before the neighbours do', [0, 1, 1], [1, 0]],
    ['rows end after the neighbours do', [0, 1, 3], [1, 0]],
    ['a row ends before it starts', [0, 2, 1, 3], [1, 2, 0]],
    ['a neighbour is nobody', [0, 1, 1], [-1]],
    ['a neighbour is no peer of the graph', [0, 1, 1], [2]],
    ['a peer is its own neighbour', [0, 1, 2], [1, 1]],
  ]
  test.each(refused)('is refused where %s', (_, starts, neighbours) => {
    expect(() => graph(starts, neighbours)).toThrow(UsageError)
    expect(() => graph(starts, neighbours)).toThrow(expect.objectContaining({ code: 'GRAPH' }))
  })
})

describe('randomOutGraph', () => {
  const sizes = fc.integer({ min: 1, max: 40 }).chain((peers) => fc.tuple(fc.constant(peers), fc.nat(peers - 1)))

  test('gives each peer `degree` different neighbours, none of them itself', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), ([peers, degree], seed) => {
        const { starts, neighbours } = randomOutGraph(peers, degree, randomStream(seed))
        expect(starts).toHaveLength(peers + 1)
        for (let peer = 0; peer < peers; peer++) {
          const own = [...neighbours.slice(starts[peer], starts[peer + 1])]
          expect(own).toHaveLength(degree)
          expect(new Set(own).size).toBe(degree)
          expect(own.every((other) => other !== peer && other >= 0 && other < peers)).toBe(true)
        }
      }),
    )
  })

  test('draws each set of neighbours equally often', () => {
    const random = randomStream(3)
    const [counts, seen] = [new Map<string, number>(), new Int32Array(5)]
    for (let i = 0; i < 10_000; i++) {
      const { neighbours } = randomOutGraph(5, 2, random)
      const own = [...neighbours.slice(4, 6)].toSorted()
      for (const other of own) seen[other]++
      counts.set(own.join(), (counts.get(own.join()) ?? 0) + 1)
    }
    expect([...counts.keys()].toSorted()).toEqual(['0,1', '0,3', '0,4', '1,3', '1,4', '3,4'])
    expect(unevenness([...counts.values()])).toBeLessThan(4)
    expect(seen[2]).toBe(0)
  })

  test('is the same again for the same seed', () => {
    const draw = (seed: number): Int32Array => randomOutGraph(50, 10, randomStream(seed)).neighbours
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
  })

  test.each([
    [10, 10],
    [10, -1],
    [10, 2.5],
    [1, 1],
    [10, Number.NaN],
  ])('is refused for %d peers of degree %d', (peers, degree) => {
    expect(() => randomOutGraph(peers, degree, randomStream(1))).toThrow(expect.objectContaining({ code: 'DEGREE' }))
  })
})

describe('UniformSampler', () => {
  test('selects all others equally often', () => {
    const sampler = new UniformSampler(11)
    const counts = new Int32Array(11)
    const context = drawing(5, 4)
    for (let i = 0; i < 50_000; i++) counts[sampler.selectPeer(context)]++
    expect(counts[4]).toBe(0)
    expect(unevenness(counts.filter((_, peer) => peer !== 4))).toBeLessThan(3.5)
  })

  test.each([0, -1, 1.5, Number.NaN])('is refused for %d peers', (peers) => {
    expect(() => new UniformSampler(peers)).toThrow(expect.objectContaining({ code: 'PEERS' }))
  })
})
