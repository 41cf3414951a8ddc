import type { Verdict } from '@hearsay/experiments/report'
import { beforeAll, describe, expect, test } from 'vitest'
import { readReduced, runClaims, TIMEOUT_MS } from './reduced-form.ts'

// The frozen `sum` age rule, to cycle 100: see experiments/sum-age-rule/README.md.

const experiment = await readReduced('sum-age-rule/spambase')

describe('ages that are summed in a merge, over five seeds', () => {
  let found: readonly Verdict[]

  beforeAll(async () => {
    found = await runClaims(experiment)
  }, TIMEOUT_MS)

  test('are claimed to freeze learning at a bad model', () => {
    expect(experiment.claims.length).toBeGreaterThanOrEqual(3)
  })

  test.each(experiment.claims.map(({ that }, index) => [that, index] as const))('%s', (_, index) => {
    expect(found[index]).toEqual({ ...found[index], outcome: 'holds' })
  })
})
