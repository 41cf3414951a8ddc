import { describe, expect, it } from 'vitest'
import { learning, parse } from './base.ts'

// What a file says reaches a trial: each setting with its value, in the unit that the trial wants. A cycle is 10 s.

function trialWith(settings: string): unknown {
  return learning(
    parse(`name: one
title: One setting
seeds: [7]
setting:
  data: spambase
  peers: 50
  cycle: 10 s
  duration: 20 cycles
  learner: {model: logistic}
contestants:
  one: ${settings}
`).cells[0],
  ).trial
}

const scenario = (options: object): object => ({ scenario: options })
const FLOW = 'kind: randomized, A: 3, B: 8, initial: 2'

describe('a setting', () => {
  it.each<[string, object]>([
    [
      '{}',
      { task: 'learning', cycles: 20, scenario: { seed: 7, peers: 50, periodMs: 10_000, jitter: 0, evaluate: 1 } },
    ],
    ['{jitter: 0.2}', scenario({ jitter: 0.2 })],
    ['{overlay: {kind: newscast, viewSize: 9}}', scenario({ overlay: 'newscast', viewSize: 9 })],
    ['{overlay: {kind: ring, degree: 4, online: true}}', scenario({ degree: 4, onlineNeighbours: true })],
    ['{rowsPerPeer: 3}', scenario({ rowsPerPeer: 3, shards: { kind: 'iid' } })],
    ['{speeds: {lognormal: {sigma: 0.5}}}', scenario({ speeds: { kind: 'lognormal', sigma: 0.5 } })],
    [
      '{speeds: {classes: {share: 0.5, factor: 10}}}',
      scenario({ speeds: { kind: 'classes', share: 0.5, factor: 10 } }),
    ],
    [
      '{overlay: scale-free, correlate: {with: degree, strength: 0.5}}',
      scenario({ correlate: { with: 'degree', strength: 0.5 } }),
    ],
    ['{measure: {peers: 0.1, of: online}}', scenario({ evaluate: 0.1, measure: 'online' })],
    ['{measure: {at: [5, 10]}}', { measureAt: [5, 10, 20] }],
    ['{stop: {error: 0.25}}', { stopBelow: 0.25 }],
    ['{guard: true, backend: javascript}', scenario({ guard: true, backend: 'javascript' })],
    ['{learner: {model: pegasos, bias: true, lambda: 0.5}}', scenario({ bias: true, learner: { lambda: 0.5 } })],
  ])('of a run: %s', (settings, expected) => {
    expect(trialWith(settings)).toMatchObject(expected)
  })

  it.each<[string, object]>([
    ['delay: {uniform: [1 s, 5 s]}', { delay: { kind: 'uniform', min: 0.1, max: 0.5 } }],
    ['delay: {normal: {mean: 5 s, sd: 1 s}}', { delay: { kind: 'normal', mean: 0.5, sd: 0.1 } }],
    ['delay: {lognormal: {median: 5 s, sigma: 2}}', { delay: { kind: 'lognormal', median: 0.5, sigma: 2 } }],
    ['delay: {exponential: {mean: 5 s, min: 1 s}}', { delay: { kind: 'exponential', mean: 0.5, min: 0.1 } }],
    ['loss: {rate: 0.2, burst: 20 s}', { loss: { rate: 0.2, cycles: 2 } }],
    ['duplicate: {probability: 0.1, delay: 5 s}', { duplicate: { probability: 0.1, cycles: 0.5 } }],
    ['reorder: {probability: 0.2, delay: 15 s}', { reorder: { probability: 0.2, cycles: 1.5 } }],
    ['transfer: 5 s, headers: 10', { transferCycles: 0.5, headerBytes: 10 }],
    [
      'bandwidth: {upload: 8 kbit/s, download: [{speed: 2 kB/s, weight: 3}]}',
      { bandwidth: { upload: 1000, download: [{ bytesPerSecond: 2000, weight: 3 }] } },
    ],
    ['latency: {side: 5 s, access: 1 s}', { latency: { side: 0.5, access: 0.1 } }],
    [
      'partition: [{from: 10 s, until: 30 s, share: 0.4, direction: leaving}]',
      { partition: [{ from: 1, until: 3, share: 0.4, direction: 'leaving' }] },
    ],
    ['nat: {share: 0.3, timeout: 20 s}', { nat: { share: 0.3, timeout: 2 } }],
  ])('of the network: %s', (settings, options) => {
    expect(trialWith(`{network: {${settings}}}`)).toMatchObject({ scenario: options })
  })

  it.each<[string, object]>([
    ['churn: {lognormal: {median: 50 s, sigma: 1, online: 0.9}}', { churn: { median: 5, sigma: 1, online: 0.9 } }],
    ['churn: smartphone, loseState: 0.5', { churn: { kind: 'smartphone' }, loseState: 0.5 }],
    ['churn: smartphone, network: {wholeTransfers: true}', { wholeTransfers: true }],
    ['crash: [{at: 10 s, until: 25 s, share: 0.5}]', { crash: [{ at: 1, until: 2.5, share: 0.5 }] }],
    ['join: {initial: 5, perCycle: 2, from: 30 s}', { join: { initial: 5, rate: 2, from: 3 } }],
  ])('of who is there: %s', (settings, options) => {
    expect(trialWith(`{${settings}}`)).toMatchObject({ scenario: options })
  })

  it.each<[string, object]>([
    ['kind: gossip, votes: 5', { method: { kind: 'gossip' }, votes: 5 }],
    ['kind: gossip, weights: float16', { weights: 'float16' }],
    ['kind: gossip, exchange: {subsampled: 0.25}', { exchange: { kind: 'subsampled', share: 0.25 } }],
    [`kind: gossip, flow: {${FLOW}}`, { flow: { kind: 'randomized', reserve: 3, capacity: 8, initial: 2 } }],
    [
      'kind: fedavg, round: 30 s, opening: 10 s, deadline: 60 s, checkIn: 120 s',
      { method: { kind: 'fedavg', round: 3, opening: 1, deadline: 6, checkIn: 12 } },
    ],
    [
      'kind: fedavg, epochs: 2, fraction: 0.3, updatesMin: 4, serverEta: 0.5, weights: int8, modelWeights: float16',
      {
        method: {
          ...{ epochs: 2, fraction: 0.3, updatesMin: 4, serverEta: 0.5 },
          ...{ weights: 'int8', modelWeights: 'float16' },
        },
      },
    ],
    [
      'kind: fedprox, mu: 0.5, server: 3, serverTrains: false, serverOnline: false, predicts: received',
      { method: { mu: 0.5, server: 3, serverTrains: false, serverOnline: false, predicts: 'received' } },
    ],
    [
      'kind: fedadam, serverEta: 0.2, beta1: 0.8, beta2: 0.95, tau: 0.01, exchange: {subsampled: 0.5}',
      { method: { serverEta: 0.2, beta1: 0.8, beta2: 0.95, tau: 0.01, exchange: { kind: 'subsampled', share: 0.5 } } },
    ],
  ])('of the method: %s', (settings, options) => {
    expect(trialWith(`{method: {${settings}}}`)).toMatchObject({ scenario: options })
  })

  it.each<[string, object]>([
    ['loss: 0.1', { loss: 0.1 }],
    ['duplication: {share: 0.1, delay: 5 s}', { duplication: { share: 0.1, delayMs: 5000 } }],
    ['replay: {share: 0.1, delay: 2 cycles}', { replay: { share: 0.1, delayMs: 20_000 } }],
    ['reordering: {share: 0.1, delay: 5 s}', { reordering: { share: 0.1, delayMs: 5000 } }],
    [
      'cloggedLinks: [{share: 0.1, from: 1 s, until: 2 s, delay: 3 s}]',
      { cloggedLinks: [{ share: 0.1, fromMs: 1000, untilMs: 2000, delayMs: 3000 }] },
    ],
    [
      'partitions: [{share: 0.1, from: 1 s, direction: entering}]',
      { partitions: [{ share: 0.1, fromMs: 1000, direction: 'entering' }] },
    ],
    [
      'crashes: [{share: 0.1, from: 1 s, until: 2 s, stateLoss: 1}]',
      { crashes: [{ fromMs: 1000, untilMs: 2000, stateLoss: 1 }] },
    ],
    ['pauses: [{share: 0.1, from: 1 s, until: 2 s}]', { pauses: [{ share: 0.1, fromMs: 1000, untilMs: 2000 }] }],
    ['clockSkew: {rate: 0.01, offset: 1 s}', { clockSkew: { rate: 0.01, offsetMs: 1000 } }],
    [
      'byzantine: {share: 0.1, attack: {kind: scale, factor: -3}}',
      { byzantine: { share: 0.1, attack: { kind: 'scale', factor: -3 } } },
    ],
  ])('of the faults: %s', (settings, faults) => {
    expect(trialWith(`{faults: {${settings}}}`)).toMatchObject({ faults })
  })
})
