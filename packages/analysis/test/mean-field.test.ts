import { UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  antiEntropyModel,
  antiEntropyRound,
  ClassicMeanField,
  classicMeanField,
  createRumorMongering,
  createShuffle,
  linearObservable,
  type Observable,
  type PopulationModel,
  RefinedMeanField,
  refinedMeanField,
  rumorStart,
  RUMOR_STOPS,
  sirModel,
  type SmoothPopulationModel,
  TransitionModel,
} from '../src/index.ts'
import { classicAfter, stepOf } from './support.ts'

const MODELS: readonly (readonly [string, SmoothPopulationModel])[] = [
  ['shuffle', createShuffle().model],
  ['SIR', sirModel({ beta: 0.8, gamma: 0.2, mu: 0.05 }, 0.5)],
  ['push', antiEntropyModel('push', 100)],
  ['pull', antiEntropyModel('pull', 100)],
  ['push–pull', antiEntropyModel('push-pull', 100)],
  ...RUMOR_STOPS.map((stop) => [`rumor ${stop}`, createRumorMongering({ k: 3, stop, peers: 100 }).model] as const),
]

/** Occupancies of S states. */
const occupancies = (size: number): fc.Arbitrary<Float64Array> =>
  fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: size, maxLength: size }).map((weights) => {
    const sum = weights.reduce((total, weight) => total + weight, 0)
    return Float64Array.from(weights, (weight) => weight / sum)
  })

