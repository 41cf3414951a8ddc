import fc from 'fast-check'
import type { Manifest, Measurement, PeerMeasurement, Results, TrialResult } from '../../src/index.ts'

const count = fc.nat({ max: Number.MAX_SAFE_INTEGER })
const value = fc.double()

const distribution = { mean: value, sd: value, min: value, q10: value, median: value, q90: value, max: value }

const measurements: fc.Arbitrary<Measurement> = fc.record({
  ...distribution,
  ...{ cycle: count, timeMs: value, measured: count, online: count, age: value },
  ...{ messages: count, bytes: count, steps: count },
})

const peers: fc.Arbitrary<PeerMeasurement> = fc.record({
  peer: count,
  role: fc.constantFrom('peer' as const, 'server' as const),
  ...{ value, age: value, steps: count, rows: count },
  ...{ messagesSent: count, bytesSent: count, messagesReceived: count, bytesReceived: count },
})

export const trialResults: fc.Arbitrary<TrialResult> = fc.record({
  metric: fc.record({
    name: fc.string(),
    label: fc.string({ unit: 'grapheme' }),
    scale: fc.constantFrom('linear' as const, 'log' as const),
  }),
  series: fc.array(measurements, { minLength: 1, maxLength: 20 }),
  peers: fc.array(peers, { maxLength: 20 }),
  traceHash: fc.string(),
})

/** A result whose numbers follow from one. */
export function sampleResult(of: number): TrialResult {
  const distributed = { mean: of, sd: Number.NaN, min: of, q10: of, median: of, q90: of, max: of }
  const traffic = { messagesSent: 1, bytesSent: 2, messagesReceived: 3, bytesReceived: 4 }
  return {
    metric: { name: 'error', label: '0–1 error', scale: 'linear' },
    series: [1, 10].map((cycle) => ({
      ...{ cycle, timeMs: 1000 * cycle, measured: 5, online: 4, ...distributed },
      ...{ age: 1.5, messages: 7, bytes: 8, steps: 9 },
    })),
    peers: [{ peer: 0, role: 'server', value: Number.NaN, age: 2, steps: 3, rows: 4, ...traffic }],
    traceHash: 'abc',
  }
}

export function sampleManifest(name = 'sample'): Manifest {
  const levels = { mean: 'none' }
  return {
    format: 1,
    experiment: {
      ...{ name, title: 'A sample', contestants: ['gossip', 'federated'], axes: { mean: ['none'] }, reduced: false },
      references: [{ label: 'a paper', source: 'Somebody 2020, Fig. 1', value: 0.1 }],
      claims: [
        {
          that: 'gossip is good',
          check: { kind: 'range', value: { contestant: 'gossip', where: levels, cycle: 10 }, min: 0, max: 1 },
        },
      ],
      file: { path: 'sample.yaml', text: 'name: sample\n' },
    },
    cells: [
      { contestant: 'gossip', levels, seed: 1, id: 'aaaaaaaaaaaaaaaa' },
      { contestant: 'federated', levels, seed: 1, id: 'bbbbbbbbbbbbbbbb' },
    ],
    code: { version: '0.0.0', digest: 'd' },
    machine: { node: 'v24', platform: 'linux x64', cpu: 'a processor', cores: 2, memoryBytes: 1e9 },
    command: 'hearsay experiment run sample.yaml',
  }
}

export function sampleResults(name?: string): Results {
  const manifest = sampleManifest(name)
  return { manifest, cells: manifest.cells.map((cell, index) => ({ ...cell, result: sampleResult(index / 10) })) }
}
