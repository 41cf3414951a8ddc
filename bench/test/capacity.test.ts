import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CAPACITY_PROTOCOLS, capacityRun } from '../src/capacity-run.ts'

const expected = JSON.parse(readFileSync(new URL('../../experiments/capacity/expected.json', import.meta.url), 'utf8'))

// Birman, "The promise, and limitations, of gossip protocols", ACM SIGOPS Operating Systems Review 41(5), 2007. The whole
// sweep is `npm run bench capacity`; here are fewer peers, and two of its loads.
describe.each(CAPACITY_PROTOCOLS)('the capacity of %s', (protocol) => {
  const measure = (rate: number) => capacityRun({ protocol, peers: 80, rate, cycles: 15, seed: 2 })
  const row = (rate: number): { reach: number } => expected.measured[protocol][rate]

  test('suffices below it, and dissemination breaks above', () => {
    const [low, high] = [2, 16].map(measure)
    expect(low.reach).toBeGreaterThan(0.93)
    expect(high.reach).toBeLessThan(0.75)
    expect(high.delayCycles).toBeGreaterThan(low.delayCycles)
    // What the experiment found, within what a smaller population changes.
    expect(Math.abs(low.reach - row(2).reach)).toBeLessThan(expected.tolerance.smallPopulation)
    expect(Math.abs(high.reach - row(16).reach)).toBeLessThan(expected.tolerance.smallPopulation)
  })
})
