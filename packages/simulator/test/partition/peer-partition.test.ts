import { Worker } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { digestOf, independentNetwork, PeerPartition, shareRun, type SimulationCounters } from '../../src/index.ts'
import { simulationOf } from '../support.ts'
import { CROWDS, type Crowd, crowd, PEERS, UNTIL_MS } from './crowd.ts'
import type { ShareTask } from './worker.ts'

interface Share {
  readonly lanes: Int32Array
  readonly counters: SimulationCounters
}

function runShare(task: ShareTask): Promise<Share> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: task, execArgv: [] })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

async function outcomeOf(workers: number, name: Crowd, seed: number): Promise<unknown> {
  const shared = shareRun(workers)
  const tasks = Array.from({ length: workers }, (_, index) => ({ shared, index, name, seed }))
  const shares = await Promise.all(tasks.map(runShare))
  const lanes = shares.flatMap((share) => Array.from(share.lanes))
  const sum = (key: keyof SimulationCounters): number =>
    shares.reduce((total, { counters }) => total + counters[key], 0)
  const { sent, lost, duplicated, missed, delivered, timeouts } = shares[0].counters
  const keys = Object.keys({ sent, lost, duplicated, missed, delivered, timeouts }) as (keyof SimulationCounters)[]
  return { hash: digestOf(Int32Array.from(lanes)), ...Object.fromEntries(keys.map((key) => [key, sum(key)])) }
}

describe.each(CROWDS)('a run of a %s crowd', (name) => {
  test.each([2, 5])('on %d workers is the run on none', async (workers) => {
    const seed = 11
    const alone = crowd(name, seed)
    alone.run(UNTIL_MS)
    const { sent, lost, duplicated, missed, delivered, timeouts } = alone.counters
    expect(delivered).toBeGreaterThan(200)
    const expected = { hash: alone.traceHash, sent, lost, duplicated, missed, delivered, timeouts }
    expect(await outcomeOf(workers, name, seed)).toEqual(expected)
  })
})

describe('a partition is refused', () => {
  test.each([0, 65, 1.5])('with %d workers', (workers) => {
    expect(() => shareRun(workers)).toThrow(expect.objectContaining({ code: 'WORKERS' }))
  })

  test('with fewer peers than workers', () => {
    expect(() => new PeerPartition(shareRun(3), 0, 2)).toThrow(expect.objectContaining({ code: 'WORKERS' }))
  })

  test('where messages may take less than a millisecond: no window would be safe', () => {
    const network = independentNetwork({ delay: { kind: 'uniform', minMs: 0.4, maxMs: 60 } })
    const options = { peers: PEERS, network }
    expect(() => simulationOf([], options, new PeerPartition(shareRun(2), 0, PEERS))).toThrow(
      expect.objectContaining({ code: 'WINDOW' }),
    )
  })
})
