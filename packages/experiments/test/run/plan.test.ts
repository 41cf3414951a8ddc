import { UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Cell, TrialData } from '../../src/index.ts'
import { cellId } from '../../src/run/cell-id.ts'
import { planExperiment } from '../../src/run/plan.ts'
import { shardCells } from '../../src/run/shard.ts'
import { fakeExperiment, fakePlan, fakeTrial } from './fake-experiment.ts'

describe('cellId', () => {
  it('follows from settings, code and data', () => {
    const trial = fakeTrial(1)
    const id = cellId(trial, 'code', 'data')
    expect(id).toMatch(/^[0-9a-f]{24}$/)
    const reordered = Object.fromEntries(Object.entries(trial).toReversed()) as unknown as typeof trial
    expect(cellId({ ...reordered, stopBelow: undefined }, 'code', 'data')).toBe(id)
    const others = [
      cellId(fakeTrial(2), 'code', 'data'),
      cellId({ ...trial, cycles: 11 }, 'code', 'data'),
      cellId({ ...trial, data: { ...trial.data, classes: ['a'] } }, 'code', 'data'),
      cellId(trial, 'other code', 'data'),
      cellId(trial, 'code', 'other data'),
    ]
    expect(new Set([id, ...others]).size).toBe(6)
  })

  it('follows from the settings of a run that has no rows', () => {
    const { task: _, data: __, scenario, ...course } = fakeTrial(1)
    const method = { kind: 'rumor-mongering', k: 1 } as const
    const idOf = (k: number): string =>
      cellId({ task: 'rumor', scenario: { ...scenario, method: { ...method, k } }, ...course }, 'code', '')
    expect(idOf(1)).toMatch(/^[0-9a-f]{24}$/)
    expect(idOf(1)).toBe(idOf(1))
    expect(idOf(2)).not.toBe(idOf(1))
  })

  it('does not follow from where files lie', () => {
    const at = (path: string, label = 'y'): string => {
      const source = { kind: 'file', path, label, delimiter: 'comma', testFraction: undefined } as const
      return cellId({ ...fakeTrial(1), data: { source, scale: 'none' } }, 'code', 'data')
    }
    expect(at('/here/a.csv')).toBe(at('/there/b.csv'))
    expect(at('/here/a.csv', 'z')).not.toBe(at('/here/a.csv'))
  })

  it('does not follow from what data are called, nor from which cache they come, but from what is made of them', () => {
    const of = (data: Partial<TrialData>): string =>
      cellId({ ...fakeTrial(1), data: { ...fakeTrial(1).data, ...data } }, 'code', 'data')
    const id = of({ source: { kind: 'named', name: 'mails' } })
    expect(of({ source: { kind: 'named', name: 'spam', cache: '/elsewhere' } })).toBe(id)
    expect(of({ source: { kind: 'named', name: 'mails' }, scale: 'none' })).not.toBe(id)
  })
})

describe('planExperiment', () => {
  it('keeps the id of a cell whose contestant has another name', async () => {
    const experiment = fakeExperiment()
    const renamed = experiment.cells.map((cell: Cell) => ({ ...cell, contestant: `new ${cell.contestant}` }))
    const [one, other] = await Promise.all([
      planExperiment(experiment),
      planExperiment({ ...experiment, name: 'other', title: 'Other', cells: renamed }),
    ])
    expect(other.cells.map(({ id }) => id)).toEqual(one.cells.map(({ id }) => id))
    expect(new Set(one.cells.map(({ id }) => id)).size).toBe(6)
  })

  it('gives runs on other rows other ids, however alike they are', async () => {
    const cells = ['spambase', 'digits', 'spambase'].map((name): Cell => {
      const trial = { ...fakeTrial(1), data: { ...fakeTrial(1).data, source: { kind: 'named', name } as const } }
      return { contestant: name, levels: {}, seed: 1, trial }
    })
    const [spambase, digits, again] = (await planExperiment(fakeExperiment(1, { cells }))).cells
    expect(digits.id).not.toBe(spambase.id)
    expect(again.id).toBe(spambase.id)
  })
})

describe('shardCells', () => {
  it('splits all cells into parts that have none in common', async () => {
    const { cells } = await fakePlan(10)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), (of) => {
        const parts = Array.from({ length: of }, (_, index) => shardCells(cells, { index: index + 1, of }))
        const ids = parts.flat().map(({ id }) => id)
        expect(ids.toSorted()).toEqual(cells.map(({ id }) => id).toSorted())
        const sizes = parts.map(({ length }) => length)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('takes cells with the same id once, in the order of the experiment', async () => {
    const { cells } = await fakePlan(2)
    const twice = [...cells, ...cells.map((cell) => ({ ...cell, contestant: 'twin' }))]
    expect(shardCells(twice, { index: 1, of: 1 })).toEqual(cells)
  })

  it.each([
    [0, 1],
    [2, 1],
    [1.5, 2],
    [1, 0],
  ])('refuses part %d of %d', (index, of) => {
    expect(() => shardCells([], { index, of })).toThrow(UsageError)
  })
})
