import type { Verdict } from '@hearsay/experiments/report'
import { beforeAll, describe, expect, test } from 'vitest'
import { readReduced, runClaims, TIMEOUT_MS } from './reduced-form.ts'

// Federated averaging and its variants, to round 50: see experiments/federated-variants/README.md.

const experiment = await readReduced('federated-variants/spambase')

describe('federated averaging and its variants, over five seeds', () => {
  let found: readonly Verdict[]

  beforeAll(async () => {
    found = await runClaims(experiment)
  }, TIMEOUT_MS)

  test('are claimed to differ where they should, and nowhere else', () => {
    expect(experiment.claims.length).toBe(6)
  })

  test.each(experiment.claims.map(({ that }, index) => [that, index] as const))('%s', (_, index) => {
    expect(found[index]).toEqual({ ...found[index], outcome: 'holds' })
  })
})
