import type { Connection, Stream } from '@libp2p/interface'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TransportLimits } from '../src/libp2p-limits.ts'
import { VirtualClock } from '../src/virtual-clock.ts'
import { advance, ECHO, eventually, type Recorded, send, startAttacker, startTransport } from './libp2p-harness.ts'

const uncaught: unknown[] = []
const collect = (error: unknown): void => void uncaught.push(error)

beforeAll(() => {
  process.on('unhandledRejection', collect)
  process.on('uncaughtException', collect)
})
afterAll(() => {
  process.off('unhandledRejection', collect)
  process.off('uncaughtException', collect)
  expect(uncaught).toEqual([])
})

/** A victim, an honest peer that talks with it, and an attacker that is connected with it. */
async function scene(limits: Partial<TransportLimits> = {}) {
  const clock = new VirtualClock()
  const victim = await startTransport({ clock, limits })
  const honest = await startTransport()
  const attacker = await startAttacker(victim)
  const name = attacker.node.peerId.toString()
  await exchange(victim, honest)
  return { clock, victim, honest, attacker, name }
}

/** One more frame in each direction gets through. */
async function exchange(a: Recorded, b: Recorded): Promise<void> {
  const [before, other] = [countFrom(a, b), countFrom(b, a)]
  send(a, b, new Uint8Array(10))
  send(b, a, new Uint8Array(10))
  await eventually(() => expect([countFrom(a, b), countFrom(b, a)]).toEqual([before + 1, other + 1]))
}

function countFrom(receiver: Recorded, sender: Recorded): number {
  return receiver.frames.filter(({ peer }) => peer === sender.transport.self).length
}

/** The attacker has no connection any more and gets no new one, while the honest peers go on. */
async function expectCutOff({ victim, honest, attacker, name }: Awaited<ReturnType<typeof scene>>): Promise<void> {
  await eventually(() => expect(victim.transport.connectedPeers).toEqual([honest.transport.self]))
  await eventually(() => expect(attacker.node.getConnections()).toEqual([]))
  expect(victim.transport.isCutOff(name)).toBe(true)
  const { framesDropped, opensFailed } = victim.transport.counters
  victim.transport.send(name, ECHO.name, new Uint8Array(10), [])
  victim.transport.transfer(name, ECHO.name, { head: new Uint8Array(1), bytes: 1, copyBody: failing }, [])
  expect(victim.transport.counters).toMatchObject({ framesDropped: framesDropped + 2, opensFailed })
  const refused = victim.transport.counters.connectionsRefused
  await attacker.open().catch(() => undefined)
  await eventually(() => expect(victim.transport.counters.connectionsRefused).toBe(refused + 1))
  await eventually(() => expect(victim.transport.connectedPeers).toEqual([honest.transport.self]))
  await exchange(victim, honest)
}

/** Frames of two bytes, in one block. */
function frames(count: number): Uint8Array {
  return Uint8Array.from(Array.from({ length: count }, () => [2, 1, 0]).flat())
}

function failing(): never {
  throw new Error('nothing is sent')
}