describe.each(MODELS)('the model of %s', (_, model) => {
  const size = model.states.length

  it('has a stochastic matrix', () => {
    fc.assert(
      fc.property(occupancies(size), (m) => {
        const matrix = new Float64Array(size * size)
        model.transitionMatrix(m, matrix)
        for (let i = 0; i < size; i++) {
          const row = matrix.subarray(i * size, (i + 1) * size)
          expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12)
          expect(Math.min(...row)).toBeGreaterThanOrEqual(-1e-12)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('has the derivatives that differences show', () => {
    fc.assert(
      fc.property(occupancies(size), (m) => {
        const [jacobian, hessian] = [new Float64Array(size ** 2), new Float64Array(size ** 3)]
        model.jacobian(m, jacobian)
        model.hessian(m, hessian)
        const h = 1e-4
        const shifted = (...at: readonly (readonly [number, number])[]): Float64Array => {
          const copy = m.slice()
          for (const [k, sign] of at) copy[k] += sign * h
          return stepOf(model, copy)
        }
        for (let l = 0; l < size; l++) {
          const [up, down] = [shifted([l, 1]), shifted([l, -1])]
          for (let j = 0; j < size; j++) expect(jacobian[j * size + l]).toBeCloseTo((up[j] - down[j]) / (2 * h), 5)
          const k = (l + 1) % size
          const corners = [
            shifted([k, 1], [l, 1]),
            shifted([k, 1], [l, -1]),
            shifted([k, -1], [l, 1]),
            shifted([k, -1], [l, -1]),
          ]
          for (let j = 0; j < size; j++) {
            const [a, b, c, d] = corners.map((corner) => corner[j])
            expect(hessian[(j * size + k) * size + l]).toBeCloseTo((a - b - c + d) / (4 * h * h), 5)
            expect(hessian[(j * size + l) * size + k]).toBe(hessian[(j * size + k) * size + l])
          }
        }
      }),
      { numRuns: 5 },
    )
  })

  it('keeps its shares on the simplex, and its corrections and covariances off it by nothing', () => {
    fc.assert(
      fc.property(occupancies(size), (start) => {
        const field = new RefinedMeanField(model, start)
        for (let step = 0; step < 10; step++) field.step()
        expect(field.occupancy.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
        expect(field.correction.reduce((sum, change) => sum + change, 0)).toBeCloseTo(0, 9)
        for (let j = 0; j < size; j++) {
          const row = field.covariance.subarray(j * size, (j + 1) * size)
          expect(row.reduce((sum, entry) => sum + entry, 0)).toBeCloseTo(0, 9)
          expect(row[j]).toBeGreaterThanOrEqual(-1e-12)
        }
        expect([...field.occupancy]).toEqual([...classicAfter(model, start, 10)])
      }),
      { numRuns: 10 },
    )
  })
})

describe('the classic mean field', () => {
  it.each(['push', 'pull', 'push-pull'] as const)('of anti-entropy by %s is the recurrence', (mode) => {
    const field = new ClassicMeanField(antiEntropyModel(mode, 500), [1 - 1 / 500, 1 / 500])
    let susceptible = 1 - 1 / 500
    for (let round = 0; round < 12; round++) {
      field.step()
      susceptible = antiEntropyRound(mode, susceptible, 500)
      expect(field.occupancy[0]).toBeCloseTo(susceptible, 13)
    }
  })

  it.each([
    [1, 0.18, 1.7],
    [2, 0.037, 3.3],
    [3, 0.011, 4.5],
    [4, 0.0036, 5.6],
    [5, 0.0012, 6.7],
  ])(
    'of rumor mongering has the residue and the traffic of Demers et al. 1987, table 1, k = %i',
    (k, residue, traffic) => {
      const rumor = createRumorMongering({ k, peers: 1000 })
      const observables = [rumor.susceptible, rumor.infective]
      const [susceptible, infective] = classicMeanField(rumor.model, rumorStart(rumor, 1000), 100, observables)
      expect(Math.abs(susceptible[100] / residue - 1)).toBeLessThan(0.05)
      expect(Math.abs(infective.reduce((sum, share) => sum + share, 0) - traffic)).toBeLessThan(0.05)
    },
  )

  it('takes any model that says its K(m)', () => {
    const flip: PopulationModel = { states: ['a', 'b'], transitionMatrix: (_, matrix) => matrix.set([0.5, 0.5, 0, 1]) }
    const [series] = classicMeanField(flip, [1, 0], 3, [linearObservable(flip, { a: 1 })])
    expect([...series]).toEqual([1, 0.5, 0.25, 0.125])
  })
})

describe('the refined mean field', () => {
  it('is exact for the covariance of independent individuals: D = m(1 − m)', () => {
    const decay = new TransitionModel(['a', 'b'], [{ from: 'a', to: 'b', rate: 0.3 }])
    const field = new RefinedMeanField(decay, [1, 0])
    for (let step = 1; step <= 5; step++) {
      field.step()
      const left = 0.7 ** step
      expect(field.covariance[0]).toBeCloseTo(left * (1 - left), 14)
      expect(field.covariance[1]).toBeCloseTo(-left * (1 - left), 14)
      expect(field.correction[0]).toBe(0)
    }
    const share = linearObservable(decay, { a: 1 })
    expect(field.standardDeviation(share, 50)).toBeCloseTo(Math.sqrt((0.7 ** 5 * (1 - 0.7 ** 5)) / 50), 14)
  })

  it('corrects observables that are not linear: E[a²] = E[a]² + Var[a]', () => {
    const decay = new TransitionModel(['a', 'b'], [{ from: 'a', to: 'b', rate: 0.3 }])
    const square: Observable = {
      value: (m) => m[0] * m[0],
      gradient: (m, gradient) => gradient.set([2 * m[0], 0]),
      hessian: (_, hessian) => hessian.set([2, 0, 0, 0]),
    }
    const [{ expectation }] = refinedMeanField(decay, [1, 0], 1, 40, [square])
    expect(expectation[1]).toBeCloseTo(0.49 + (0.7 * 0.3) / 40, 14)
  })

  it('does not depend on how a model is continued beyond shares that sum to 1', () => {
    // I + S = 1, so that these are one model: S is infected with 0.4·I, or 0.4·(1 − S).
    const one = new TransitionModel(
      ['S', 'I'],
      [
        { from: 'S', to: 'I', weights: { I: 0.4 } },
        { from: 'I', to: 'S', rate: 0.1 },
      ],
    )
    const other = new TransitionModel(
      ['S', 'I'],
      [
        { from: 'S', to: 'I', rate: 0.4, weights: { S: -0.4 } },
        { from: 'I', to: 'S', rate: 0.1 },
      ],
    )
    const fields = [one, other].map((model) => new RefinedMeanField(model, [0.9, 0.1]))
    for (let step = 0; step < 30; step++) for (const field of fields) field.step()
    const [a, b] = fields
    expect(a.correction[0]).not.toBeCloseTo(0, 2)
    expect(b.correction[0]).toBeCloseTo(a.correction[0], 10)
    expect(b.covariance[0]).toBeCloseTo(a.covariance[0], 10)
  })

  it('becomes the classic one as the population grows', () => {
    const { model, coverage } = createShuffle()
    const start = [0, 0.01, 0.99, 0, 0, 0]
    const [classic] = classicMeanField(model, start, 100, [coverage])
    const [{ expectation }] = refinedMeanField(model, start, 100, 1e15, [coverage])
    expect(expectation[100]).toBeCloseTo(classic[100], 10)
  })
})

describe('what is wrong', () => {
  const model = sirModel({ beta: 1, gamma: 0.5 }, 0.5)

  it.each([
    [[0.5, 0.5], /3 shares, not 2/],
    [[0.5, 0.4, 0], /sum to 1, not to 0.9/],
    [[1.5, -0.5, 0], /≥ 0/],
    [[Number.NaN, 0, 1], /≥ 0/],
  ])('in a start %j is refused', (start, message) => {
    expect(() => new ClassicMeanField(model, start)).toThrow(UsageError)
    expect(() => new RefinedMeanField(model, start)).toThrow(message)
  })

  it.each([
    ['above 1', { from: 'a', to: 'b', rate: 1.2 }],
    ['below 0', { from: 'a', to: 'b', rate: 0, weights: { a: -0.1 } }],
    ['not a number', { from: 'a', to: 'b', rate: Number.NaN }],
  ])('in a model with a probability %s is told with the state', (_, transition) => {
    const broken = new TransitionModel(['a', 'b'], [transition])
    expect(() => new ClassicMeanField(broken, [1, 0]).step()).toThrow(/leaving a must lie in \[0, 1\]/)
  })

  it.each([
    [['a', 'a'], [], /must differ: a, a/],
    [['a', 'b'], [{ from: 'a', to: 'a' }], /a → a: staying/],
    [['a', 'b'], [{ from: 'a', to: 'c' }], /no state c: there are a, b/],
    [['a', 'b'], [{ from: 'a', to: 'b', weights: { d: 1 } }], /no state d/],
  ])('in transitions of %j is refused', (states, transitions, message) => {
    expect(() => new TransitionModel(states, transitions)).toThrow(message)
  })
})
