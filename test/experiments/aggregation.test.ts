import type { Verdict } from '@hearsay/experiments/report'
import { beforeAll, describe, expect, test } from 'vitest'
import { readReduced, runClaims, TIMEOUT_MS } from './reduced-form.ts'

// Jelasity, Montresor, Babaoglu 2005, with fewer peers: see experiments/jelasity-2005/README.md.

describe.each([
  ['how fast averaging converges', await readReduced('jelasity-2005/averaging'), 6],
  ['what averaging converges to', await readReduced('jelasity-2005/mass'), 4],
  ['counting peers while half of them die', await readReduced('jelasity-2005/size'), 7],
])('%s', (_, experiment, claims) => {
  let found: readonly Verdict[]

  beforeAll(async () => {
    found = await runClaims(experiment)
  }, TIMEOUT_MS)

  test('is claimed', () => {
    expect(experiment.claims).toHaveLength(claims)
  })

  test.each(experiment.claims.map(({ that }, index) => [that, index] as const))('%s', (__, index) => {
    expect(found[index]).toEqual({ ...found[index], outcome: 'holds' })
  })
})
