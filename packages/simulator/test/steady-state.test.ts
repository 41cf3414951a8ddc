import { memoryUsage } from 'node:process'
import { type Context, randomStream } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import { expect, test } from 'vitest'
import { independentNetwork, Simulation } from '../src/index.ts'
import { Scripted, simulationOf, wordsInUse } from './support.ts'

const CYCLE_MS = 1000
const PEERS = 500
const WORDS = 57

/** Peers that each send a model to one other every cycle. */
function traffic() {
  const kernels = createKernels()
  const rows = kernels.memory.allocate(WORDS)
  const protocol = new Scripted({
    onStart: (context) => context.setTimer(0, context.random.below(CYCLE_MS)),
    onTimeout: (context) => {
      context.send(context.random.below(PEERS), 0, 0, 0, rows, WORDS)
      context.setTimer(0, CYCLE_MS)
    },
  })
  const network = independentNetwork({ delay: { kind: 'constant', ms: CYCLE_MS / 2 } })
  return { kernels, simulation: new Simulation({ peers: PEERS, seed: 1, kernels, protocols: [protocol], network }) }
}

test('a run in steady state takes no more memory, however long it is', () => {
  const { kernels, simulation } = traffic()
  const unused = wordsInUse(kernels)
  simulation.run(10 * CYCLE_MS)
  const words = wordsInUse(kernels)
  const buffers = memoryUsage().arrayBuffers
  simulation.run(110 * CYCLE_MS)
  expect(wordsInUse(kernels)).toBe(words)
  expect(memoryUsage().arrayBuffers).toBeLessThanOrEqual(buffers)
  const { sent, delivered } = simulation.counters
  expect(sent).toBe(110 * PEERS)
  // About half of the peers have a payload in flight, each in one block, and no other block is held.
  expect(sent - delivered).toBeGreaterThan(PEERS / 3)
  expect(words - unused).toBeLessThan((PEERS / 3) * 2 * 64)
})

test('payloads are given back: a burst makes room once', () => {
  const kernels = createKernels()
  const row = kernels.memory.allocate(1000)
  const protocol = new Scripted({
    onStart: (context) => context.setTimer(0, 0),
    onTimeout: (context) => {
      for (let i = 0; i < 100; i++) context.send(1 - context.self, 0, 0, 0, row, 1 + i * 9)
      context.setTimer(0, 30)
    },
  })
  const simulation = simulationOf([protocol], { kernels })
  const before = wordsInUse(kernels)
  simulation.run(30)
  const burst = wordsInUse(kernels)
  expect(burst - before).toBeGreaterThan(2 * 100 * 400)
  simulation.run(3000)
  expect(simulation.counters.delivered).toBe(2 * 100 * 100)
  expect(wordsInUse(kernels)).toBe(burst)
})

test('10⁵ timers over hours of virtual time each fire once, in order, at their time', () => {
  const peers = 1000
  const each = 100
  const horizonMs = 6 * 3_600_000
  const due = new Map<number, number>()
  const random = randomStream(3)
  let latest = 0
  let wrong = 0
  const protocol = new Scripted({
    onStart: (context: Context) => {
      for (let timer = 0; timer < each; timer++) {
        const delay = random.below(horizonMs)
        due.set(context.self * each + timer, delay)
        context.setTimer(timer, delay)
      }
    },
    onTimeout: (context, timer) => {
      const id = context.self * each + timer
      if (due.get(id) !== context.now || context.now < latest) wrong++
      due.delete(id)
      latest = context.now
    },
  })
  const simulation = simulationOf([protocol], { peers })
  simulation.run(horizonMs)
  expect([wrong, due.size, simulation.counters.timeouts]).toEqual([0, 0, peers * each])
})
