import { fileURLToPath } from 'node:url'
import { type Claim, type Experiment, runTrial, type ValueAt } from '@hearsay/experiments'
import { readExperiment } from '@hearsay/experiments/file'
import { beforeAll, describe, expect, test } from 'vitest'

// Giaretta, Girdzijauskas 2019, in the reduced form: see experiments/giaretta-2019/README.md.

/** Student's t for a 95 % interval of five values. */
const T = 2.776
const SEEDS = 5

interface Interval {
  readonly mean: number
  readonly half: number
}

/** The mean error at a cycle over seeds, by contestant and labels. */
type Measured = (value: ValueAt) => Interval

async function measure(experiment: Experiment): Promise<Measured> {
  const errors = new Map<string, number[]>()
  for (const { contestant, levels, trial } of experiment.cells) {
    const { series } = await runTrial(trial)
    for (const { cycle, mean } of series) {
      const key = JSON.stringify([contestant, levels['labels'], cycle])
      errors.set(key, [...(errors.get(key) ?? []), mean])
    }
  }
  return ({ contestant, where, cycle }) => {
    const values = errors.get(JSON.stringify([contestant, where['labels'], cycle])) ?? []
    expect(values).toHaveLength(SEEDS)
    const mean = values.reduce((sum, value) => sum + value, 0) / SEEDS
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (SEEDS - 1)
    return { mean, half: T * Math.sqrt(variance / SEEDS) }
  }
}

/** What speaks against a claim; nothing where it holds. */
function objection({ check }: Claim, at: Measured): string | undefined {
  const value = at(check.value)
  if (check.kind === 'range') return 'no such claim is expected here'
  if (check.kind === 'close') {
    const apart = Math.abs(value.mean - at(check.to).mean)
    return apart <= check.within ? undefined : `they are ${apart} apart`
  }
  const than = at(check.than)
  const lower = than.mean - value.mean
  if (lower < (check.by ?? 0)) return `it is lower by ${lower}`
  return value.mean + value.half < than.mean - than.half ? undefined : 'the intervals overlap'
}

const read = (name: string): Promise<Experiment> =>
  readExperiment(fileURLToPath(new URL(`../experiments/giaretta-2019/${name}.yaml`, import.meta.url)), {
    reduced: true,
  })

describe.each([
  ['degree', await read('degree')],
  ['speed', await read('speed')],
])('labels that follow %s', (_, experiment) => {
  let at: Measured

  beforeAll(async () => {
    at = await measure(experiment)
  })

  test('are claimed to bias the model, and to be corrected', () => {
    expect(experiment.claims.length).toBeGreaterThanOrEqual(3)
  })

  test.each(experiment.claims)('$that', (claim) => {
    expect(objection(claim, at)).toBeUndefined()
  })
})
