import { Averaging, convergenceFactor, Ensemble } from '@hearsay/analysis'
import { naturalLogarithm, randomStream } from '@hearsay/core'
import { exponential } from '@hearsay/kernels'
import type { AveragingFlags } from './analyse-flags.ts'
import { formatCount } from '../output/format.ts'
import type { Analysis, Fact } from './analysis.ts'

/** What is left of the variance when rounding errors begin to matter. */
const VARIANCE_MIN = 1e-20

/** `hearsay analyse averaging`: how fast push–pull averaging converges. */
export function averagingAnalysis(flags: AveragingFlags): Analysis {
  const { selector, linkFailure, peers, cycles, seed } = flags
  const factor = convergenceFactor(selector, linkFailure)
  const expected = [1]
  for (let cycle = 1; cycle <= cycles; cycle++) expected.push(expected[cycle - 1] * factor)
  const variance = new Ensemble(cycles + 1)
  return {
    name: 'averaging',
    title: `Push–pull averaging, ${selector} pairs, ${formatCount(peers)} peers`,
    subtitle: `Exchanges fail with probability ${linkFailure}; simulated: individual peers`,
    parameters: { selector, linkFailure, peers },
    time: { unit: 'cycle', steps: cycles, stride: 1 },
    quantities: [
      {
        name: 'variance',
        label: 'variance (1 = at the start)',
        theories: [{ name: 'theory', label: 'ρ to the power of the cycle', values: expected }],
        simulated: variance,
      },
    ],
    logarithmic: true,
    simulate: () => {
      const averaging = new Averaging({ peers, selector, linkFailure }, randomStream(seed, variance.runs))
      const start = averaging.variance
      const series = new Float64Array(cycles + 1).fill(1)
      for (let cycle = 1; cycle <= cycles; cycle++) {
        averaging.cycle()
        series[cycle] = averaging.variance / start
      }
      variance.add(series)
    },
    facts: () => [{ name: 'factor', label: 'convergence factor ρ', value: factor }, simulatedFactor(variance, cycles)],
  }
}

/** The mean factor over the cycles up to `cycles` in which the variance is more than rounding errors. */
function simulatedFactor(variance: Ensemble, cycles: number): Fact {
  let last = 1
  while (last < cycles && variance.mean(last + 1) >= VARIANCE_MIN) last++
  return {
    name: 'factorSimulated',
    label: `ρ, simulated: mean over ${last} cycles`,
    value: exponential(naturalLogarithm(variance.mean(last)) / last),
  }
}
