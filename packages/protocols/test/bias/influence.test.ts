import { randomStream } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { regularGraph, scaleFreeGraph } from '../../src/index.ts'
import { influences, normalised, quarters } from './influence.ts'

// Whose rows count how much: the analysis of docs/protocols/bias.md, held against simulations.

const PEERS = 400
const scaleFree = scaleFreeGraph(PEERS, 2, randomStream(1))
const degrees = Float64Array.from({ length: PEERS }, (_, peer) => scaleFree.degree(peer))
const byDegree = quarters(degrees)

/** What the analysis says of each quarter of the peers: φ_j ∝ 1/d_j · Σ over neighbours i of a(i, j)/d_i. */
function predicted(isTrained: (sender: number, self: number) => number): number[] {
  const sums = [0, 0, 0, 0]
  for (let self = 0; self < PEERS; self++) {
    for (let k = scaleFree.starts[self]; k < scaleFree.starts[self + 1]; k++) {
      const sender = scaleFree.neighbours[k]
      sums[byDegree[self]] += isTrained(sender, self) / (degrees[sender] * degrees[self])
    }
  }
  return normalised(sums)
}

const furthest = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, index) => Math.abs(value - b[index])))

const EVEN = [0.25, 0.25, 0.25, 0.25]

describe('peers of different degree', () => {
  const over = { graph: scaleFree, groupOf: byDegree, cycles: 250 } as const
  const uncorrected = predicted(() => 1)

  test.each(['mean', 'age-weighted'] as const)('count as φ says where nothing is corrected (%s merge)', (merge) => {
    expect(furthest(uncorrected, EVEN)).toBeGreaterThan(0.08)
    expect(furthest(influences({ ...over, mergeWith: 'last', merge }), uncorrected)).toBeLessThan(0.025)
  })

  test('count more still where peers merge with their own model by age: hubs are older', () => {
    const [lowest, , , highest] = influences({ ...over, mergeWith: 'current', merge: 'age-weighted' })
    expect(highest / lowest).toBeGreaterThan((1.5 * uncorrected[3]) / uncorrected[0])
  })

  test('count as φ says with pass-through, which holds the highest degrees down to less than their share', () => {
    const passing = predicted((sender, self) => Math.min(1, degrees[sender] / degrees[self]))
    const measured = influences({ ...over, mergeWith: 'last', merge: 'age-weighted', correction: 'pass-through' })
    expect(furthest(measured, passing)).toBeLessThan(0.025)
    expect(measured[3]).toBeLessThan(0.23)
  })

  test('count in proportion to their degree with a cache that draws neighbours uniformly', () => {
    const [lowest, , , highest] = influences({
      ...{ ...over, mergeWith: 'current', merge: 'mean', correction: 'neighbour-cache' },
    })
    expect(highest / lowest).toBeGreaterThan(1.5)
  })

  test.each(['mean', 'age-weighted'] as const)('count the same with metropolis (%s merge)', (merge) => {
    const measured = influences({ ...over, mergeWith: 'current', merge, correction: 'metropolis' })
    expect(furthest(measured, EVEN)).toBeLessThan(0.03)
  })
})

describe('peers of different speed', () => {
  const periodFactors = Float64Array.from({ length: PEERS }, (_, peer) => (peer % 2 === 0 ? 10 : 1))
  const over = {
    ...{ graph: regularGraph(PEERS, 10, randomStream(2)), periodFactors, mergeWith: 'current' as const },
    groupOf: Int32Array.from({ length: PEERS }, (_, peer) => peer % 2),
  } as const

  test.each(['mean', 'age-weighted'] as const)('count in proportion to it (%s merge)', (merge) => {
    const [slow] = influences({ ...over, merge, cycles: 300 })
    expect(Math.abs(slow - 1 / 11)).toBeLessThan(0.01)
  })

  test('count less unevenly with the neighbour cache', () => {
    const [slow] = influences({ ...over, merge: 'mean', correction: 'neighbour-cache', cycles: 300 })
    expect(slow).toBeGreaterThan(0.13)
    expect(slow).toBeLessThan(0.3)
  })

  test('count the same with metropolis and a constant step, nearly so with one that decays', () => {
    const constant = influences({ ...over, merge: 'mean', correction: 'metropolis', eta: 0.1, cycles: 1200 })
    expect(Math.abs(constant[0] - 0.5)).toBeLessThan(0.02)
    const decaying = influences({ ...over, merge: 'mean', correction: 'metropolis', cycles: 600 })
    expect(Math.abs(decaying[0] - 0.5)).toBeLessThan(0.06)
  })

  test('do not with metropolis and a merge by age, since fast peers are older', () => {
    const [slow] = influences({ ...over, merge: 'age-weighted', correction: 'metropolis', cycles: 300 })
    expect(slow).toBeLessThan(0.3)
  })
})
