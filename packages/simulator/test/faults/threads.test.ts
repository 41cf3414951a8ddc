import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { ATTACK_KINDS, digestOf, type FaultPlan, randomFaultPlan, shareRun } from '../../src/index.ts'
import type { FaultyRun } from './threads-worker.ts'

const PEERS = 24
const LIMITS = { durationMs: 1000, periodMs: 100, attacks: ATTACK_KINDS }

/** The trace hash of a run that is split over threads. */
async function hashOn(threads: number, plan: FaultPlan, seed: number): Promise<string> {
  const shared = shareRun(threads)
  const run = { shared, peers: PEERS, seed, plan, untilMs: LIMITS.durationMs }
  const parts = await Promise.all(Array.from({ length: threads }, (_, index) => lanesOf({ ...run, index })))
  return digestOf(Int32Array.from(parts.flatMap((lanes) => [...lanes])))
}

async function lanesOf(run: FaultyRun): Promise<Int32Array> {
  const worker = new Worker(new URL('./threads-worker.ts', import.meta.url), { workerData: run })
  const [{ lanes }] = (await once(worker, 'message')) as [{ readonly lanes: Int32Array }]
  await worker.terminate()
  return lanes
}

/** Something of everything. */
const EVERYTHING: FaultPlan = {
  ...{ loss: 0.1, duplication: { share: 0.3, delayMs: 50 }, replay: { share: 0.1, delayMs: 400 } },
  reordering: { share: 0.2, delayMs: 150 },
  cloggedLinks: [{ fromMs: 100, untilMs: 900, share: 0.3, delayMs: 120 }],
  partitions: [{ fromMs: 200, untilMs: 500, share: 0.4, direction: 'leaving' }],
  crashes: [{ fromMs: 300, untilMs: 600, share: 0.4, stateLoss: 0.5 }],
  pauses: [
    { fromMs: 250, untilMs: 500, share: 0.4 },
    { fromMs: 450, untilMs: 800, share: 0.4 },
  ],
  clockSkew: { rate: 0.1, offsetMs: 200 },
  byzantine: { share: 0.3, attack: { kind: 'noise' } },
}

test('a faulty run is the same on any number of threads, byte for byte', async () => {
  const one = await hashOn(1, EVERYTHING, 7)
  expect(await hashOn(3, EVERYTHING, 7)).toBe(one)
  expect(await hashOn(1, EVERYTHING, 8)).not.toBe(one)
})

test.each([1, 2])('so it is under random plan %i', async (seed) => {
  const plan = randomFaultPlan(seed, LIMITS)
  expect(await hashOn(2, plan, seed)).toBe(await hashOn(1, plan, seed))
})
