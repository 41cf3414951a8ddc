import type { Context } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { massCrash, type Pause, type SimulatedEvent, type SimulationOptions } from '../../src/index.ts'
import { MemoryArchive } from '../support-archive.ts'
import { delayOf, Scripted, simulationOf } from '../support.ts'

const only = (peers: readonly number[], count = 2): Uint8Array =>
  Uint8Array.from({ length: count }, (_, peer) => (peers.includes(peer) ? 1 : 0))

/** Peer 0 sends its number to peer 1 all 10 ms, and both have a timer all 25 ms. */
function chatter(log: string[]): Scripted {
  let sent = 0
  return new Scripted({
    onStart: (context) => {
      context.setTimer(1, 25)
      if (context.self === 0) context.setTimer(0, 10)
    },
    onTimeout: (context, timer) => {
      log.push(`${context.now} timer ${timer} of ${context.self}`)
      context.setTimer(timer, timer === 0 ? 10 : 25)
      if (timer === 0) context.send(1, 0, sent++)
    },
    onMessage: (context, _from, message) => {
      log.push(`${context.now} message ${message.value}`)
    },
  })
}

function logOf(untilMs: number, options: Partial<SimulationOptions>): string[] {
  const log: string[] = []
  simulationOf([chatter(log)], { network: delayOf(3), ...options }).run(untilMs)
  return log
}

test('what comes due for a paused peer is handled in its order when it resumes', () => {
  const log = logOf(60, { pauses: [{ fromMs: 20, untilMs: 52, peers: only([1]) }] })
  expect(log.filter((line) => line.includes('message') || line.endsWith('of 1'))).toEqual([
    '13 message 0',
    // Due at 23, 25, 33 and 43: the timer of 50 is set when that of 25 is handled.
    ...['52 message 1', '52 timer 1 of 1', '52 message 2', '52 message 3'],
    '53 message 4',
  ])
})

test('a peer that is not paused is not disturbed', () => {
  const mine = (line: string): boolean => line.endsWith('of 0')
  const paused = logOf(200, { pauses: [{ fromMs: 20, untilMs: 150, peers: only([1]) }] })
  expect(paused.filter(mine)).toEqual(logOf(200, {}).filter(mine))
})

test('a pause of nobody, or one that comes after the end, changes nothing', () => {
  const hashOf = (pauses?: readonly Pause[]): string => {
    const simulation = simulationOf([chatter([])], { ...(pauses !== undefined && { pauses }) })
    simulation.run(200)
    return simulation.traceHash
  }
  const none = hashOf()
  expect(hashOf([{ fromMs: 20, untilMs: 150, peers: only([]) }])).toBe(none)
  expect(hashOf([{ fromMs: 200, untilMs: 300, peers: only([0, 1]) }])).toBe(none)
  expect(hashOf([{ fromMs: 20, untilMs: 150, peers: only([1]) }])).not.toBe(none)
})

test('pauses that touch or overlap are one', () => {
  const peers = only([1])
  const one = logOf(200, { pauses: [{ fromMs: 20, untilMs: 120, peers }] })
  const touching = [20, 52, 83].map((fromMs, i) => ({ fromMs, untilMs: [52, 83, 120][i], peers }))
  for (const pauses of [touching, touching.toReversed()]) expect(logOf(200, { pauses })).toEqual(one)
  expect(
    logOf(200, {
      pauses: [
        { fromMs: 20, untilMs: 90, peers },
        { fromMs: 50, untilMs: 120, peers },
      ],
    }),
  ).toEqual(one)
  expect(
    logOf(200, {
      pauses: [
        { fromMs: 50, untilMs: 60, peers },
        { fromMs: 20, untilMs: 120, peers },
      ],
    }),
  ).toEqual(one)
})

test('a pause without an end lasts', () => {
  const log = logOf(200, { pauses: [{ fromMs: 20, untilMs: Number.POSITIVE_INFINITY, peers: only([1]) }] })
  expect(log.filter((line) => line.includes('message'))).toEqual(['13 message 0'])
})

