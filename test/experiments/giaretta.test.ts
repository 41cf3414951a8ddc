import type { Verdict } from '@hearsay/experiments/report'
import { beforeAll, describe, expect, test } from 'vitest'
import { readReduced, runClaims, TIMEOUT_MS } from './reduced-form.ts'

// Giaretta, Girdzijauskas 2019, to cycle 100: see experiments/giaretta-2019/README.md.

describe.each([
  ['degree', await readReduced('giaretta-2019/degree'), 4],
  ['speed', await readReduced('giaretta-2019/speed'), 3],
])('labels that follow %s, over five seeds', (_, experiment, claims) => {
  let found: readonly Verdict[]

  beforeAll(async () => {
    found = await runClaims(experiment)
  }, TIMEOUT_MS)

  test('are claimed to bias the model, and to be corrected', () => {
    expect(experiment.claims).toHaveLength(claims)
  })

  test.each(experiment.claims.map(({ that }, index) => [that, index] as const))('%s', (__, index) => {
    expect(found[index]).toEqual({ ...found[index], outcome: 'holds' })
    for (const { count } of found[index].values) expect(count).toBe(5)
  })
})
