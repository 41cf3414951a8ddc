import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EnvironmentError } from '@hearsay/core'
import { describe, expect, it } from 'vitest'
import { readResults } from '../../src/results/index.ts'
import type { Executor, TrialRunner } from '../../src/run/executor.ts'
import { inlineExecutor } from '../../src/run/inline-executor.ts'
import { type Plan, planExperiment } from '../../src/run/plan.ts'
import { experimentState, runExperiment, type RunEnd, type RunEvent } from '../../src/run/run-experiment.ts'
import type { Shard } from '../../src/run/shard.ts'
import { contents, temporaryFolder } from '../results/folders.ts'
import { collect } from './collect.ts'
import { fakeExperiment, fakePlan, fakeRunner } from './fake-experiment.ts'

interface Given {
  readonly runner?: TrialRunner
  readonly executor?: Executor
  readonly shard?: Shard
  readonly fresh?: boolean
  readonly signal?: AbortSignal
}

function run(plan: Plan, folder: string, given: Given = {}): AsyncGenerator<RunEvent, void, void> {
  const { runner = fakeRunner, executor = inlineExecutor(runner), signal = new AbortController().signal } = given
  return runExperiment(plan, { folder, executor, command: 'again', ...given, signal })
}

async function finish(plan: Plan, folder: string, given: Given = {}): Promise<RunEnd> {
  const last = (await collect(run(plan, folder, given))).at(-1)
  if (last?.type !== 'end') throw new Error('it has not ended')
  return last
}

