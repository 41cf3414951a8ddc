import { describe, expect, it } from 'vitest'
import { ExperimentFileError } from '../../src/file/index.ts'
import { planExperiment } from '../../src/run/plan.ts'
import { changed, parse } from './base.ts'

const AVERAGING = `name: averaging
title: Two ways to the mean
task: averaging
seeds: 2
setting:
  peers: 100
  cycle: 10 s
  duration: 20 cycles
contestants:
  mean: {method: push-pull}
  fixed: {method: {kind: push-pull, order: fixed, epoch: 100 s}}
claims:
  - {that: An order helps., cycle: 10, less: fixed, than: mean}
`

const RUMOR = `name: rumor
title: Two rumors
task: rumor
seeds: 1
setting: {peers: 100, cycle: 1 s, duration: 20 cycles}
contestants:
  a: {method: rumor-mongering}
  b: {method: {kind: rumor-mongering, exchange: pull, feedback: true, stop: coin, k: 5, connectionLimit: 2, hunts: 1}}
`

const averaging = (from: string, to: string): string => changed(from, to, AVERAGING)
const rumor = (from: string, to: string): string => changed(from, to, RUMOR)

describe('an experiment that averages', () => {
  it('has trials with defaults in which exchanges end within a cycle', () => {
    const { cells, claims } = parse(AVERAGING)
    expect(cells.map(({ contestant, seed }) => `${seed} ${contestant}`)).toEqual([
      '1 mean',
      '1 fixed',
      '2 mean',
      '2 fixed',
    ])
    expect(cells[1].trial).toMatchObject({
      task: 'averaging',
      cycles: 20,
      scenario: {
        ...{ seed: 1, peers: 100, periodMs: 10_000, overlay: 'uniform', values: 'uniform' },
        delay: { kind: 'constant', cycles: 0.01 },
        method: { kind: 'push-pull', order: 'fixed', epochCycles: 10 },
      },
    })
    expect(claims).toHaveLength(1)
  })

  it('takes a metric, and what peers hold', () => {
    const { cells } = parse(averaging('  peers: 100', '  measure: {metric: error}\n  values: peak\n  peers: 100'))
    expect(cells[0].trial.scenario).toMatchObject({ metric: 'error', values: 'peak' })
  })

  it('names its cells without rows', async () => {
    const { cells } = await planExperiment(parse(AVERAGING))
    expect(new Set(cells.map(({ id }) => id)).size).toBe(4)
  })
})

describe('an experiment with a rumor', () => {
  it('has trials with the variant that is asked for', () => {
    const [plain, variant] = parse(RUMOR).cells
    expect(plain.trial).toMatchObject({ task: 'rumor', scenario: { method: { kind: 'rumor-mongering' }, seed: 1 } })
    expect(variant.trial.scenario.method).toEqual({
      ...{
        kind: 'rumor-mongering',
        exchange: 'pull',
        feedback: true,
        stop: 'coin',
        k: 5,
        connectionLimit: 2,
        hunts: 1,
      },
    })
  })
})

describe('what does not go with a task', () => {
  it.each([
    ['an unknown task', averaging('task: averaging', 'task: average'), '3:7', 'did you mean "averaging"?'],
    ['rows', averaging('  peers: 100', '  data: spambase\n  peers: 100'), '6:9', 'data has no effect on averaging'],
    [
      'a learner',
      rumor('{peers: 100', '{learner: {model: pegasos}, peers: 100'),
      '5:11',
      'learner has no effect on a rumor',
    ],
    ['a stop', averaging('  peers', '  stop: {error: 0.1}\n  peers'), '6:3', 'stop has no effect'],
    ['jitter of averaging', averaging('  peers: 100', '  jitter: 0.1\n  peers: 100'), '6:11', 'jitter has no effect'],
    [
      'a transfer',
      averaging('  peers', '  network: {transfer: 1 s}\n  peers'),
      '6:23',
      'network.transfer has no effect',
    ],
    [
      'liars',
      averaging('  peers', '  faults: {byzantine: {share: 0.1, attack: {kind: sign-flip}}}\n  peers'),
      '6:12',
      'faults.byzantine has no effect',
    ],
    [
      'values of learning',
      changed('  peers: 100', '  values: peak\n  peers: 100'),
      '6:11',
      'values has no effect on learning',
    ],
    ['a metric of learning', changed('{at: log}', '{at: log, metric: error}'), '13:30', 'measure.metric has no effect'],
    [
      'a method of learning',
      averaging('method: push-pull', 'method: gossip'),
      '10:18',
      'gossip is no method of task: averaging',
    ],
    ['a method of averaging', rumor('method: rumor-mongering', 'method: count'), '7:15', 'give rumor-mongering'],
    ['averaging in learning', changed('method: gossip', 'method: push-sum'), '12:11', 'it needs task: averaging'],
    ['a rumor in learning', changed('method: gossip', 'method: rumor-mongering'), '12:11', 'it needs task: rumor'],
    [
      'a metric of another task',
      rumor('{peers', '{measure: {metric: error}, peers'),
      '5:29',
      'residue or traffic, not by error',
    ],
    [
      'a metric that count lacks',
      averaging('{method: push-pull}', '{method: count, measure: {metric: variance}}'),
      '10:43',
      'count is measured by error',
    ],
    [
      'values of count',
      averaging('{method: push-pull}', '{method: count, values: peak}'),
      '10:33',
      'values has no effect on count',
    ],
    [
      'two metrics',
      averaging('{method: push-pull}', '{method: count}'),
      '11:11',
      'all cells of an experiment measure the same',
    ],
    ['half a cycle of an epoch', averaging('100 s', '105 s'), '11:58', 'a whole number of cycles'],
    ['a k of 0', rumor('k: 5', 'k: 0'), '8:86', 'an integer in 1 … 255'],
    [
      'a long delay',
      rumor('{peers', '{network: {delay: 0.5 cycles}, peers'),
      '5:28',
      'synchronous cycles need a constant delay',
    ],
    ['minimization by pull', rumor('stop: coin', 'minimization: true'), '8:85', 'minimization compares counters'],
    [
      'a degree of too few',
      averaging('  peers', '  overlay: {kind: regular, degree: 100}\n  peers'),
      '6:36',
      'needs more than 100 peers',
    ],
    [
      'a growth of all',
      averaging('  peers', '  join: {initial: 200, perCycle: 1}\n  peers'),
      '6:19',
      '200 of 100 peers',
    ],
  ])('%s is refused where it stands', (_, text, at, says) => {
    const error = errorOf(text)
    expect(error.message).toContain(says)
    expect(error.message).toMatch(`base.yaml:${at}: `)
    expect(error.message).not.toMatch(/undefined|\[object|NaN|--[a-z]/)
  })
})

function errorOf(text: string): ExperimentFileError {
  try {
    parse(text)
  } catch (error) {
    if (error instanceof ExperimentFileError) return error
    throw error
  }
  throw new Error('the file was accepted')
}
