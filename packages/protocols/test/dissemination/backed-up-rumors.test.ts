import { describe, expect, test } from 'vitest'
import { BackedUpRumors, ReplicaStore, UniformSampler } from '../../src/index.ts'
import { kernels, PERIOD_MS, range, simulate } from './support.ts'

const PEERS = 200

function setUp(redistribute: boolean, antiEntropyMs: number) {
  const host = kernels()
  const { memory } = host
  const store = new ReplicaStore({ peers: PEERS, memory, entries: 4, valueWords: 2 })
  const database = new BackedUpRumors({
    ...{ peers: PEERS, memory, store, sampler: new UniformSampler(PEERS), redistribute },
    rumors: { periodMs: PERIOD_MS, k: 1 },
    antiEntropy: { periodMs: antiEntropyMs, exchange: 'push-pull' },
  })
  const simulation = simulate([database.rumors, database.antiEntropy], { peers: PEERS, kernels: host })
  const holders = (): number => range(PEERS).filter((peer) => store.timestamp(peer, 7) >= 0).length
  return { store, database, simulation, holders }
}

// Demers et al. 1987, §1.5.
describe('BackedUpRumors', () => {
  test('rumors reach most replicas, anti-entropy the rest', () => {
    const { store, database, simulation, holders } = setUp(false, 100 * PERIOD_MS)
    expect(database.write(3, 7, [1, 2], 10, 0)).toBe(true)
    simulation.run(30 * PERIOD_MS)
    expect(holders()).toBeGreaterThan(0.7 * PEERS)
    expect(holders()).toBeLessThan(PEERS)
    simulation.run(600 * PERIOD_MS)
    for (const peer of range(PEERS)) expect([...store.value(peer, 7)!]).toEqual([1, 2])
  })

  test('deletions spread in the same way', () => {
    const { store, database, simulation } = setUp(false, 10 * PERIOD_MS)
    database.write(3, 7, [1], 10, 0)
    simulation.run(100 * PERIOD_MS)
    expect([database.remove(5, 7, 9, 0), database.remove(5, 7, 11, simulation.now)]).toEqual([false, true])
    simulation.run(200 * PERIOD_MS)
    for (const peer of range(PEERS)) expect([store.ids(peer), store.timestamp(peer, 7)]).toEqual([[], 11])
  })

  test('what anti-entropy finds is a rumor again where it is told so', () => {
    // Every peer has missed the rumor: it stands in one replica alone, written past the rumors.
    const found = [false, true].map((redistribute) => {
      const { store, simulation, holders } = setUp(redistribute, 20 * PERIOD_MS)
      store.write(0, 7, [1], 10)
      simulation.run(50 * PERIOD_MS)
      return holders()
    })
    expect(found[1]).toBeGreaterThan(1.5 * found[0])
  })
})
