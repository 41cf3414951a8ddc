import { describe, expect, it } from 'vitest'
import type { Experiment } from '../../src/experiment/experiment.ts'
import { BASE, changed, learning, type LearningCell, parse, withSetting } from './base.ts'

function cell({ cells }: Experiment, contestant: string, failures = 'none'): LearningCell {
  return learning(cells.find((one) => one.contestant === contestant && one.levels.failures === failures))
}

describe('an experiment', () => {
  it('has a cell for each contestant, level and seed that is not excluded', () => {
    const { cells, contestants, axes } = parse(BASE)
    expect(contestants).toEqual(['MU', 'RW', 'federated'])
    expect(axes).toEqual({ failures: ['none', 'AF'] })
    const names = cells.map(({ contestant, levels, seed }) => `${seed} ${levels.failures} ${contestant}`)
    const each = ['none MU', 'none RW', 'none federated', 'AF MU', 'AF federated']
    expect(names).toEqual([1, 2, 3].flatMap((seed) => each.map((name) => `${seed} ${name}`)))
    expect(cells.every(({ seed, trial }) => trial.scenario.seed === seed)).toBe(true)
  })

  it('has no more cells than are sensible, and is refused before they are made', () => {
    const levels = Array.from({ length: 10 }, (_, level) => `l${level}: {}`).join(', ')
    const axes = Array.from({ length: 8 }, (_, axis) => `  axis ${axis}: {${levels}}\n`).join('')
    const text = changed('  failures:\n', `${axes}  failures:\n`)
    expect(() => parse(text)).toThrow('base.yaml:19:1: 1800000000 cells are more than 100000')
  })

  it('keeps the text of its file', () => {
    expect(parse(BASE).file).toEqual({ path: 'base.yaml', text: BASE })
  })

  it('lays levels over the setting, and contestants over levels', () => {
    const text = changed(
      '  RW: {learner: {creation: RW}}',
      '  RW: {learner: {creation: RW}, network: {loss: 0.2}}',
    ).replace('failures: AF}', 'failures: []}')
    const experiment = parse(text.replace(/exclude:\n.*\n/, ''))
    expect(cell(experiment, 'MU').trial.scenario).toMatchObject({ loss: 0.1, learner: { creation: 'MU', batch: 10 } })
    expect(cell(experiment, 'MU', 'AF').trial.scenario.loss).toBe(0.5)
    expect(cell(experiment, 'RW', 'AF').trial.scenario).toMatchObject({
      loss: 0.2,
      delay: { kind: 'constant', cycles: 1 },
    })
  })

  it('turns all times into cycles', () => {
    const text = withSetting('churn: {exponential: {mean: 100 s, online: 0.5}}', 'crash: [{at: 1 min, share: 0.5}]')
    const { trial } = cell(parse(text), 'MU')
    expect(trial.scenario).toMatchObject({
      periodMs: 10_000,
      churn: { kind: 'exponential', mean: 10, online: 0.5 },
      crash: [{ at: 6, share: 0.5 }],
    })
    expect(trial.cycles).toBe(200)
    expect(cell(parse(changed('200 cycles', '2000 s')), 'MU').trial.cycles).toBe(200)
  })

  it('merges with the last model where there is one', () => {
    const withMethod = (method: string): unknown =>
      cell(parse(changed('  MU: {learner: {creation: MU}}', `  MU: {method: {kind: gossip, ${method}}}`)), 'MU').trial
        .scenario.mergeWith
    expect(withMethod('votes: 1')).toBe('last')
    expect(withMethod('exchange: {partitioned: 4}')).toBe('current')
    expect(withMethod('exchange: {subsampled: 0.5}')).toBe('current')
  })

  it('has a delay of a cycle, unless something else says what a message takes', () => {
    const delayWith = (network: string): unknown =>
      cell(parse(changed('{delay: 1 cycle, loss: 0.1}', network)), 'MU').trial.scenario.delay
    expect(delayWith('{}')).toEqual({ kind: 'constant', cycles: 1 })
    expect(delayWith('{transfer: 1 cycle}')).toEqual({ kind: 'constant', cycles: 0 })
    expect(delayWith('{latency: {side: 1 s}}')).toEqual({ kind: 'constant', cycles: 0 })
  })

  it('lets none take a setting away', () => {
    const setting = withSetting('churn: smartphone', 'join: {initial: 5, perCycle: 1}', 'stop: {error: 0.1}')
    const text = changed('    none: {}', '    none: {churn: none, join: none, stop: none}', setting)
    const [bare, whole] = [cell(parse(text), 'MU').trial, cell(parse(text), 'MU', 'AF').trial]
    expect([bare.scenario.churn, bare.scenario.join, bare.stopBelow]).toEqual([undefined, undefined, undefined])
    expect([whole.scenario.churn, whole.stopBelow]).toEqual([{ kind: 'smartphone' }, 0.1])
  })

  it('counts seeds from 1 where only their number is given', () => {
    expect(new Set(parse(changed('[1, 2, 3]', '2')).cells.map(({ seed }) => seed))).toEqual(new Set([1, 2]))
  })

  it('knows aliases', () => {
    const anchored = changed('{loss: 0.5}', '&poor {loss: 0.5}').replace('  RW: {', '  RW: {')
    const text = anchored.replace('exclude:', '    AF2: {network: *poor}\nexclude:')
    expect(cell(parse(text), 'MU', 'AF2').trial.scenario.loss).toBe(0.5)
  })

  it('keeps names that look like numbers in the order of the file', () => {
    const text = changed('    AF: {network: {loss: 0.5}}', '    20: {network: {loss: 0.5}}\n    3: {}').replace(
      'failures: AF',
      'failures: "20"',
    )
    expect(parse(text).axes).toEqual({ failures: ['none', '20', '3'] })
  })

  it('is the same plain value after a way through JSON', () => {
    const { cells } = parse(BASE)
    expect(JSON.parse(JSON.stringify(cells))).toEqual(cells)
  })
})

