import { describe, expect, test } from 'vitest'
import { Conducts, TokenBucket } from '../src/inbound-conduct.ts'
import { transportLimits } from '../src/libp2p-limits.ts'
import { VirtualClock } from '../src/virtual-clock.ts'

/** How many tokens are left. */
function drain(bucket: TokenBucket): number {
  let count = 0
  while (bucket.take()) count++
  return count
}

test('a bucket is refilled in proportion to the time, and never beyond its capacity', () => {
  const clock = new VirtualClock()
  const bucket = new TokenBucket(clock, 10, 4)
  expect([bucket.isFull, drain(bucket), bucket.isFull]).toEqual([true, 10, false])
  clock.run(750)
  expect(drain(bucket)).toBe(3)
  clock.run(1_000_000)
  expect([bucket.isFull, drain(bucket)]).toEqual([true, 10])
})

describe('the conduct of a peer', () => {
  const limits = transportLimits({ framesPerSecondMax: 10, refusedFramesMax: 6, refusedWindowMs: 60_000 })

  test('is kept while it has a stream, and until all that it was granted is granted again', () => {
    const clock = new VirtualClock()
    const conducts = new Conducts(clock, limits)
    const [talking, refused, busy, quiet] = ['talking', 'refused', 'busy', 'quiet'].map((peer) => conducts.of(peer))
    conducts.openStream(talking, 'echo')
    refused.refused.take()
    busy.frames.take()
    const known = (): string[] =>
      Object.entries({ talking, refused, busy, quiet }).flatMap(([peer, conduct]) =>
        conducts.lastUsedMs(peer) === conduct.lastFrameMs ? [peer] : [],
      )
    conducts.prune()
    expect(known()).toEqual(['talking', 'refused', 'busy'])
    clock.run(100)
    conducts.prune()
    expect(known()).toEqual(['talking', 'refused'])
    clock.run(10_000)
    conducts.closeStream(talking, 'echo')
    conducts.prune()
    expect(known()).toEqual([])
    expect(conducts.of('talking')).not.toBe(talking)
  })

  test('is another one after it was cut off, and the old one is marked', () => {
    const conducts = new Conducts(new VirtualClock(), limits)
    const conduct = conducts.of('liar')
    conducts.drop('liar')
    conducts.drop('nobody')
    expect([conduct.isCutOff, conducts.of('liar').isCutOff]).toEqual([true, false])
  })
})
