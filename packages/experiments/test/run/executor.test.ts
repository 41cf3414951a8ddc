import { setImmediate } from 'node:timers/promises'
import { ConfigurationError, EnvironmentError } from '@hearsay/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Executor, ExecutorEvent } from '../../src/run/executor.ts'
import { inlineExecutor } from '../../src/run/inline-executor.ts'
import type { PlannedCell } from '../../src/run/plan.ts'
import { threadExecutor } from '../../src/run/thread-executor.ts'
import { collect } from './collect.ts'
import { fakeRunner, fakeTrial } from './fake-experiment.ts'
import { DYING_SEED, ENDLESS_SEED, FAILING_SEED } from './fake-worker.ts'

const WORKER = new URL('./fake-worker.ts', import.meta.url)

function cells(...seeds: readonly number[]): PlannedCell[] {
  return seeds.map((seed) => ({ contestant: 'x', levels: {}, seed, id: `cell-${seed}`, trial: fakeTrial(seed) }))
}

function threads(count: number): Executor {
  const executor = threadExecutor({ threads: count, worker: WORKER })
  onTestFinished(() => executor.close())
  return executor
}

async function run(executor: Executor, given: readonly PlannedCell[]): Promise<ExecutorEvent[]> {
  return await collect(executor.run(given, new AbortController().signal))
}

const story = (events: readonly ExecutorEvent[], seed: number): string[] =>
  events.filter(({ cell, type }) => cell.seed === seed && type !== 'progress').map(({ type }) => type)

describe.each([
  ['inline', () => inlineExecutor(fakeRunner)],
  ['one thread', () => threads(1)],
  ['two threads', () => threads(2)],
])('an executor: %s', (_, make) => {
  it('runs each cell once', async () => {
    const events = await run(make(), cells(1, 2, 3, 4, 5))
    for (const seed of [1, 2, 3, 4, 5]) expect(story(events, seed)).toEqual(['started', 'result'])
    expect(events.filter(({ type }) => type !== 'progress')).toHaveLength(10)
  })

  it('has nothing to say of no cells', async () => {
    expect(await run(make(), [])).toEqual([])
  })

  it('runs nothing after the signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    expect(await collect(make().run(cells(1, 2), signal))).toEqual([])
  })

  it('can be run twice', async () => {
    const executor = make()
    await run(executor, cells(1, 2))
    expect(story(await run(executor, cells(3)), 3)).toEqual(['started', 'result'])
  })
})

describe('threadExecutor', () => {
  it('gives the result of the settings', async () => {
    const [, event] = (await run(threads(1), cells(5))).filter(({ type }) => type !== 'progress')
    expect(event).toMatchObject({ type: 'result', result: { series: [{ mean: 5, measured: 10 }] } })
  })

  it('goes on after cells that throw, with errors of their class', async () => {
    const events = await run(threads(2), cells(FAILING_SEED, 1, 2))
    const error = events.flatMap((event) => (event.type === 'failed' ? event.error : []))
    expect(error).toEqual([expect.objectContaining({ code: 'NO_SUCH_THING', message: 'there is no such thing' })])
    expect(error[0]).toBeInstanceOf(ConfigurationError)
    expect(error[0].stack).toContain('fake-worker')
    expect([1, 2].map((seed) => story(events, seed))).toEqual([
      ['started', 'result'],
      ['started', 'result'],
    ])
  })

  it('goes on after threads that die', async () => {
    const events = await run(threads(1), cells(DYING_SEED, 1))
    expect(story(events, DYING_SEED)).toEqual(['started', 'failed'])
    expect(events.flatMap((event) => (event.type === 'failed' ? event.error : []))[0]).toBeInstanceOf(EnvironmentError)
    expect(story(events, 1)).toEqual(['started', 'result'])
  })

  it('tells progress, and stops a cell that does not breathe', async () => {
    const controller = new AbortController()
    const events: ExecutorEvent[] = []
    for await (const event of threads(2).run(cells(ENDLESS_SEED, 1, 2), controller.signal)) {
      events.push(event)
      if (event.type === 'progress') controller.abort(new Error('enough'))
    }
    expect(story(events, ENDLESS_SEED)).toEqual(['started'])
    expect(events.some(({ type }) => type === 'progress')).toBe(true)
  })

  it('leaves no thread behind when nobody listens any more', async () => {
    const executor = threads(2)
    for await (const event of executor.run(cells(ENDLESS_SEED, 1), new AbortController().signal)) {
      if (event.type === 'result') break
    }
    await executor.close()
    expect(await run(executor, cells(3))).toHaveLength(2)
  })

  it('uses all its threads in a run with more cells than the one before', async () => {
    const executor = threads(2)
    await run(executor, cells(1))
    const ended: number[] = []
    for await (const { type, cell } of executor.run(cells(ENDLESS_SEED, 2), new AbortController().signal)) {
      if (type === 'result') ended.push(cell.seed)
      if (ended.length > 0) break
    }
    expect(ended).toEqual([2])
  })
})

describe('inlineExecutor', () => {
  it('starts no cell any more when nobody listens', async () => {
    const started: number[] = []
    const executor = inlineExecutor((trial, options) => {
      started.push(trial.scenario.seed)
      return fakeRunner(trial, options)
    })
    for await (const { type } of executor.run(cells(1, 2, 3), new AbortController().signal)) {
      if (type === 'result') break
    }
    await setImmediate()
    expect(started).toEqual([1])
  })

  it('stops a trial by its signal, and hands on progress and errors', async () => {
    const controller = new AbortController()
    const executor = inlineExecutor(async ({ scenario }, { signal, onProgress }) => {
      if (scenario.seed === 1) throw new Error('broken')
      onProgress(0.5)
      if (scenario.seed === 2) controller.abort(new Error('enough'))
      signal.throwIfAborted()
      return await Promise.reject(new Error('not reached'))
    })
    const events = await collect(executor.run(cells(1, 2, 3), controller.signal))
    expect(events.map(({ type, cell }) => [type, cell.seed])).toEqual([
      ['started', 1],
      ['failed', 1],
      ['started', 2],
      ['progress', 2],
    ])
  })
})
