import type { Archive, Context, Message, Protocol } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import { describe, expect, test } from 'vitest'
import { describeProtocol, MemoryArchive, type Population, ScriptedPopulation } from '../src/conformance.ts'

const TICK = 0
const MAXIMUM = 1

/** Spreads the largest number that anybody drew, and can be saved and forget. */
class Forgetful implements Protocol {
  readonly values: Float64Array
  sent = 0
  readonly #peers: number

  constructor(peers: number) {
    this.#peers = peers
    this.values = new Float64Array(peers).fill(-1)
  }

  onStart(context: Context): void {
    if (this.values[context.self] < 0) this.values[context.self] = context.random.float64()
    context.setTimer(TICK, 100 * context.random.float64())
  }

  onTimeout(context: Context): void {
    this.sent++
    context.send((context.self + 1) % this.#peers, MAXIMUM, this.values[context.self])
    context.setTimer(TICK, 100)
  }

  onMessage(context: Context, _from: number, message: Message): void {
    if (message.kind !== MAXIMUM || !(message.value <= 1)) return
    this.values[context.self] = Math.max(this.values[context.self], message.value)
  }

  onForget(context: Context): void {
    this.values[context.self] = -1
  }

  persist(archive: Archive): void {
    archive.array(this.values)
    this.sent = archive.number(this.sent)
  }
}

const population: Population = { size: 3, numbers: [0, 1, 2] }

describeProtocol(
  'a protocol that can be saved and forgets',
  ({ size, numbers }) => {
    // A ring of labels, whatever their numbers.
    const protocol = new Forgetful(size)
    const ring: Protocol = {
      onStart: (context) => protocol.onStart(context),
      onTimeout: (context) => {
        const next = numbers[(numbers.indexOf(context.self) + 1) % size]
        context.send(next, MAXIMUM, protocol.values[context.self])
        context.setTimer(TICK, 100)
      },
      onMessage: (context, from, message) => protocol.onMessage(context, from, message),
      onForget: (context) => protocol.onForget(context),
      persist: (archive) => protocol.persist(archive),
    }
    return { protocol: ring, memory: new BufferMemory(64), state: (label) => protocol.values[numbers[label]] }
  },
  { isSound: (state) => (state as number) >= 0 && (state as number) <= 1 },
)

describe('ScriptedPopulation under adversity', () => {
  test('loses as many messages as it is told to', () => {
    const delivered = (loss: number): number => {
      const script = new ScriptedPopulation(new Forgetful(3), new BufferMemory(64), population, { seed: 1, loss })
      script.start()
      const visits = script.run(1000)
      const turns = visits.filter(({ handler }) => handler === 'onTimeout').length
      return (visits.length - turns) / turns
    }
    expect(delivered(0)).toBeGreaterThan(0.95)
    expect(Math.abs(delivered(0.4) - 0.6)).toBeLessThan(0.08)
    expect(delivered(1)).toBe(0)
  })

  test('a peer that restarts has neither timers nor messages of its earlier session', () => {
    const script = new ScriptedPopulation(new Forgetful(3), new BufferMemory(64), population, { seed: 1 })
    script.start()
    script.run(20)
    expect(script.restart(1)).toMatchObject({ handler: 'onStart', label: 1 })
    const turns = script
      .run(200)
      .filter(({ handler }) => handler === 'onTimeout')
      .map(({ label }) => label)
    const counts = [0, 1, 2].map((label) => turns.filter((turn) => turn === label).length)
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThan(3)
  })

  test('goes on with another protocol of the same state', () => {
    const protocol = new Forgetful(3)
    const script = new ScriptedPopulation(protocol, new BufferMemory(64), population, { seed: 1 })
    script.start()
    const archive = new MemoryArchive()
    protocol.persist(archive)
    const other = new Forgetful(3)
    other.persist(archive.reader())
    script.transplant(other, new BufferMemory(64))
    script.run(50)
    expect([protocol.sent > 0, other.sent > 0]).toEqual([false, true])
    expect(new Set(other.values).size).toBe(1)
  })
})

describe('MemoryArchive', () => {
  test('gives back copies of what was saved, in order', () => {
    const values = Int32Array.of(1, 2)
    const archive = new MemoryArchive()
    archive.array(values)
    expect([archive.number(7), archive.restoring]).toEqual([7, false])
    values.fill(0)
    const reader = archive.reader()
    reader.array(values)
    expect([[...values], reader.number(0), reader.left, reader.restoring]).toEqual([[1, 2], 7, 0, true])
  })

  test('refuses what was saved otherwise', () => {
    const archive = new MemoryArchive()
    archive.array(Int32Array.of(1, 2))
    expect(() => archive.reader().number(1)).toThrow('number')
    expect(() => archive.reader().array(new Int32Array(3))).toThrow('array')
    expect(() => archive.reader().array(new Float64Array(2))).toThrow('array')
    expect(() => new MemoryArchive().reader().array(new Int32Array(0))).toThrow('array')
  })
})
