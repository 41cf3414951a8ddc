import type { Verdict } from '@hearsay/experiments/report'
import { beforeAll, describe, expect, test } from 'vitest'
import { readReduced, runClaims, TIMEOUT_MS } from './reduced-form.ts'

// A network of TensorFlow.js, to cycle 10: see experiments/tfjs-digits/README.md.

const experiment = await readReduced('tfjs-digits/digits')

describe('a multilayer perceptron on handwritten digits, over three seeds', () => {
  let found: readonly Verdict[]

  beforeAll(async () => {
    found = await runClaims(experiment)
  }, TIMEOUT_MS)

  test('is claimed to learn from others', () => {
    expect(experiment.claims.length).toBeGreaterThanOrEqual(3)
  })

  test.each(experiment.claims.map(({ that }, index) => [that, index] as const))('%s', (_, index) => {
    expect(found[index]).toEqual({ ...found[index], outcome: 'holds' })
  })
})
