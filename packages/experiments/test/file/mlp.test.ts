import { describe, expect, test } from 'vitest'
import { ExperimentFileError, parseExperiment } from '../../src/file/index.ts'
import type { ScenarioOptions } from '../../src/scenario/scenario-options.ts'

function learned(learner: string, method = 'gossip'): ScenarioOptions {
  const text = `
name: mlp
title: A network
seeds: 1
setting:
  data: {name: digits, scale: standardise}
  peers: 16
  cycle: 1 s
  duration: 10 cycles
  learner: ${learner}
contestants:
  one: {method: ${method}}
`
  const { trial } = parseExperiment(text, { path: 'mlp.yaml' }).cells[0]
  if (trial.task !== 'learning') throw new TypeError('this experiment does not learn')
  return trial.scenario
}

describe('a multilayer perceptron in an experiment file', () => {
  test('has hidden layers, and costs virtual time', () => {
    const { learner, mergeWith } = learned('{model: mlp, hidden: [32, 16], epochs: 2, batch: 8, costPerRow: 1.5 ms}')
    expect(learner).toEqual({ model: 'mlp', hidden: [32, 16], epochs: 2, batch: 8, msPerRow: 1.5 })
    expect(mergeWith).toBe('current')
    expect(learned('{model: mlp, hidden: 32}').learner).toEqual({ model: 'mlp', hidden: [32] })
  })

  test.each([
    ['fedadam', { kind: 'fedadam' }],
    ['{kind: fedavg, serverEta: 0.5}', { kind: 'fedavg', serverEta: 0.5 }],
    ['{kind: fedprox, mu: 1}', { kind: 'fedprox', mu: 1 }],
    ['{kind: fedavg, exchange: {subsampled: 0.25}}', { exchange: { kind: 'subsampled', share: 0.25 } }],
  ])('learns by %s', (method, expected) => {
    expect(learned('{model: mlp, hidden: 8}', method).method).toMatchObject(expected)
  })

  test.each([
    ['{model: mlp}', 'gossip', 'learner.hidden is missing'],
    ['{model: mlp, hidden: 0}', 'gossip', 'hidden'],
    ['{model: mlp, hidden: 8, lambda: 1e-4}', 'gossip', 'learner.lambda is not of mlp'],
    ['{model: mlp, hidden: 8, creation: RW}', 'gossip', 'learner.creation is not of mlp'],
    ['{model: logistic, hidden: 8}', 'gossip', 'learner.hidden is not of logistic'],
    ['{model: softmax, costPerRow: 1 ms}', 'gossip', 'learner.costPerRow is not of softmax'],
    ['{model: mlp, hidden: 8}', '{kind: gossip, votes: 3}', 'one model of each peer'],
    ['{model: mlp, hidden: 8}', 'fedsgd', 'not learned by fedsgd'],
    ['{model: mlp, hidden: 8, costPerRow: 1 ms}', 'fedadam', 'a round of fedadam has no default'],
    ['{model: mlp, hidden: 8, costPerRow: 1 ms}', 'fedavg', 'say how long it is'],
  ])('is refused: %s by %s', (learner, method, problem) => {
    expect(() => learned(learner, method)).toThrow(ExperimentFileError)
    expect(() => learned(learner, method)).toThrow(problem)
  })
})
