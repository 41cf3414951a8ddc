import type { Experiment } from '@hearsay/experiments'
import type { Verdict } from '@hearsay/experiments/report'
import { beforeAll, describe, expect, test } from 'vitest'
import { readReduced, runClaims } from './reduced-form.ts'

// Hegedűs, Danner, Jelasity 2021, to cycles 50 and 100: see experiments/hegedus-2021/README.md.

/** A busy machine takes many times what an idle one does. */
const TIMEOUT_MS = 300_000

/** An experiment without the cells that no claim is about. */
async function readClaimed(file: string): Promise<Experiment> {
  const experiment = await readReduced(`hegedus-2021/${file}`)
  const key = (contestant: string, levels: Readonly<Record<string, string>>): string =>
    JSON.stringify([contestant, ...Object.entries(levels).toSorted().flat()])
  const places = experiment.claims.flatMap(({ check }) => {
    if (check.kind === 'range') return [check.value]
    return [check.value, check.kind === 'less' ? check.than : check.to]
  })
  const claimed = new Set(places.map(({ contestant, where }) => key(contestant, where)))
  return {
    ...experiment,
    cells: experiment.cells.filter(({ contestant, levels }) => claimed.has(key(contestant, levels))),
  }
}

describe.each([
  ['on Spambase', await readClaimed('spambase'), 16, 5],
  ['on handwritten digits', await readClaimed('digits'), 11, 5],
  ['on Spambase, split at random', await readClaimed('splits'), 2, 10],
])('gossip and federated learning %s', (_, experiment, claims, seeds) => {
  let found: readonly Verdict[]

  beforeAll(async () => {
    found = await runClaims(experiment)
  }, TIMEOUT_MS)

  test('are claimed to differ, and to come together', () => {
    expect(experiment.claims).toHaveLength(claims)
  })

  test.each(experiment.claims.map(({ that }, index) => [that, index] as const))('%s', (__, index) => {
    expect(found[index]).toEqual({ ...found[index], outcome: 'holds' })
    for (const { count } of found[index].values) expect(count).toBe(seeds)
  })
})
