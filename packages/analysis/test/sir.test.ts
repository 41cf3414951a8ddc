import { UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  basicReproductionNumber,
  RungeKutta,
  siInfective,
  sirEquilibrium,
  sirField,
  sirModel,
  type SirParameters,
} from '../src/index.ts'
import { classicAfter } from './support.ts'

function integrate(parameters: SirParameters, start: readonly number[], time: number, step = 0.05): Float64Array {
  const integrator = new RungeKutta(sirField(parameters), start)
  integrator.advance(time, Math.round(time / step))
  return integrator.state
}

describe('SIR with demography', () => {
  it('has R₀ = β/(γ + μ)', () => {
    expect(basicReproductionNumber({ beta: 1, gamma: 0.3, mu: 0.2 })).toBe(2)
    expect(basicReproductionNumber({ beta: 1, gamma: 0 })).toBe(Number.POSITIVE_INFINITY)
    expect(basicReproductionNumber({ beta: 0, gamma: 0 })).toBe(0)
  })

  it('stays at its equilibrium, whose shares sum to 1', () => {
    const rate = (min: number) => fc.double({ min, max: 3, noNaN: true })
    fc.assert(
      fc.property(rate(0), rate(0), rate(0), (beta, gamma, mu) => {
        const { susceptible, infective, removed } = sirEquilibrium({ beta, gamma, mu })
        const derivative = new Float64Array(3)
        sirField({ beta, gamma, mu })(Float64Array.of(susceptible, infective, removed), derivative)
        for (const change of derivative) expect(change).toBeCloseTo(0, 12)
        expect(susceptible + infective + removed).toBeCloseTo(1, 12)
        expect(Math.min(susceptible, infective, removed)).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it.each<[string, SirParameters, time: number]>([
    ['endemic', { beta: 1, gamma: 0.25, mu: 0.05 }, 400],
    ['extinct', { beta: 0.4, gamma: 0.5, mu: 0.1 }, 200],
    ['burnt out', { beta: 1, gamma: 0.5 }, 200],
    ['SI', { beta: 1, gamma: 0 }, 100],
    ['SIS', { beta: 1, gamma: 0, mu: 0.25 }, 100],
  ])('settles where it is %s', (_, parameters, time) => {
    const end = integrate(parameters, [1 - 1e-5, 1e-5, 0], time)
    const { susceptible, infective, removed } = sirEquilibrium(parameters)
    expect(end[0]).toBeCloseTo(susceptible, 3)
    expect(end[1]).toBeCloseTo(infective, 3)
    expect(end[2]).toBeCloseTo(removed, 3)
  })

  it('is logistic without recovery', () => {
    expect(integrate({ beta: 1.3, gamma: 0 }, [0.99, 0.01, 0], 4)[1]).toBeCloseTo(siInfective(1.3, 0.01, 4), 6)
  })

  it('is what the population model becomes as its step shrinks', () => {
    const parameters = { beta: 1, gamma: 0.25, mu: 0.1 }
    const start = [0.9, 0.1, 0]
    const exact = integrate(parameters, start, 5)
    const errors = [0.1, 0.05].map((step) => {
      const end = classicAfter(sirModel(parameters, step), start, Math.round(5 / step))
      return Math.max(...end.map((share, i) => Math.abs(share - exact[i])))
    })
    expect(errors[0]).toBeLessThan(0.02)
    // Euler's method is of order 1.
    expect(errors[0] / errors[1]).toBeGreaterThan(1.8)
    expect(errors[0] / errors[1]).toBeLessThan(2.2)
  })

  it('refuses negative rates, and steps that make probabilities of more than 1', () => {
    expect(() => sirField({ beta: -1, gamma: 0 })).toThrow(UsageError)
    expect(() => sirModel({ beta: 1, gamma: 3, mu: 3 }, 0.2)).toThrow('(gamma + mu)·step')
  })
})

describe('the method of Runge and Kutta', () => {
  it('has an error that falls with the fourth power of the step', () => {
    const errorOf = (steps: number): number => {
      const oscillator = new RungeKutta((x, derivative) => derivative.set([x[1], -x[0]]), [0, 1])
      oscillator.advance(2, steps)
      return Math.abs(oscillator.state[0] - Math.sin(2))
    }
    const ratio = errorOf(20) / errorOf(40)
    expect(ratio).toBeGreaterThan(14)
    expect(ratio).toBeLessThan(18)
  })
})
