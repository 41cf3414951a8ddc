import { expect, test } from 'vitest'
import { Scenario } from '../../src/scenario/scenario.ts'
import type { ScenarioOptions } from '../../src/scenario/scenario-options.ts'
import { CLOUDS, QUIET } from './support.ts'

const PEERS = 5000

const RUNS: Record<string, Partial<ScenarioOptions>> = {
  'gossip over a graph': {},
  'gossip over NewsCast': { overlay: 'newscast', viewSize: 10 },
  'federated learning': { method: { kind: 'fedavg' } },
}

test.each(Object.keys(RUNS))('the memory of %s does not grow', (name) => {
  const scenario = new Scenario({ ...QUIET, peers: PEERS, rowsPerPeer: 1, evaluate: 0.001, ...RUNS[name] }, CLOUDS)
  const { memory } = scenario.kernels
  const reserved = memory.float32.length
  for (let cycle = 0; cycle < 4; cycle++) scenario.runCycle()
  expect(memory.float32.length).toBe(reserved)
  // Each peer has a model, a row and its label at least.
  expect(memory.allocate(0)).toBeGreaterThan(PEERS * (8 + 8 + 1))
  // What was foreseen is of the size of what was needed.
  expect(reserved).toBeLessThan(8 * memory.allocate(0))
})
