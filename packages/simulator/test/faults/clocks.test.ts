import { randomStream } from '@hearsay/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Clocks, skewedClocks } from '../../src/index.ts'
import { delayOf, Scripted, simulationOf } from '../support.ts'

/** Peer 0 has the right time; peer 1 runs twice as fast and is 1000 ms ahead. */
const CLOCKS: Clocks = {
  localMs: (peer, nowMs) => (peer === 0 ? nowMs : 1000 + 2 * nowMs),
  virtualMs: (peer, delayMs) => (peer === 0 ? delayMs : delayMs / 2),
}

test('a fast clock fires timers sooner, and shows more', () => {
  const seen: [number, number][] = []
  const protocol = new Scripted({
    onStart: (context) => context.setTimer(0, 100),
    onTimeout: (context) => {
      seen.push([context.self, context.now])
      context.setTimer(0, 100)
    },
  })
  const simulation = simulationOf([protocol], { clocks: CLOCKS })
  simulation.run(201)
  expect(seen.filter(([peer]) => peer === 0).map(([, now]) => now)).toEqual([100, 200])
  expect(seen.filter(([peer]) => peer === 1).map(([, now]) => now)).toEqual([1100, 1200, 1300, 1400])
})

test('messages take what they take, whatever the clocks show, and guards go by the clock of their peer', () => {
  const inspected: number[] = []
  const received: number[] = []
  const protocol = new Scripted({
    onStart: (context) => context.setTimer(0, 100),
    onTimeout: (context) => context.send(1 - context.self, 0),
    onMessage: (context) => void received.push(context.now),
  })
  const guard = { inspect: (_message: unknown, nowMs: number) => void inspected.push(nowMs) }
  const sentMs: number[] = []
  const tap = { onSend: ({ time }: { time: number }) => void sentMs.push(time) }
  const simulation = simulationOf([{ protocol, guard }], { clocks: CLOCKS, network: delayOf(30), tap })
  simulation.run(1000)
  expect(sentMs).toEqual([50, 100])
  expect(received).toEqual([80, 1000 + 2 * 130])
  expect(inspected).toEqual(received)
})

test('skewed clocks keep within their bounds, go forward, and undo their own rates', () => {
  const rates = fc.double({ min: 0, max: 0.5, noNaN: true })
  const offsets = fc.double({ min: 0, max: 1e6, noNaN: true })
  fc.assert(
    fc.property(rates, offsets, fc.nat(), (rate, offsetMs, seed) => {
      const clocks = skewedClocks(5, { rate, offsetMs }, randomStream(seed))
      for (let peer = 0; peer < 5; peer++) {
        const start = clocks.localMs(peer, 0)
        expect(start).toBeGreaterThanOrEqual(0)
        expect(start).toBeLessThanOrEqual(offsetMs)
        const passed = clocks.localMs(peer, 1e6) - start
        expect(Math.abs(passed / 1e6 - 1)).toBeLessThanOrEqual(rate + 1e-9)
        expect(clocks.virtualMs(peer, passed)).toBeCloseTo(1e6, 3)
      }
    }),
  )
})

test('what is no skew is refused', () => {
  const refusal = expect.objectContaining({ code: 'CLOCK' })
  expect(() => skewedClocks(2, { rate: 1 }, randomStream(1))).toThrow(refusal)
  expect(() => skewedClocks(2, { rate: Number.NaN }, randomStream(1))).toThrow(refusal)
  expect(() => skewedClocks(2, { rate: 0, offsetMs: -1 }, randomStream(1))).toThrow(refusal)
})
