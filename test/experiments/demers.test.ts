import type { Verdict } from '@hearsay/experiments/report'
import { beforeAll, describe, expect, test } from 'vitest'
import { readReduced, runClaims, TIMEOUT_MS } from './reduced-form.ts'

// Demers et al. 1987, tables 1 to 3, some rows with fewer seeds: see experiments/demers-1987/README.md.

describe.each([
  ['residue', await readReduced('demers-1987/rumor'), 3],
  ['traffic', await readReduced('demers-1987/traffic'), 3],
  ['residue', await readReduced('demers-1987/variants'), 5],
] as const)('the %s of rumor mongering: $1.title', (metric, experiment, claims) => {
  let found: readonly Verdict[]

  beforeAll(async () => {
    found = await runClaims(experiment)
  }, TIMEOUT_MS)

  test('is claimed', () => {
    expect(experiment.claims).toHaveLength(claims)
    for (const { trial } of experiment.cells) expect(trial).toMatchObject({ task: 'rumor', scenario: { metric } })
  })

  test.each(experiment.claims.map(({ that }, index) => [that, index] as const))('%s', (_, index) => {
    expect(found[index]).toEqual({ ...found[index], outcome: 'holds' })
  })
})
