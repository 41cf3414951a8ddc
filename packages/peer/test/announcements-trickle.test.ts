import { randomStream } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Trickle } from '../src/announcements-trickle.ts'
import { VirtualClock } from '../src/virtual-clock.ts'

function trickleOf(seed: number) {
  const clock = new VirtualClock()
  const said: number[] = []
  const trickle = new Trickle({
    clock,
    random: randomStream(seed),
    intervalMsMin: 1000,
    intervalMsMax: 8000,
    announce: () => said.push(clock.now()),
  })
  return { clock, said, trickle }
}

describe('Trickle (RFC 6206)', () => {
  it('speaks once in the second half of each interval, and intervals double up to the longest', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { clock, said, trickle } = trickleOf(seed)
        trickle.reset()
        clock.run(1000 + 2000 + 4000 + 8000 + 8000)
        const starts = [0, 1000, 3000, 7000, 15_000]
        expect(said.length).toBe(starts.length)
        for (const [i, start] of starts.entries()) {
          const interval = Math.min(1000 * 2 ** i, 8000)
          expect(said[i]).toBeGreaterThanOrEqual(start + interval / 2)
          expect(said[i]).toBeLessThanOrEqual(start + interval)
        }
      }),
    )
  })

  it('keeps quiet for an interval in which somebody else was faster', () => {
    const { clock, said, trickle } = trickleOf(1)
    trickle.reset()
    trickle.hear()
    clock.run(1000)
    expect(said).toEqual([])
    clock.run(3000)
    expect(said.length).toBe(1)
  })

  it('starts over with the shortest interval when reset, and does not put it off', () => {
    const { clock, said, trickle } = trickleOf(1)
    trickle.reset()
    clock.run(100_000)
    said.length = 0
    trickle.reset()
    clock.run(100_400)
    trickle.reset()
    clock.run(101_000)
    expect(said.length).toBe(1)
  })

  it('says nothing after stop, until it is reset', () => {
    const { clock, said, trickle } = trickleOf(1)
    trickle.reset()
    trickle.stop()
    clock.run(50_000)
    expect(said).toEqual([])
    trickle.reset()
    clock.run(51_000)
    expect(said.length).toBe(1)
  })
})
