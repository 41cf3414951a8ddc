import { describe, expect, test, vi } from 'vitest'
import { type AdversityOptions, testAdversity } from './adversity.ts'
import type { ProtocolFactory, ProtocolFixture } from './protocol-fixture.ts'
import { type Population, type ScriptOptions, ScriptedPopulation, type Visit } from './scripted-population.ts'

const PEERS = 8
const INORDER: Population = { size: PEERS, numbers: [0, 1, 2, 3, 4, 5, 6, 7] }
const PERMUTED: Population = { size: PEERS, numbers: [5, 2, 7, 0, 3, 6, 1, 4] }
const EVENTS = 400
/** A kind of message that no protocol has so far. */
const UNKNOWN_KIND = 127

interface Run {
  readonly fixture: ProtocolFixture
  readonly host: ScriptedPopulation
  readonly visits: Visit[]
}

/** What every `Protocol` promises to its host, as tests. */
export function describeProtocol(name: string, factory: ProtocolFactory, options: AdversityOptions = {}): void {
  const begin = (options: ScriptOptions, population: Population = INORDER): Run => {
    const fixture = factory(population)
    const host = new ScriptedPopulation(fixture.protocol, fixture.memory, population, options)
    return { fixture, host, visits: host.start() }
  }
  const runOf = (options: ScriptOptions, population?: Population): Run => {
    const run = begin(options, population)
    run.visits.push(...run.host.run(EVENTS))
    return run
  }
  const states = ({ fixture }: Run): string => JSON.stringify(INORDER.numbers.map((label) => fixture.state(label)))

  describe(`${name}, a protocol`, () => {
    test('sets a timer when it starts and again in each timeout', () => {
      const { visits } = runOf({ seed: 1 })
      const active = visits.filter(({ handler }) => handler !== 'onMessage')
      expect(active.length).toBeGreaterThan(2 * PEERS)
      const setters = options.hasSingleTimers === true ? active.slice(0, PEERS) : active
      for (const { effects } of setters) expect(effects.filter(({ type }) => type === 'timer')).not.toEqual([])
    })

    test('sends messages, and learns from them', () => {
      const run = begin({ seed: 1 })
      const before = states(run)
      const visits = run.host.run(EVENTS)
      expect(visits.filter(({ handler }) => handler === 'onMessage').length).toBeGreaterThan(PEERS)
      expect(states(run)).not.toEqual(before)
    })

    test('goes on where messages are duplicated and overtake each other', () => {
      const { visits, fixture } = runOf({ seed: 2, disorder: true })
      expect(visits).toHaveLength(PEERS + EVENTS)
      for (const label of INORDER.numbers) expect(fixture.state(label)).toBeDefined()
    })

    test('ignores messages of a kind that it does not know', () => {
      const run = runOf({ seed: 3 })
      // A payload that would make sense to many a protocol: each peer's number, and 0.
      const payload = Int32Array.from(INORDER.numbers.flatMap((number) => [number, 0]))
      const before = states(run)
      for (const label of INORDER.numbers) {
        const { effects } = run.host.inject(label, (label + 1) % PEERS, [UNKNOWN_KIND, 0.5, 12], payload)
        expect(effects).toEqual([])
      }
      expect(states(run)).toEqual(before)
    })

    test('touches no row but that of the running peer', () => {
      const fixture = factory(INORDER)
      const { protocol } = fixture
      const host = new ScriptedPopulation(protocol, fixture.memory, INORDER, { seed: 4 })
      const othersOf = (self: number): string =>
        JSON.stringify(INORDER.numbers.map((label) => (label === self ? undefined : fixture.state(label))))
      host.around = (label) => {
        const before = othersOf(label)
        return () => expect(othersOf(label)).toEqual(before)
      }
      host.start()
      host.run(EVENTS)
      host.as(3, (context) => protocol.onPeerUnreachable?.(context, INORDER.numbers[4]))
      host.as(5, (context) => protocol.onStop?.(context))
      expect.hasAssertions()
    })

    test('allocates no words of memory once it runs', () => {
      const run = runOf({ seed: 5 })
      const allocate = vi.spyOn(run.fixture.memory, 'allocate')
      expect(run.host.run(EVENTS)).toHaveLength(EVENTS)
      expect(allocate).not.toHaveBeenCalled()
    })

    test('does the same again with the same seed, and something else with another', () => {
      const first = runOf({ seed: 6 })
      const again = runOf({ seed: 6 })
      expect(again.visits).toEqual(first.visits)
      expect(states(again)).toEqual(states(first))
      expect(runOf({ seed: 7 }).visits).not.toEqual(first.visits)
    })

    test('does not depend on how peers are numbered', () => {
      const plain = runOf({ seed: 8 })
      const permuted = runOf({ seed: 8 }, PERMUTED)
      expect(permuted.visits).toEqual(plain.visits)
      expect(states(permuted)).toEqual(states(plain))
    })

    test('sets no timer when it stops or hears that a peer is gone', () => {
      const { host, fixture } = runOf({ seed: 9 })
      const { protocol } = fixture
      const gone = host.as(0, (context) => protocol.onPeerUnreachable?.(context, 1))
      const stopped = host.as(0, (context) => protocol.onStop?.(context))
      expect([...gone, ...stopped].filter(({ type }) => type === 'timer')).toEqual([])
    })

    testAdversity(factory, options)
  })
}