describe('a peer is cut off, while others go on, when it', () => {
  it('announces a frame of 1 GiB', async () => {
    const all = await scene()
    const stream = await all.attacker.open()
    stream.send(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x04))
    await expectCutOff(all)
    expect(all.victim.transport.counters.cutOff.oversize).toBe(1)
  })

  it('announces a frame that is one byte too long', async () => {
    const all = await scene()
    const stream = await all.attacker.open()
    stream.send(Uint8Array.of(0x81, 0x20))
    await expectCutOff(all)
    expect(all.victim.transport.counters.cutOff.oversize).toBe(1)
  })

  it.each([
    ['endless', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)],
    ['not minimal', Uint8Array.of(0x81, 0x80, 0x00)],
  ])('writes a length prefix that is %s', async (_, prefix) => {
    const all = await scene()
    const stream = await all.attacker.open()
    stream.send(prefix)
    await expectCutOff(all)
    expect(all.victim.transport.counters.cutOff.oversize).toBe(1)
  })

  it('sends half a frame and then nothing', async () => {
    const all = await scene({ frameDeadlineMs: 10_000 })
    const before = all.victim.transport.counters.bytesIn
    const stream = await all.attacker.open()
    stream.send(Uint8Array.of(100, 1, 2, 3))
    await eventually(() => expect(all.victim.transport.counters.bytesIn).toBe(before + 4))
    advance(all.clock, 9000)
    expect(all.victim.transport.isCutOff(all.name)).toBe(false)
    stream.send(Uint8Array.of(4))
    await eventually(() => expect(all.victim.transport.counters.bytesIn).toBe(before + 5))
    advance(all.clock, 3000)
    await expectCutOff(all)
    expect(all.victim.transport.counters.cutOff.stalled).toBe(1)
  })

  it('sends half a frame behind a whole one, and then nothing', async () => {
    const all = await scene()
    const stream = await all.attacker.open()
    stream.send(Uint8Array.of(1, 7, 100, 1))
    await eventually(() => expect(all.victim.frames.at(-1)?.peer).toBe(all.name))
    advance(all.clock, 12_000)
    await expectCutOff(all)
    expect(all.victim.transport.counters.cutOff.stalled).toBe(1)
  })

  it('sends half a length prefix and then nothing', async () => {
    const all = await scene()
    const before = all.victim.transport.counters.bytesIn
    const stream = await all.attacker.open()
    stream.send(Uint8Array.of(0x85))
    await eventually(() => expect(all.victim.transport.counters.bytesIn).toBe(before + 1))
    advance(all.clock, 12_000)
    await expectCutOff(all)
    expect(all.victim.transport.counters.cutOff.stalled).toBe(1)
  })

  it('sends frames that the receiver refuses, time and again', async () => {
    const all = await scene({ refusedFramesMax: 8 })
    all.victim.accepts = false
    const stream = await all.attacker.open()
    stream.send(frames(8))
    await eventually(() => expect(all.victim.transport.counters.framesRefused).toBe(8))
    // Not for long enough to be granted another one.
    advance(all.clock, 1000)
    stream.send(frames(12))
    await eventually(() => expect(all.victim.transport.counters.cutOff.refused).toBe(1))
    all.victim.accepts = true
    await expectCutOff(all)
    expect(all.victim.transport.counters.framesRefused).toBe(9)
    expect(all.victim.frames.filter(({ peer }) => peer === all.name).length).toBe(9)
  })

  it('sends frames faster than is allowed', async () => {
    const all = await scene({ framesPerSecondMax: 100 })
    const stream = await all.attacker.open()
    stream.send(new Uint8Array(2 * 300).fill(1))
    await expectCutOff(all)
    expect(all.victim.transport.counters.cutOff.rate).toBe(1)
    expect(all.victim.frames.filter(({ peer }) => peer === all.name).length).toBe(200)
  })

  it('opens streams of a protocol without end', async () => {
    const all = await scene({ inboundStreamsMax: 3 })
    const streams: Stream[] = []
    for (let i = 0; i < 3; i++) streams.push(await all.attacker.open())
    for (const stream of streams) stream.send(Uint8Array.of(1, 7))
    await eventually(() => expect(all.victim.frames.filter(({ peer }) => peer === all.name).length).toBe(3))
    await all.attacker.open().catch(() => undefined)
    await expectCutOff(all)
    expect(all.victim.transport.counters.cutOff.streams).toBe(1)
  })

  it('opens streams of no protocol without end', async () => {
    const all = await scene({ streamBurstMax: 20 })
    await all.attacker.open()
    const connection = all.attacker.node.getConnections()[0]
    for (let i = 0; i < 30; i++) {
      await connection?.newStream('/none/1.0.0').catch(() => undefined)
      // What is granted again takes longer than that.
      advance(all.clock, 100)
    }
    await expectCutOff(all)
    expect(all.victim.transport.counters.cutOff.streams).toBe(1)
  })
})

it('a connection that was still being set up when its peer was cut off is closed with its first stream', async () => {
  const { victim, attacker, name } = await scene()
  const aborted: Error[] = []
  const connection = { remotePeer: attacker.node.peerId, abort: (error: Error) => aborted.push(error) }
  const openStream = (): void => victim.transport.onStream(connection as unknown as Connection)
  openStream()
  expect(aborted).toEqual([])
  const stream = await attacker.open()
  stream.send(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x04))
  await eventually(() => expect(victim.transport.isCutOff(name)).toBe(true))
  openStream()
  expect(aborted).toHaveLength(1)
})

