import type { Verdict } from '@hearsay/experiments/report'
import { beforeAll, describe, expect, test } from 'vitest'
import { readReduced, runClaims } from './reduced-form.ts'

// Demers et al. 1987, table 1, with the first three rows and 40 seeds: see experiments/demers-1987/README.md.

describe.each([
  ['residue', await readReduced('demers-1987/rumor')],
  ['traffic', await readReduced('demers-1987/traffic')],
])('the %s of rumor mongering, over 40 seeds', (name, experiment) => {
  let found: readonly Verdict[]

  beforeAll(async () => {
    found = await runClaims(experiment)
  })

  test('is claimed for each k, beside what is published', () => {
    expect(experiment.claims).toHaveLength(3)
    expect(experiment.references.map(({ contestant }) => contestant)).toEqual(['k = 1', 'k = 2', 'k = 3'])
    expect(experiment.cells.every(({ trial }) => trial.task === 'rumor' && trial.scenario.metric === name)).toBe(true)
  })

  test.each(experiment.claims.map(({ that }, index) => [that, index] as const))('%s', (_, index) => {
    expect(found[index]).toEqual({ ...found[index], outcome: 'holds' })
  })
})