describe('runExperiment', () => {
  it('stores all cells, and a second run computes nothing and changes nothing', async () => {
    const [folder, plan] = [temporaryFolder(), await fakePlan()]
    expect(await finish(plan, folder)).toMatchObject({ interrupted: false, stored: 6, failed: [], complete: true })
    const { manifest, cells } = await readResults(folder)
    expect(cells.map(({ result }) => result.series[1].mean)).toEqual([11, 12, 13, 21, 22, 23])
    expect(manifest).toMatchObject({ command: 'again', code: plan.code, experiment: { name: 'fake' } })
    const before = contents(folder)
    const runner = (): never => expect.unreachable()
    expect(await finish(plan, folder, { runner })).toMatchObject({ stored: 0, complete: true })
    expect(contents(folder)).toEqual(before)
  })

  it('goes on where it was left at any moment, to the same files', async () => {
    const plan = await fakePlan()
    const whole = temporaryFolder()
    await finish(plan, whole)
    for (let left = 1; left < 12; left++) {
      const folder = temporaryFolder()
      let told = 0
      for await (const _ of run(plan, folder)) if (++told === left) break
      await finish(plan, folder)
      expect(contents(folder)).toEqual(contents(whole))
    }
  })

  it('tells a cell as stored when its files are there', async () => {
    const [folder, plan] = [temporaryFolder(), await fakePlan(1)]
    const found: [string, boolean][] = []
    for await (const event of run(plan, folder)) {
      if (event.type !== 'stored') continue
      const { cells } = await readResults(folder)
      found.push([event.cell.id, cells.some(({ id }) => id === event.cell.id)])
    }
    expect(found).toEqual(plan.cells.map(({ id }) => [id, true]))
  })

  it('runs parts into one folder at once', async () => {
    const plan = await fakePlan(5)
    const [whole, shared] = [temporaryFolder(), temporaryFolder()]
    await finish(plan, whole)
    const parts = [1, 2, 3].map((index) => finish(plan, shared, { shard: { index, of: 3 } }))
    const ends = await Promise.all(parts)
    expect(ends.map(({ stored }) => stored)).toEqual([4, 3, 3])
    expect(ends.some(({ complete }) => complete)).toBe(true)
    expect(contents(shared)).toEqual(contents(whole))
  })

  it('agrees with a process that runs the same cells at the same time', async () => {
    const [folder, plan] = [temporaryFolder(), await fakePlan()]
    const [one, other] = await Promise.all([finish(plan, folder), finish(plan, folder)])
    expect([one.complete, other.complete]).toContain(true)
    expect((await readResults(folder)).cells).toHaveLength(6)
    expect(Object.keys(contents(folder)).filter((name) => name.includes('partial'))).toEqual([])
  })

  it('names the cells that failed, and keeps the others', async () => {
    const [folder, plan] = [temporaryFolder(), await fakePlan()]
    const runner: TrialRunner = (trial, options) =>
      trial.scenario.seed === 2 ? Promise.reject(new Error('broken')) : fakeRunner(trial, options)
    const end = await finish(plan, folder, { runner })
    expect(end).toMatchObject({ interrupted: false, stored: 4, complete: false })
    expect(end.failed.map(({ cell, error }) => [cell.contestant, cell.seed, error.message])).toEqual([
      ['small', 2, 'broken'],
      ['large', 2, 'broken'],
    ])
    expect(await finish(plan, folder)).toMatchObject({ stored: 2, complete: true })
  })

  it('keeps what is finished when it is interrupted', async () => {
    const [folder, plan] = [temporaryFolder(), await fakePlan()]
    const controller = new AbortController()
    let end: RunEvent | undefined
    for await (const event of run(plan, folder, { signal: controller.signal })) {
      if (event.type === 'stored') controller.abort(new Error('enough'))
      end = event
    }
    expect(end).toMatchObject({ type: 'end', interrupted: true, complete: false })
    expect((await readResults(folder)).cells.length).toBeGreaterThan(0)
  })

  it('keeps the cells that an experiment still has when it changes, and counts the others', async () => {
    const folder = temporaryFolder()
    await finish(await fakePlan(3), folder)
    const smaller = fakeExperiment(2, { file: { path: 'fake.yaml', text: 'name: fake\nseeds: 2\n' } })
    const [start, end] = await collect(run(await planExperiment(smaller), folder))
    expect(start).toMatchObject({ type: 'plan', part: { length: 4 }, open: [], stale: 2 })
    expect(end).toMatchObject({ type: 'end', stored: 0, complete: true })
    expect((await readResults(folder)).cells).toHaveLength(4)
    const plan = await fakePlan(3)
    expect(await experimentState(plan, folder)).toMatchObject({ part: plan.cells, open: [], stale: 0 })
    const other = { ...plan, cells: plan.cells.map((cell) => ({ ...cell, id: `new-${cell.id}` })) }
    expect(await experimentState(other, folder)).toMatchObject({ open: other.cells, stale: 6 })
  })

  it('computes all again when it is to', async () => {
    const [folder, plan] = [temporaryFolder(), await fakePlan()]
    await finish(plan, folder)
    const before = contents(folder)
    expect(await finish(plan, folder, { fresh: true })).toMatchObject({ stored: 6, complete: true })
    expect(contents(folder)).toEqual(before)
  })

  it('computes all again beside a report that was made in the same folder', async () => {
    const [folder, plan] = [temporaryFolder(), await fakePlan()]
    await finish(plan, folder)
    writeFileSync(join(folder, 'report.html'), 'a report')
    expect(await finish(plan, folder, { fresh: true })).toMatchObject({ stored: 6, complete: true })
    const again = run(plan, folder, { fresh: true, runner: () => Promise.reject(new Error('broken')) })
    expect((await collect(again)).at(-1)).toMatchObject({ type: 'end', stored: 0, complete: false })
    expect(await finish(plan, folder)).toMatchObject({ stored: 6, complete: true })
  })

  it('makes the table of all again when it is missing', async () => {
    const [folder, plan] = [temporaryFolder(), await fakePlan()]
    await finish(plan, folder)
    const before = contents(folder)
    rmSync(join(folder, 'results.parquet'))
    await finish(plan, folder)
    expect(contents(folder)).toEqual(before)
  })

  it.each(['damaged', ''])('makes the table of all again when it is not as written: "%s"', async (text) => {
    const [folder, plan] = [temporaryFolder(), await fakePlan()]
    await finish(plan, folder)
    const before = contents(folder)
    writeFileSync(join(folder, 'results.parquet'), text)
    await finish(plan, folder)
    expect(contents(folder)).toEqual(before)
  })

  it('replaces what a copy that was interrupted has left of a cell', async () => {
    const [folder, plan] = [temporaryFolder(), await fakePlan()]
    await finish(plan, folder)
    const before = contents(folder)
    rmSync(join(folder, 'cells', plan.cells[0].id, 'cell.json'))
    rmSync(join(folder, 'cells', plan.cells[1].id), { recursive: true })
    writeFileSync(join(folder, 'cells', plan.cells[1].id), 'a file')
    expect(await finish(plan, folder)).toMatchObject({ stored: 2, complete: true })
    expect(contents(folder)).toEqual(before)
  })

  it('goes on in a folder whose manifest has been deleted, beside a report', async () => {
    const [folder, plan] = [temporaryFolder(), await fakePlan()]
    await finish(plan, folder)
    writeFileSync(join(folder, 'report.html'), 'a report')
    const before = contents(folder)
    rmSync(join(folder, 'manifest.json'))
    expect(await finish(plan, folder)).toMatchObject({ stored: 0, complete: true })
    expect(contents(folder)).toEqual(before)
  })

  it('says which cell is broken, and computes it again once it has been deleted', async () => {
    const [folder, plan] = [temporaryFolder(), await fakePlan()]
    await finish(plan, folder)
    const before = contents(folder)
    const cell = join(folder, 'cells', plan.cells[0].id)
    writeFileSync(join(cell, 'series.parquet'), 'damaged')
    await expect(finish(plan, folder)).rejects.toThrow(`delete the folder ${cell}, and run`)
    rmSync(cell, { recursive: true })
    expect(await finish(plan, folder)).toMatchObject({ stored: 1, complete: true })
    expect(contents(folder)).toEqual(before)
  })

  it('writes nothing into a folder of something else', async () => {
    const folder = temporaryFolder()
    await finish(await planExperiment(fakeExperiment(1, { name: 'other' })), folder)
    const before = contents(folder)
    for (const fresh of [false, true]) {
      await expect(finish(await fakePlan(), folder, { fresh })).rejects.toMatchObject({ code: 'RESULTS_OTHER' })
    }
    expect(contents(folder)).toEqual(before)
  })

  it('ends when results cannot be written', async () => {
    const [folder, plan] = [temporaryFolder(), await fakePlan()]
    const runner: TrialRunner = async (trial, options) => {
      rmSync(join(folder, 'cells'), { recursive: true })
      writeFileSync(join(folder, 'cells'), 'a file where the folder was')
      return await fakeRunner(trial, options)
    }
    const failure = finish(plan, folder, { runner })
    await expect(failure).rejects.toThrow(EnvironmentError)
    await expect(failure).rejects.toMatchObject({ code: 'RESULTS_NOT_WRITTEN' })
  })
})