describe('a peer is not cut off', () => {
  it('for one frame that it could not finish before its connection broke', async () => {
    const { victim, honest, attacker, name } = await scene()
    const stream = await attacker.open()
    const before = victim.transport.counters.bytesIn
    stream.send(Uint8Array.of(100, 1, 2, 3))
    await eventually(() => expect(victim.transport.counters.bytesIn).toBe(before + 4))
    stream.abort(new Error('broken'))
    await eventually(() => expect(victim.transport.counters.framesRefused).toBe(1))
    expect(victim.transport.isCutOff(name)).toBe(false)
    await exchange(victim, honest)
  })

  it('for frames of which each is finished in time, though there is always one under way', async () => {
    const { clock, victim, attacker, name } = await scene({ frameDeadlineMs: 10_000 })
    const before = victim.transport.counters.bytesIn
    const stream = await attacker.open()
    stream.send(Uint8Array.of(2, 1))
    await eventually(() => expect(victim.transport.counters.bytesIn).toBe(before + 2))
    for (let i = 1; i <= 3; i++) {
      advance(clock, 8000)
      stream.send(Uint8Array.of(i, 2, 1))
      await eventually(() => expect(victim.transport.counters.bytesIn).toBe(before + 2 + 3 * i))
      expect(victim.frames.at(-1)).toMatchObject({ peer: name, frame: Uint8Array.of(1, i) })
    }
    expect(victim.transport.isCutOff(name)).toBe(false)
  })

  it('for streams that it ends between two frames, in whatever way', async () => {
    const { victim, honest, attacker, name } = await scene({ inboundStreamsMax: 3 })
    for (let i = 1; i <= 6; i++) {
      const stream = await attacker.open()
      stream.send(Uint8Array.of(1, i))
      await eventually(() => expect(victim.frames.filter(({ peer }) => peer === name)).toHaveLength(i))
      if (i % 2 === 0) stream.abort(new Error('broken'))
      else await stream.close()
      // The other side closes it as well.
      await eventually(() => expect(stream.status).not.toMatch(/open|closing/))
    }
    expect(victim.transport.isCutOff(name)).toBe(false)
    expect(victim.transport.counters.framesRefused).toBe(0)
    await exchange(victim, honest)
  })

  it('for longer than its time', async () => {
    const { clock, victim, attacker, name } = await scene({ banMs: 60_000 })
    const stream = await attacker.open()
    stream.send(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x04))
    await eventually(() => expect(victim.transport.isCutOff(name)).toBe(true))
    advance(clock, 60_000)
    await eventually(() => expect(attacker.node.getConnections()).toEqual([]))
    const again = await attacker.open()
    again.send(Uint8Array.of(1, 7))
    await eventually(() => expect(victim.frames.at(-1)).toMatchObject({ peer: name, frame: Uint8Array.of(7) }))
  })

  it('for random bytes alone: each block ends in a refusal or in a cut-off, and nothing escapes', async () => {
    const { victim, honest, attacker, name } = await scene({ refusedFramesMax: 4 })
    victim.accepts = false
    let seed = 1
    for (let round = 0; round < 40 && !victim.transport.isCutOff(name); round++) {
      const block = Uint8Array.from({ length: 64 }, () => (seed = (seed * 48271) % 2147483647) & 0xff)
      const before = victim.transport.counters
      const [bytesIn, cutOff] = [before.bytesIn, victim.transport.isCutOff(name)]
      const stream = await attacker.open().catch(() => undefined)
      if (stream === undefined) break
      stream.send(block)
      stream.close().catch(() => undefined)
      await eventually(() => {
        const { counters } = victim.transport
        expect(counters.bytesIn > bytesIn || victim.transport.isCutOff(name) !== cutOff).toBe(true)
      })
    }
    await eventually(() => expect(victim.transport.isCutOff(name)).toBe(true))
    victim.accepts = true
    await exchange(victim, honest)
  })
})
