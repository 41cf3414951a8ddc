import { describe, expect, test } from 'vitest'
import { deploy, type RunOptions, simulate } from './protocol-hosts.ts'
import { PROTOCOL_SCENARIOS } from './protocol-scenarios.ts'

// One code base for every protocol: what the simulator says of a run is what peers do that talk over the wire.

const RUNS: readonly RunOptions[] = [
  { peers: 10, cycles: 27, seed: 1, delayMs: 37 },
  { peers: 7, cycles: 27, seed: 5, delayMs: 0 },
]

describe.each(PROTOCOL_SCENARIOS)('$name in the simulator and on peers over the wire', (scenario) => {
  test.each(RUNS)('ends in the same state: $peers peers, delay $delayMs ms, seed $seed', async (run) => {
    const simulated = simulate(scenario, run)
    expect(await deploy(scenario, run)).toEqual(simulated)
    // It would be no comparison if nothing had happened.
    expect(simulated).not.toEqual(simulate(scenario, { ...run, cycles: 1 }))
  })
})

test('another seed gives another outcome', async () => {
  const scenario = PROTOCOL_SCENARIOS.find(({ name }) => name === 'cyclon')
  if (scenario === undefined) throw new Error('no such scenario')
  expect(await deploy(scenario, { ...RUNS[0], seed: 2 })).not.toEqual(simulate(scenario, RUNS[0]))
})
