import { randomStream } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import { describe, expect, test } from 'vitest'
import { messageOf, RecordingContext } from '../src/index.ts'

describe('RecordingContext', () => {
  test('records a message with a copy of its payload, as integers and as floats', () => {
    const memory = new BufferMemory(64)
    const offset = memory.allocate(3)
    memory.float32.set([1, -2.5, 0], offset)
    const context = new RecordingContext(memory, 4)
    context.send(9, 2, 0.25, 77, offset, 2)
    memory.float32.fill(0)
    expect(context.takeSent()).toEqual([
      { to: 9, kind: 2, value: 0.25, stamp: 77, integers: [0x3f800000, 0xc0200000 | 0], floats: [1, -2.5] },
    ])
  })

  test('fills in the defaults of a header', () => {
    const context = new RecordingContext(new BufferMemory(64))
    context.send(1, 0)
    expect(context.takeSent()).toEqual([{ to: 1, kind: 0, value: 0, stamp: 0, integers: [], floats: [] }])
  })

  test('hands out what was recorded once, in order', () => {
    const context = new RecordingContext(new BufferMemory(64))
    context.setTimer(0, 10)
    context.setTimer(1, 5)
    context.send(1, 0)
    context.send(2, 0)
    expect(context.takeTimers()).toEqual([
      { timer: 0, delayMs: 10 },
      { timer: 1, delayMs: 5 },
    ])
    expect(context.takeSent().map(({ to }) => to)).toEqual([1, 2])
    expect(context.takeTimers()).toEqual([])
    expect(context.takeSent()).toEqual([])
  })

  test('draws what the peer would draw in a run of that seed', () => {
    const context = new RecordingContext(new BufferMemory(64), 3, 8)
    expect(context.random.uint32()).toBe(randomStream(8, 3).uint32())
  })
})

describe('messageOf', () => {
  test('lends a payload of integers or of floats', () => {
    const memory = new BufferMemory(64)
    const integers = messageOf(memory, { kind: 1, stamp: 5, integers: [7, -8] })
    expect(integers).toMatchObject({ kind: 1, value: 0, stamp: 5, length: 2 })
    expect([...memory.int32.subarray(integers.offset, integers.offset + 4)]).toEqual([7, -8, 0, 0])
    const floats = messageOf(memory, { kind: 0, value: 2, floats: [0.5] })
    expect(floats).toMatchObject({ value: 2, stamp: 0, length: 1 })
    expect(memory.float32[floats.offset]).toBe(0.5)
    expect(floats.offset).not.toBe(integers.offset)
  })

  test('lends none where there is none', () => {
    expect(messageOf(new BufferMemory(64), { kind: 3 })).toMatchObject({ kind: 3, length: 0 })
  })
})
