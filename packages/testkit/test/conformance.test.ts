import { type Context, type Memory, type Message, NOBODY, type PeerSampler, type Protocol } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import { describe, expect, test } from 'vitest'
import { describePeerSampler, describeProtocol, type Population, ScriptedPopulation } from '../src/conformance.ts'

const TICK = 0
const COUNT = 1

/** Spreads the largest number that anybody drew, along a ring: the least that a gossip protocol can be. */
class SpreadMaximum implements Protocol {
  readonly values: Float64Array
  readonly #next: Int32Array

  constructor(next: Int32Array) {
    this.values = new Float64Array(next.length)
    this.#next = next
  }

  onStart(context: Context): void {
    this.values[context.self] = context.random.float64()
    context.setTimer(TICK, 100 * context.random.float64())
  }

  onTimeout(context: Context): void {
    context.send(this.#next[context.self], COUNT, this.values[context.self])
    context.setTimer(TICK, 100)
  }

  onMessage(context: Context, _from: number, message: Message): void {
    if (message.kind !== COUNT) return
    this.values[context.self] = Math.max(this.values[context.self], message.value)
  }
}

const ring = ({ size, numbers }: Population): Int32Array => {
  const next = new Int32Array(size)
  for (let label = 0; label < size; label++) next[numbers[label]] = numbers[(label + 1) % size]
  return next
}

describeProtocol('a protocol of a few lines', (population) => {
  const protocol = new SpreadMaximum(ring(population))
  return { protocol, memory: new BufferMemory(64), state: (label) => protocol.values[population.numbers[label]] }
})

describePeerSampler('the next peer or the one after it', (peers) => {
  const sampler: PeerSampler = {
    selectPeer: ({ self, random }) => (peers < 3 ? NOBODY : (self + 1 + random.below(2)) % peers),
  }
  return { sampler, known: (self) => [(self + 1) % peers, (self + 2) % peers] }
})

describe('ScriptedPopulation', () => {
  const population: Population = { size: 3, numbers: [1, 2, 0] }
  const host = (overrides: Partial<Protocol>, memory: Memory = new BufferMemory(64)): ScriptedPopulation => {
    const protocol = Object.assign(new SpreadMaximum(ring(population)), overrides)
    return new ScriptedPopulation(protocol, memory, population, { seed: 1 })
  }

  test('tells what handlers did, in terms of labels and in the order of time', () => {
    const script = host({})
    const starts = script.start()
    expect(starts.map(({ handler, label }) => [handler, label])).toEqual([
      ['onStart', 0],
      ['onStart', 1],
      ['onStart', 2],
    ])
    const visits = script.run(30)
    expect(visits).toHaveLength(30)
    expect(visits.map(({ timeMs }) => timeMs)).toEqual(visits.map(({ timeMs }) => timeMs).toSorted((a, b) => a - b))
    const first = visits.find(({ handler }) => handler === 'onTimeout')!
    expect(first.effects).toMatchObject([
      { type: 'send', to: (first.label + 1) % 3, kind: COUNT },
      { type: 'timer', timer: TICK, delayMs: 100 },
    ])
  })

  const breaches: [what: string, act: (context: Context) => void][] = [
    ['a message to itself', (context) => context.send(context.self, 0)],
    ['a message to nobody', (context) => context.send(NOBODY, 0)],
    ['a kind that the header cannot hold', (context) => context.send(0, 128)],
    ['a stamp that is no count', (context) => context.send(0, 0, 0, 0.5)],
    ['a timer that the header cannot hold', (context) => context.setTimer(-1, 0)],
    ['a timer in the past', (context) => context.setTimer(0, -1)],
    ['a timer that never fires', (context) => context.setTimer(0, Number.NaN)],
  ]
  test.each(breaches)('refuses %s', (_, act) => {
    expect(() => host({ onStart: act }).start()).toThrow('the handler contract forbids')
  })

  test('takes back what a handler borrowed', () => {
    const memory = new BufferMemory(64)
    const source = memory.allocate(2)
    memory.float32.set([3, 4], source)
    const kept: { message: Message; floats: number[] }[] = []
    const script = host(
      {
        onTimeout: (context) => context.send((context.self + 1) % 3, 5, 1, 2, source, 2),
        onMessage: (_context, _from, message) => {
          kept.push({ message, floats: [...memory.float32.subarray(message.offset, message.offset + message.length)] })
        },
      },
      memory,
    )
    script.start()
    script.run(6)
    const [{ message, floats }] = kept
    expect(floats).toEqual([3, 4])
    expect(message.kind).not.toBe(5)
    expect(memory.float32[message.offset]).toBeNaN()
  })

  test('duplicates and delays messages where it is told to', () => {
    const protocol = new SpreadMaximum(ring(population))
    const script = new ScriptedPopulation(protocol, new BufferMemory(64), population, { seed: 1, disorder: true })
    script.start()
    const visits = script.run(300)
    const sent = visits.flatMap(({ effects }) => effects).filter(({ type }) => type === 'send').length
    expect(visits.filter(({ handler }) => handler === 'onMessage').length).toBeGreaterThan(sent)
  })
})
