import { UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CHATTER_PEERS, chatter, chatterOutcome } from './chatter.ts'
import { Scripted, simulationOf } from './support.ts'

const ticking = (log: string[]): Scripted =>
  new Scripted({
    onStart: (context) => context.setTimer(0, 100),
    onTimeout: (context) => {
      log.push(`event ${context.now}`)
      context.setTimer(0, 100)
    },
  })

describe('an observer', () => {
  test('is called once a period, before the events of that moment', () => {
    const log: string[] = []
    const simulation = simulationOf([ticking(log)], { peers: 1 })
    simulation.observe(100, (now) => log.push(`observed ${now}, ${simulation.now}`))
    simulation.run(300)
    simulation.run(301)
    expect(log).toEqual([
      'observed 100, 100',
      'event 100',
      'observed 200, 200',
      'event 200',
      'observed 300, 300',
      'event 300',
    ])
  })

  test('has its own period, which need not be a whole number', () => {
    const log: string[] = []
    const simulation = simulationOf([], { peers: 1 })
    simulation.observe(250, (now) => log.push(`a${now}`))
    simulation.observe(62.5, (now) => log.push(`b${now}`))
    simulation.run(250)
    expect(log).toEqual(['b62.5', 'b125', 'b187.5', 'a250', 'b250'])
  })

  test('that comes late is called at the next multiple of its period', () => {
    const log: number[] = []
    const simulation = simulationOf([], { peers: 1 })
    simulation.run(150)
    simulation.observe(100, (now) => log.push(now))
    simulation.run(200)
    simulation.observe(100, (now) => log.push(-now))
    simulation.run(300)
    expect(log).toEqual([200, 300, -300])
  })

  test.each([0, 0.5, -1, Number.NaN, Number.POSITIVE_INFINITY])('with a period of %d is refused', (periodMs) => {
    expect(() => simulationOf([]).observe(periodMs, () => {})).toThrow(UsageError)
  })
})

test('observers of any number and period leave a run as it was', () => {
  const untilMs = 3000
  const alone = chatter(5)
  alone.simulation.run(untilMs)
  const expected = chatterOutcome(alone)
  fc.assert(
    fc.property(fc.array(fc.double({ min: 1, max: 2000, noNaN: true }), { minLength: 1, maxLength: 4 }), (periods) => {
      const watched = chatter(5)
      let sum = 0
      for (const period of periods) {
        watched.simulation.observe(period, () => {
          for (let peer = 0; peer < CHATTER_PEERS; peer++) {
            sum += watched.kernels.memory.float32[watched.protocol.rows.offset(peer)]
          }
        })
      }
      watched.simulation.run(untilMs)
      expect(Number.isFinite(sum)).toBe(true)
      expect(chatterOutcome(watched)).toEqual(expected)
    }),
    { numRuns: 20 },
  )
})
