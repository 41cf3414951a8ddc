import type { Context, Guard, Message } from '@hearsay/core'
import { expect, test } from 'vitest'
import { MemoryArchive } from './memory-archive.ts'
import type { ProtocolFactory, ProtocolFixture } from './protocol-fixture.ts'
import { type Population, type ScriptOptions, ScriptedPopulation } from './scripted-population.ts'

/** How a protocol is treated beyond what all share. */
export interface AdversityOptions {
  /**
   * Words of hostile payloads. Words that name peers are the numbers of peers, since a codec makes sure of that.
   *
   * @defaultValue the numbers of the peers
   */
  readonly hostileWords?: readonly number[]
  /**
   * Whether a state, as the fixture tells it, is one that an honest run can reach; asked of each peer after hostile messages.
   *
   * @defaultValue every state is
   */
  readonly isSound?: (state: unknown) => boolean
  /**
   * Whether some timers are not set again when they have fired, such as one that ends what a message has begun.
   *
   * @defaultValue false
   */
  readonly hasSingleTimers?: boolean
}

const PEERS = 8
const POPULATION: Population = { size: PEERS, numbers: [0, 1, 2, 3, 4, 5, 6, 7] }
const LABELS = POPULATION.numbers
const EVENTS = 300
/** Within so many events each peer has had a turn, however many messages there are. */
const EVENTS_MAX = 5000
const KINDS = 8
const VALUES = [0, -1, 1e308, -1e308, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324]
/** Safe integers, as codecs make sure: small ones, an age, an epoch to come, and the last of all. */
const STAMPS = [0, 1, 12, 2 ** 31, 2 ** 32 + 1, 2 ** 45, Number.MAX_SAFE_INTEGER]
const LENGTHS = [0, 1, 2, 3, 4, 6, 9, 64]

/** Conformance under loss, restarts, restored state and hostile messages. */
export function testAdversity(factory: ProtocolFactory, options: AdversityOptions): void {
  const begin = (script: ScriptOptions, fixture: ProtocolFixture = factory(POPULATION)) => {
    const host = new ScriptedPopulation(fixture.protocol, fixture.memory, POPULATION, script)
    host.start()
    return { fixture, host }
  }
  const statesOf = (fixture: ProtocolFixture): string => JSON.stringify(LABELS.map((label) => fixture.state(label)))

  test('goes on where messages are lost, besides duplicated and out of order', () => {
    const { host } = begin({ seed: 11, disorder: true, loss: 0.4 })
    expect(host.run(EVENTS)).toHaveLength(EVENTS)
    expectTurnsOfAll(host)
  })

  test('goes on where peers leave and return with what they had', () => {
    const { host } = begin({ seed: 12, disorder: true })
    for (const label of [3, 5, 3]) {
      host.run(EVENTS / 3)
      expect(host.restart(label).effects.filter(({ type }) => type === 'timer')).not.toEqual([])
    }
    expectTurnsOfAll(host)
  })

  test('goes on where peers return without what they had, and is as new then', (context) => {
    if (factory(POPULATION).protocol.onForget === undefined) context.skip('the protocol has no onForget')
    const { host, fixture } = begin({ seed: 13, disorder: true })
    host.run(EVENTS)
    const fresh = factory(POPULATION)
    const other = new ScriptedPopulation(fresh.protocol, fresh.memory, POPULATION, { seed: 13 })
    const before = LABELS.map((label) => JSON.stringify(fixture.state(label)))
    other.as(2, (handler) => forget(fresh, handler))
    host.as(2, (handler) => forget(fixture, handler))
    expect(fixture.state(2)).toEqual(fresh.state(2))
    for (const label of LABELS) if (label !== 2) expect(JSON.stringify(fixture.state(label))).toBe(before[label])
    host.restart(2)
    expectTurnsOfAll(host)
  })

  test('goes on from what it has saved as if nothing had happened', (context) => {
    const first = factory(POPULATION)
    if (first.protocol.persist === undefined) context.skip('the protocol has no persist')
    const straight = begin({ seed: 14, disorder: true })
    straight.host.run(EVENTS)
    const { host, fixture } = begin({ seed: 14, disorder: true }, first)
    host.run(EVENTS)
    const restored = factory(POPULATION)
    restore(fixture, restored)
    expect(statesOf(restored)).toBe(statesOf(fixture))
    host.transplant(restored.protocol, restored.memory)
    expect(host.run(EVENTS)).toEqual(straight.host.run(EVENTS))
    expect(statesOf(restored)).toBe(statesOf(straight.fixture))
  })

  test('stands hostile fields: any value, stamps to come, payloads of any length', () => {
    const { host, fixture } = begin({ seed: 15 })
    host.run(EVENTS)
    for (const [index, message] of hostileMessages(options.hostileWords ?? LABELS).entries()) {
      if (!admits(fixture, message)) continue
      host.inject(index % PEERS, (index + 1) % PEERS, [message.kind, message.value, message.stamp], message.words)
      if (index % 8 === 0) host.run(1)
    }
    expectTurnsOfAll(host)
    for (const label of LABELS) {
      const state = fixture.state(label)
      expect(options.isSound?.(state) ?? true, `peer ${label}: ${JSON.stringify(state)}`).toBe(true)
    }
  })
}

/** Each peer's active thread goes on. */
function expectTurnsOfAll(host: ScriptedPopulation): void {
  const waiting = new Set(LABELS)
  for (let events = 0; events < EVENTS_MAX && waiting.size > 0; events++) {
    for (const { handler, label } of host.run(1)) if (handler === 'onTimeout') waiting.delete(label)
  }
  expect([...waiting]).toEqual([])
}

/** What a host does where a peer has lost its state. */
function forget({ protocol, forget: others }: ProtocolFixture, context: Context): void {
  protocol.onForget?.(context)
  others?.(context)
}

/** What a host saves of a protocol: its own state, that of what it was built with, and all of the memory. */
function restore(from: ProtocolFixture, to: ProtocolFixture): void {
  const archive = new MemoryArchive()
  from.protocol.persist?.(archive)
  from.persist?.(archive)
  const reader = archive.reader()
  to.protocol.persist?.(reader)
  to.persist?.(reader)
  expect(reader.left).toBe(0)
  const words = to.memory.int32
  words.set(from.memory.int32.subarray(0, words.length))
}

interface HostileMessage {
  readonly kind: number
  readonly value: number
  readonly stamp: number
  readonly words: Int32Array
}

/** Every kind with every value, stamp and length: each with one of the others at a time. */
function hostileMessages(words: readonly number[]): HostileMessage[] {
  const messages: HostileMessage[] = []
  for (let kind = 0; kind < KINDS; kind++) {
    for (let i = 0; i < VALUES.length * STAMPS.length; i++) {
      const length = LENGTHS[(i + kind) % LENGTHS.length]
      const payload = Int32Array.from({ length }, (_, word) => words[(i + 3 * word) % words.length])
      const stamp = STAMPS[Math.floor(i / VALUES.length)]
      messages.push({ kind, value: VALUES[i % VALUES.length], stamp, words: payload })
    }
  }
  return messages
}

/** Whether the guard in front of the protocol, if it has one, lets a message pass. */
function admits({ guard, memory }: ProtocolFixture, { kind, value, stamp, words }: HostileMessage): boolean {
  if (guard === undefined) return true
  const offset = memory.allocate(words.length)
  memory.int32.set(words, offset)
  const message: Message = { kind, value, stamp, offset, length: words.length }
  return (guard satisfies Guard).inspect(message, 0) === undefined
}