describe('a claim', () => {
  it('says once where and when', () => {
    const where = { failures: 'none' }
    expect(parse(BASE).claims[0].check).toEqual({
      kind: 'less',
      value: { contestant: 'MU', where, cycle: 100 },
      than: { contestant: 'RW', where, cycle: 100 },
    })
  })

  it('knows the end of a run', () => {
    expect(parse(BASE).claims[1].check).toMatchObject({ kind: 'close', to: { cycle: 200 }, within: 0.03 })
  })

  it('need not name an axis with one level', () => {
    const text = changed('    AF: {network: {loss: 0.5}}\n', '')
      .replace(/exclude:\n.*\n/, '')
      .replace('    where: {failures: none}\n    cycle', '    cycle')
    expect(parse(text).claims[0].check).toMatchObject({ value: { where: { failures: 'none' } } })
  })
})

describe('the reduced form', () => {
  it('keeps what it names, with its own setting', () => {
    const { cells, contestants, axes, reduced } = parse(BASE, true)
    expect({ contestants, axes, reduced }).toEqual({
      contestants: ['MU', 'RW'],
      axes: { failures: ['none'] },
      reduced: true,
    })
    expect(cells.map(({ contestant, seed }) => [contestant, seed])).toEqual([
      ['MU', 1],
      ['RW', 1],
    ])
    expect(cells[0].trial).toMatchObject({ cycles: 20, scenario: { peers: 50 } })
  })

  it('drops claims of what it has not, and says so', () => {
    const { claims, references, dropped } = parse(BASE, true)
    expect(claims).toEqual([])
    expect(references).toHaveLength(1)
    expect(dropped).toEqual([
      'claim: Merging helps. (runs end after cycle 20, before 100)',
      expect.stringContaining('claim: Federated learning comes to the same. ('),
    ])
    expect(parse(BASE).dropped).toBeUndefined()
  })

  it('must be there to be wanted', () => {
    const text = BASE.replace(/reduced:\n(  .*\n)+/, '')
    expect(parse(text).cells).toHaveLength(15)
    expect(() => parse(text, true)).toThrow('no reduced form')
  })
})
