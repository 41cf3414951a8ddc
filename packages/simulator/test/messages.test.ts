import { type Guard, type Message, UsageError } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LOST, type NetworkModel } from '../src/index.ts'
import { copyOf, Scripted, simulationOf, wordsInUse } from './support.ts'

describe('a message', () => {
  test('arrives with its header after the delay of the network', () => {
    const got: unknown[] = []
    const protocol = new Scripted({
      onStart: (context) => {
        if (context.self === 0) context.send(1, 3, -0.125, Number.MAX_SAFE_INTEGER)
        else context.send(0, 0)
      },
      onMessage: ({ self, now }, from, message) => got.push({ self, now, from, ...message }),
    })
    simulationOf([protocol]).run(11)
    const none = { offset: 0, length: 0 }
    expect(got).toEqual([
      { self: 1, now: 10, from: 0, kind: 3, value: -0.125, stamp: Number.MAX_SAFE_INTEGER, ...none },
      { self: 0, now: 10, from: 1, kind: 0, value: 0, stamp: 0, ...none },
    ])
  })

  test('carries its payload bit for bit, padded with zeros, whatever the sender does to the words afterwards', () => {
    const words = fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 5 }), (payloads) => {
        const kernels = createKernels({ initialWords: 64 })
        const from = kernels.memory.allocate(40)
        const got: unknown[] = []
        const protocol = new Scripted({
          onStart: (context) => {
            if (context.self !== 0) return
            for (const payload of payloads) {
              kernels.memory.int32.fill(-1, from, from + 40)
              kernels.memory.int32.set(payload, from)
              context.send(1, 0, 0, 0, from, payload.length)
            }
            kernels.memory.int32.fill(-1, from, from + 40)
          },
          onMessage: (_, __, message) => got.push(copyOf(kernels, message).padded),
        })
        simulationOf([protocol], { kernels }).run(100)
        const padding = (payload: number[]): number[] => Array<number>((4 - (payload.length % 4)) % 4).fill(0)
        expect(got).toEqual(payloads.map((payload) => [...payload, ...padding(payload)]))
      }),
    )
  })

  test('is borrowed: the object and the words are those of the next message', () => {
    const kernels = createKernels()
    const from = kernels.memory.allocate(8)
    const kept: Message[] = []
    const offsets: number[] = []
    const protocol = new Scripted({
      onStart: (context) => context.setTimer(0, 0),
      onTimeout: (context) => {
        context.send(1 - context.self, 0, context.now, 0, from, 8)
        context.setTimer(0, 100)
      },
      onMessage: (_, __, message) => {
        kept.push(message)
        offsets.push(message.offset)
      },
    })
    simulationOf([protocol], { kernels }).run(1000)
    expect(kept).toHaveLength(20)
    expect(new Set(kept).size).toBe(1)
    expect(new Set(offsets).size).toBe(2)
  })

  test.each([-1, 128, 1000])('of kind %d is refused: it would be taken for one of another protocol', (kind) => {
    const simulation = simulationOf([new Scripted({ onStart: (context) => context.send(1, kind) })])
    expect(() => simulation.run(1)).toThrow(UsageError)
  })
})

describe('a lost message', () => {
  test.each([-1, 2, 1e9, Number.NaN])('is one to the unknown peer %d', (to) => {
    const got: unknown[] = []
    const protocol = new Scripted({
      onStart: (context) => context.send(to, 0),
      onMessage: (_, from) => got.push(from),
    })
    const simulation = simulationOf([protocol])
    simulation.run(100)
    expect(got).toEqual([])
    expect(simulation.counters).toMatchObject({ sent: 2, lost: 2, delivered: 0 })
  })

  test('is one that the network loses; it takes no room', () => {
    const kernels = createKernels()
    const from = kernels.memory.allocate(1024)
    const network: NetworkModel = { transfer: (_, sender, to, words) => (sender < to && words > 0 ? LOST : 1) }
    const protocol = new Scripted({
      onStart: (context) => context.send(1 - context.self, 0, 0, 0, from, context.self === 0 ? 1024 : 0),
    })
    const before = wordsInUse(kernels)
    const simulation = simulationOf([protocol], { kernels, network })
    simulation.run(10)
    expect(simulation.counters).toMatchObject({ sent: 2, lost: 1, delivered: 1, words: 1024 })
    expect(wordsInUse(kernels)).toBe(before)
  })
})

describe('a guard', () => {
  test('sees what its protocol would see, and keeps from it what it refuses', () => {
    const kernels = createKernels()
    const from = kernels.memory.allocate(4)
    const seen: unknown[] = []
    const guard: Guard = {
      inspect: (message, now) => {
        seen.push([now, message.value, kernels.memory.int32[message.offset], message.length])
        return message.value === 1 ? 'value' : undefined
      },
    }
    const got: unknown[] = []
    const protocolOf = (name: string): Scripted =>
      new Scripted({
        onStart: (context) => {
          if (context.self !== 0) return
          kernels.memory.int32[from] = 7
          for (const value of [0, 1, 2]) context.send(1, 0, value, 0, from, 1)
        },
        onMessage: (_, __, { value }) => got.push(`${name}${value}`),
      })
    const simulation = simulationOf([protocolOf('open'), { protocol: protocolOf('guarded'), guard }], { kernels })
    simulation.run(20)
    expect(seen).toEqual([0, 1, 2].map((value) => [10, value, 7, 1]))
    expect(got).toEqual(['open0', 'open1', 'open2', 'guarded0', 'guarded2'])
    expect(simulation.counters).toMatchObject({ sent: 6, delivered: 5, refused: 1 })
  })

  test('that refuses everything leaves no payload behind', () => {
    const kernels = createKernels()
    const from = kernels.memory.allocate(64)
    const protocol = new Scripted({
      onStart: (context) => context.setTimer(0, 5),
      onTimeout: (context) => {
        context.send(1 - context.self, 0, 0, 0, from, 64)
        context.setTimer(0, 20)
      },
      onMessage: () => expect.unreachable('the guard refuses everything'),
    })
    const simulation = simulationOf([{ protocol, guard: { inspect: () => 'malformed' } }], { kernels })
    simulation.run(20)
    const inUse = wordsInUse(kernels)
    simulation.run(2000)
    expect(simulation.counters.refused).toBe(200)
    expect(wordsInUse(kernels)).toBe(inUse)
  })
})
