import { loadData, Scenario } from '@hearsay/experiments'
import type { Verdict } from '@hearsay/experiments/report'
import { beforeAll, describe, expect, test } from 'vitest'
import { readReduced, runClaims, TIMEOUT_MS } from './reduced-form.ts'

// Ormándi, Hegedűs, Jelasity 2013, §6, with 600 peers and fewer cycles: see experiments/ormandi-2013/README.md.

describe.each([
  ['gossip learning without and with failures', await readReduced('ormandi-2013/spambase'), 5],
  ['Pegasos in one place', await readReduced('ormandi-2013/sequential'), 20],
])('%s', (_, experiment, seeds) => {
  let found: readonly Verdict[]

  beforeAll(async () => {
    found = await runClaims(experiment)
  }, TIMEOUT_MS)

  test.each(experiment.claims.map(({ that }, index) => [that, index] as const))('%s', (__, index) => {
    expect(found[index]).toEqual({ ...found[index], outcome: 'holds' })
    for (const { count } of found[index].values) expect(count).toBe(seeds)
  })
})

test('the reduced form says which claims it is too short for', async () => {
  const { dropped = [], claims } = await readReduced('ormandi-2013/spambase')
  expect(claims.length).toBeGreaterThanOrEqual(7)
  expect(dropped).toEqual([expect.stringContaining('random walks (RW) at cycle 1000')])
})

test('all failures are what the paper says: so many messages are lost, so many find their receiver away', async () => {
  const { cells } = await readReduced('ormandi-2013/spambase')
  const data = await loadData({ kind: 'named', name: 'spambase' }, 'min-max', 1)
  const countersOf = (failures: string): Scenario['simulation']['counters'] => {
    const trial = cells.find(({ contestant, levels }) => contestant === 'MU' && levels['failures'] === failures)?.trial
    if (trial?.task !== 'learning') throw new Error(`the file has no MU with failures: ${failures}`)
    const scenario = new Scenario(trial.scenario, data)
    while (scenario.cycle < 300) scenario.runCycle()
    return scenario.simulation.counters
  }
  const { sent, lost, missed } = countersOf('all')
  expect(lost / sent).toBeCloseTo(0.5, 2)
  expect(missed / (sent - lost)).toBeCloseTo(0.1, 2)
  expect(countersOf('none')).toMatchObject({ lost: 0, missed: 0 })
})