test('a peer that goes offline while it is paused loses what has waited, and is not paused when it returns', () => {
  const events: SimulatedEvent[] = []
  const simulation = simulationOf([chatter([])], {
    network: delayOf(3),
    pauses: [{ fromMs: 20, untilMs: 90, peers: only([1]) }],
    availability: massCrash({ peers: 2, seed: 1, share: 1, atMs: 40, untilMs: 60 }),
    tap: { onEvent: (event) => void events.push({ ...event }) },
  })
  simulation.run(95)
  const told = events.filter(({ peer }) => peer === 1).map(({ time, what }) => `${time} ${what}`)
  expect(told).toEqual([
    ...['13 message', '20 pause', '40 missed', '40 missed', '40 offline'],
    ...['60 online', '73 message', '83 message', '85 timer', '93 message'],
  ])
  expect(simulation.counters).toMatchObject({ missed: 2, delivered: 4 })
})

test('a peer that is offline when a pause begins is not paused', () => {
  const log = logOf(100, {
    availability: massCrash({ peers: 2, seed: 1, share: 1, atMs: 15, untilMs: 30 }),
    pauses: [{ fromMs: 20, untilMs: 90, peers: only([0, 1]) }],
  })
  expect(log).toContain('40 timer 0 of 0')
})

test('it is the same for payloads, which wait with their messages', () => {
  const received: number[] = []
  const kernels = createKernels()
  const { memory } = kernels
  const outbox = memory.allocate(4)
  const protocol = new Scripted({
    onStart: (context) => {
      if (context.self === 0) for (let i = 1; i <= 20; i++) context.setTimer(i, 5 * i)
    },
    onTimeout: (context, timer) => {
      memory.int32[outbox] = 1000 + timer
      context.send(1, 0, 0, 0, outbox, 1)
    },
    onMessage: (_context, _from, message) => {
      received.push(memory.int32[message.offset])
    },
  })
  simulationOf([protocol], { kernels, pauses: [{ fromMs: 20, untilMs: 80, peers: only([1]) }] }).run(300)
  expect(received).toEqual(Array.from({ length: 20 }, (_, i) => 1001 + i))
})

test('a run is cut anywhere, saved, and goes on as if it had not been', () => {
  const pauses = [
    { fromMs: 20, untilMs: 90, peers: only([1]) },
    { fromMs: 60, untilMs: 110, peers: only([0]) },
  ]
  const start = () => simulationOf([new Counting()], { network: delayOf(3), pauses })
  const whole = start()
  whole.run(200)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 199 }), (cutMs) => {
      const [first, second] = [start(), start()]
      first.run(cutMs)
      const archive = new MemoryArchive()
      first.persist(archive)
      archive.rewind()
      second.persist(archive)
      expect(archive.isExhausted).toBe(true)
      second.run(200)
      expect(second.traceHash).toBe(whole.traceHash)
    }),
    { numRuns: 30 },
  )
})

test('what is no pause is refused', () => {
  const start = (pause: Pause) => () => simulationOf([new Counting()], { pauses: [pause] })
  expect(start({ fromMs: 5, untilMs: 5, peers: only([1]) })).toThrow(expect.objectContaining({ code: 'INTERVAL' }))
  expect(start({ fromMs: -1, untilMs: 5, peers: only([1]) })).toThrow(expect.objectContaining({ code: 'INTERVAL' }))
  expect(start({ fromMs: 1, untilMs: 5, peers: only([1], 3) })).toThrow(expect.objectContaining({ code: 'PAUSE' }))
})

/** Says a number to the other peer all 10 ms. */
class Counting extends Scripted {
  #said = 0

  constructor() {
    super({
      onStart: (context) => context.setTimer(0, 10),
      onTimeout: (context) => this.#say(context),
    })
  }

  persist(archive: { number(value: number): number }): void {
    this.#said = archive.number(this.#said)
  }

  #say(context: Context): void {
    context.send(1 - context.self, 0, this.#said++)
    context.setTimer(0, 10)
  }
}
