import { randomStream, UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  binomial,
  classicMeanField,
  createShuffle,
  Ensemble,
  linearObservable,
  PopulationRun,
  PopulationSimulation,
  refinedMeanField,
  shuffleStart,
  sirModel,
  TransitionModel,
} from '../src/index.ts'
import { integerPower } from '../src/numeric/integer-power.ts'
import { summarise } from './support.ts'

/** Masses of the binomial distribution, by its recurrence in logarithms. */
function masses(trials: number, probability: number): number[] {
  let logarithm = trials * Math.log1p(-probability)
  return Array.from({ length: trials + 1 }, (_, k) => {
    if (k > 0) logarithm += Math.log(((trials - k + 1) / k) * (probability / (1 - probability)))
    return Math.exp(logarithm)
  })
}

describe('binomial', () => {
  it('stays in its range, and is certain where the probability is', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (trials, probability, seed) => {
        const drawn = binomial(randomStream(seed), trials, probability)
        expect(Number.isInteger(drawn)).toBe(true)
        expect(drawn).toBeGreaterThanOrEqual(0)
        expect(drawn).toBeLessThanOrEqual(trials)
        expect(binomial(randomStream(seed), trials, 0)).toBe(0)
        expect(binomial(randomStream(seed), trials, 1)).toBe(trials)
      }),
    )
  })

  // Means on both sides of where inversion gives way to rejection.
  it.each([
    [5, 0.5],
    [40, 0.1],
    [20, 0.49],
    [30, 0.4],
    [1000, 0.02],
    [200, 0.5],
    [60, 0.75],
    [100_000, 0.0003],
  ])('is distributed as it must be: %i trials, p = %d (χ²)', (trials, probability) => {
    const random = randomStream(17)
    const draws = 20_000
    const counts = new Map<number, number>()
    for (let i = 0; i < draws; i++) {
      const drawn = binomial(random, trials, probability)
      counts.set(drawn, (counts.get(drawn) ?? 0) + 1)
    }
    let [statistic, cells, rest, restExpected] = [0, 0, draws, draws]
    for (const [k, mass] of masses(trials, probability).entries()) {
      if (mass * draws < 20) continue
      const seen = counts.get(k) ?? 0
      statistic += (seen - mass * draws) ** 2 / (mass * draws)
      cells++
      rest -= seen
      restExpected -= mass * draws
    }
    statistic += restExpected < 1 ? 0 : (rest - restExpected) ** 2 / restExpected
    // The mean of χ² is its degrees of freedom f, its variance 2f.
    expect(statistic).toBeLessThan(cells + 5 * Math.sqrt(2 * cells))
    expect(cells).toBeGreaterThan(3)
  })

  it('has the mean and the variance of a large number of trials', () => {
    const random = randomStream(23)
    const [trials, probability] = [1e9, 0.3]
    const draws = Array.from({ length: 4000 }, () => binomial(random, trials, probability) - trials * probability)
    const variance = trials * probability * (1 - probability)
    expect(Math.abs(summarise(draws).mean)).toBeLessThan(4 * Math.sqrt(variance / draws.length))
    expect(summarise(draws.map((d) => (d * d) / variance)).mean).toBeCloseTo(1, 0)
  })

  it('refuses what is no number of trials and no probability', () => {
    const random = randomStream(1)
    expect(() => binomial(random, 1.5, 0.5)).toThrow(UsageError)
    expect(() => binomial(random, 10, Number.NaN)).toThrow(UsageError)
  })
})

describe('integerPower', () => {
  it('is the power', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.9, max: 1, noNaN: true }), fc.nat(1000), (base, exponent) => {
        const power = base ** exponent
        expect(Math.abs(integerPower(base, exponent) - power)).toBeLessThanOrEqual(1e-12 * power)
      }),
    )
  })
})

describe('a run of a population', () => {
  const { model } = createShuffle()

  it('keeps its individuals, and those who cannot leave', () => {
    const run = new PopulationRun(model, shuffleStart(77), 77, randomStream(3))
    const holder = model.states.indexOf('PD')
    for (let step = 0; step < 300; step++) {
      run.step()
      expect(run.counts.reduce((sum, count) => sum + count, 0)).toBe(77)
      expect(run.counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true)
      expect(run.counts[holder]).toBe(1)
    }
    expect(run.time).toBe(300)
  })

  it('is the same for the same stream, and another for another', () => {
    const countsOf = (seed: number): number[] => {
      const run = new PopulationRun(model, shuffleStart(1000), 1000, randomStream(seed))
      for (let step = 0; step < 200; step++) run.step()
      return [...run.counts]
    }
    expect(countsOf(4)).toEqual(countsOf(4))
    expect(countsOf(4)).not.toEqual(countsOf(5))
  })

  it('moves everybody who moves with certainty', () => {
    const cycle = new TransitionModel(
      ['a', 'b', 'c'],
      [
        { from: 'a', to: 'b', rate: 1 },
        { from: 'b', to: 'c', rate: 1 },
        { from: 'c', to: 'a', rate: 1 },
      ],
    )
    const run = new PopulationRun(cycle, [0.5, 0.3, 0.2], 10, randomStream(1))
    run.step()
    expect([...run.counts]).toEqual([2, 5, 3])
  })

  it('refuses shares that are no whole individuals', () => {
    expect(() => new PopulationRun(model, shuffleStart(100), 99, randomStream(1))).toThrow(UsageError)
  })
})

describe('the mean over runs (Gast, Latella, Massink 2020, Theorem 1)', () => {
  it('is the refined mean field within Monte-Carlo error, where the classic one is not', () => {
    const population = 40
    const model = sirModel({ beta: 1.5, gamma: 0.5, mu: 0.2 }, 0.4)
    const observables = [linearObservable(model, { I: 1 })]
    const start = [0.7, 0.3, 0]
    const steps = 12
    const [classic] = classicMeanField(model, start, steps, observables)
    const [refined] = refinedMeanField(model, start, steps, population, observables)
    const simulation = new PopulationSimulation(model, { start, steps, population, seed: 2, observables })
    while (simulation.runs < 20_000) simulation.run()
    const [ensemble] = simulation.ensembles
    for (const time of [4, 8, 12]) {
      const error = ensemble.standardError(time)
      expect(Math.abs(ensemble.mean(time) - refined.expectation[time])).toBeLessThan(4 * error)
      expect(ensemble.standardDeviation(time) / refined.standardDeviation[time]).toBeCloseTo(1, 1)
    }
    expect(Math.abs(ensemble.mean(8) - classic[8])).toBeGreaterThan(5 * ensemble.standardError(8))
  })
})

describe('Ensemble', () => {
  it('has the mean and the standard error of what it was given', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 2, maxLength: 20 }),
        (values) => {
          const ensemble = new Ensemble(1)
          for (const value of values) ensemble.add([value])
          const expected = summarise(values)
          expect(ensemble.mean(0)).toBeCloseTo(expected.mean, 10)
          expect(ensemble.standardError(0)).toBeCloseTo(expected.standardError, 10)
        },
      ),
    )
  })

  it('knows nothing without runs', () => {
    const ensemble = new Ensemble(1)
    expect(ensemble.mean(0)).toBeNaN()
    ensemble.add([3])
    expect(ensemble.mean(0)).toBe(3)
    expect(ensemble.standardError(0)).toBeNaN()
  })
})
