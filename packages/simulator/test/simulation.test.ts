import { type Message, UsageError } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { Scripted, simulationOf } from './support.ts'

/** A protocol that logs its starts and timers under a name. */
function logging(log: string[], name: string, timers: readonly (readonly [number, number])[] = []): Scripted {
  return new Scripted({
    onStart: (context) => {
      log.push(`${name}${context.self} start ${context.now}`)
      for (const [timer, delay] of timers) context.setTimer(timer, delay)
    },
    onTimeout: (context, timer) => log.push(`${name}${context.self} timer ${timer} at ${context.now}`),
  })
}

describe('starting', () => {
  test('every protocol of every peer starts once, at time 0, before anything else', () => {
    const log: string[] = []
    const simulation = simulationOf([logging(log, 'a', [[1, 0]]), logging(log, 'b')])
    expect(log).toEqual([])
    simulation.run(1)
    simulation.run(2)
    expect(log).toEqual(['a0 start 0', 'b0 start 0', 'a1 start 0', 'b1 start 0', 'a0 timer 1 at 0', 'a1 timer 1 at 0'])
  })

  test.each([0, -1, 1.5, Number.NaN])('%d peers are refused', (peers) => {
    expect(() => simulationOf([], { peers })).toThrow(UsageError)
  })

  test.each([-1, 0.5, 2 ** 53])('seed %d is refused', (seed) => {
    expect(() => simulationOf([], { seed })).toThrow(UsageError)
  })
})

describe('timers', () => {
  test('fire once, in the order of (time, setting), rounded to milliseconds', () => {
    const log: string[] = []
    const timers = [
      [7, 20],
      [1, 5.4],
      [127, 5.6],
      [2, 20],
      [0, 5],
      [3, 20],
    ] as const
    const simulation = simulationOf([logging(log, 'p', timers)], { peers: 1 })
    simulation.run(1000)
    expect(log.slice(1)).toEqual([
      'p0 timer 1 at 5',
      'p0 timer 0 at 5',
      'p0 timer 127 at 6',
      'p0 timer 7 at 20',
      'p0 timer 2 at 20',
      'p0 timer 3 at 20',
    ])
    expect(simulation.counters.timeouts).toBe(6)
  })

  test('of the moment at which a run ends belong to the next run', () => {
    const log: string[] = []
    const simulation = simulationOf([logging(log, 'p', [[1, 100]])], { peers: 1 })
    simulation.run(100)
    expect([simulation.now, log]).toEqual([100, ['p0 start 0']])
    simulation.run(100.5)
    expect([simulation.now, log[1]]).toEqual([100.5, 'p0 timer 1 at 100'])
    simulation.run(50)
    expect([simulation.now, log.length]).toEqual([100.5, 2])
  })

  test('belong to the peer and the protocol that set them', () => {
    const log: string[] = []
    simulationOf([logging(log, 'a', [[5, 1]]), logging(log, 'b', [[5, 2]])], { peers: 2 }).run(10)
    expect(log.slice(4)).toEqual(['a0 timer 5 at 1', 'a1 timer 5 at 1', 'b0 timer 5 at 2', 'b1 timer 5 at 2'])
  })

  test.each([-1, 128, 2 ** 30])('number %d is refused: it would be taken for one of another protocol', (timer) => {
    const simulation = simulationOf([new Scripted({ onStart: (context) => context.setTimer(timer, 1) })])
    expect(() => simulation.run(1)).toThrow(UsageError)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('with a delay of %d are refused', (delay) => {
    const simulation = simulationOf([new Scripted({ onStart: (context) => context.setTimer(0, delay) })])
    expect(() => simulation.run(1)).toThrow(UsageError)
  })
})

describe('time', () => {
  test('does not move while a handler runs, and goes on from there', () => {
    const times: number[] = []
    const protocol = new Scripted({
      onStart: (context) => context.setTimer(0, 3),
      onTimeout: (context) => {
        context.send(context.self, 0)
        times.push(context.now)
        context.setTimer(0, 4)
        times.push(context.now)
      },
      onMessage: (context) => times.push(context.now),
    })
    simulationOf([protocol], { peers: 1 }).run(12)
    expect(times).toEqual([3, 3, 7, 7, 11, 11])
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('a run until %d is refused', (until) => {
    expect(() => simulationOf([]).run(until)).toThrow(UsageError)
  })
})

describe('a stack of protocols', () => {
  test('keeps kinds, timers and messages apart', () => {
    const log: string[] = []
    const protocolOf = (name: string): Scripted =>
      new Scripted({
        onStart: (context) => {
          if (context.self === 0) context.send(1, 127, 0.5)
          context.setTimer(127, 1)
        },
        onTimeout: (context, timer) => log.push(`${name}${context.self} timer ${timer}`),
        onMessage: (context, from, { kind, value }: Message) => {
          log.push(`${name}${context.self} got ${kind} (${value}) from ${from} at ${context.now}`)
          if (value < 2) context.send(from, 0, value + 1)
        },
      })
    simulationOf([protocolOf('a'), protocolOf('b'), protocolOf('c')]).run(100)
    const names = ['a', 'b', 'c']
    expect(log).toEqual([
      ...[0, 1].flatMap((peer) => names.map((name) => `${name}${peer} timer 127`)),
      ...names.map((name) => `${name}1 got 127 (0.5) from 0 at 10`),
      ...names.map((name) => `${name}0 got 0 (1.5) from 1 at 20`),
      ...names.map((name) => `${name}1 got 0 (2.5) from 0 at 30`),
    ])
  })

  test('shares the stream of the peer', () => {
    const draws: number[][] = [[], []]
    const drawing = new Scripted({ onStart: ({ self, random }) => draws[self].push(random.uint32()) })
    simulationOf([drawing, drawing]).run(1)
    expect(new Set(draws.flat()).size).toBe(4)
  })
})
