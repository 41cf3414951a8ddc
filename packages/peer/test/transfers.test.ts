import { describe, expect, it } from 'vitest'
import { packFrames } from '../src/frame.ts'
import type { TransportLimits } from '../src/libp2p-limits.ts'
import { decodeTransferHeader, encodeTransferHeader } from '../src/transfer/transfer-header.ts'
import { VirtualClock } from '../src/virtual-clock.ts'
import { advance, eventually, send, startAttacker, startTransport, transfer } from './libp2p-harness.ts'

const PATH = '/hearsay/echo/transfer/1.0.0'
const HEAD = Uint8Array.of(8, 1)

/** Bytes that are not the same anywhere near each other. */
function bodyOf(bytes: number, seed = 1): Uint8Array {
  const body = new Uint8Array(bytes)
  for (let i = 0; i < bytes; i++) body[i] = (i * 31 + (i >> 8) * seed) & 255
  return body
}

/** The header of a transfer of so many bytes, with its length before it. */
function headerOf(bytes: number): Uint8Array {
  const header = encodeTransferHeader({ head: HEAD, bytes })
  return packFrames([header], header.length + 1)
}

/** A receiver in virtual time, and a host that obeys nothing, with the answers that it has got. */
async function besieged(limits: Partial<TransportLimits> = {}) {
  const clock = new VirtualClock()
  const victim = await startTransport({ clock, limits })
  const honest = await startTransport()
  const attacker = await startAttacker(victim)
  const answers: number[] = []
  const stream = await attacker.open(PATH)
  stream.addEventListener('message', ({ data }) => answers.push(...data.subarray()))
  return { clock, victim, honest, attacker, stream, answers, name: attacker.node.peerId.toString() }
}

describe('a transfer', () => {
  it('brings what is longer than any buffer, one after another over one stream, and counts its bytes', async () => {
    const [a, b] = [await startTransport(), await startTransport()]
    const bodies = [bodyOf(3_000_001, 3), bodyOf(1, 5), bodyOf(700_000, 7), bodyOf(2, 9), bodyOf(3, 11)]
    for (const [i, body] of bodies.entries()) {
      transfer(a, b, body, Uint8Array.of(8, i))
      await eventually(() => expect([a.transport.counters.transfersOut, b.bodies.length]).toEqual([i + 1, i + 1]))
    }
    expect(b.bodies.map(({ peer, head }) => [peer, [...head]])).toEqual(
      bodies.map((_, i) => [a.transport.self, [8, i]]),
    )
    expect(b.bodies.every(({ body }, i) => Buffer.compare(body, bodies[i]) === 0)).toBe(true)
    const { counters } = b.transport
    expect(counters.bytesIn).toBe(a.transport.counters.bytesOut)
    expect(counters.bytesIn).toBeGreaterThan(3_700_002)
    expect(counters).toMatchObject({ transfersIn: 5, framesIn: 5, transfersRefused: 0, transfersBroken: 0 })
  })

  it('is dropped before it is copied where as many are under way as may be, or one to the same peer', async () => {
    const a = await startTransport({ limits: { transfersOutMax: 2 } })
    const others = [await startTransport(), await startTransport(), await startTransport()]
    let copies = 0
    const attempt = (to: number): void => {
      const { self, addresses } = others[to].transport
      const copyBody = (): Uint8Array => (copies++, bodyOf(400_000))
      a.transport.transfer(self, 'echo', { head: HEAD, bytes: 400_000, copyBody }, addresses)
    }
    for (const to of [0, 0, 1, 2]) attempt(to)
    expect([copies, a.transport.counters.framesDropped]).toEqual([2, 2])
    await eventually(() => expect(a.transport.counters.transfersOut).toBe(2))
    attempt(2)
    await eventually(() => expect(others.map(({ bodies }) => bodies.length)).toEqual([1, 1, 1]))
  })

  it('is dropped where it would make too many bytes of all that are under way, unless it is alone', async () => {
    const a = await startTransport({ limits: { transferBytesOutMax: 500_000 } })
    const others = [await startTransport(), await startTransport(), await startTransport()]
    for (const other of others) transfer(a, other, bodyOf(300_000))
    expect(a.transport.counters.framesDropped).toBe(2)
    await eventually(() => expect(a.transport.counters.transfersOut).toBe(1))
    // What was under way has been taken off again.
    transfer(a, others[1], bodyOf(900_000))
    await eventually(() => expect(others.map(({ bodies }) => bodies.length)).toEqual([1, 1, 0]))
  })

  it('is refused in good order while the receiver is busy, and accepted later', async () => {
    const { clock, victim, honest, stream, answers } = await besieged({ transfersInMax: 1, transferDeadlineMs: 30_000 })
    stream.send(headerOf(1000))
    await eventually(() => expect(answers).toEqual([0]))
    transfer(honest, victim, bodyOf(5000))
    await eventually(() => expect(honest.transport.counters.transfersRefused).toBe(1))
    expect(victim.transfers).toEqual({ announced: 1, taken: 1, aborted: 0 })
    stream.send(bodyOf(1000))
    await eventually(() => expect(victim.bodies.length).toBe(1))
    transfer(honest, victim, bodyOf(5000))
    await eventually(() => expect(victim.bodies.length).toBe(2))
    expect(victim.transport.isCutOff(honest.transport.self)).toBe(false)
    advance(clock, 1)
  })

  it('is refused beyond the bytes that may come in at once, unless it is alone', async () => {
    const { victim, honest, stream, answers } = await besieged({ transferBytesInMax: 5000 })
    stream.send(headerOf(4000))
    await eventually(() => expect(answers).toEqual([0]))
    transfer(honest, victim, bodyOf(1001))
    await eventually(() => expect(honest.transport.counters.transfersRefused).toBe(1))
    transfer(honest, victim, bodyOf(1000))
    await eventually(() => expect(victim.bodies.length).toBe(1))
    stream.send(bodyOf(4000))
    await eventually(() => expect(victim.bodies.length).toBe(2))
    stream.send(headerOf(6000))
    await eventually(() => expect(answers).toEqual([0, 0]))
  })

  it('comes whole, though its sender is told to stop meanwhile', async () => {
    const a = await startTransport({ limits: { stopDeadlineMs: 60_000 } })
    const b = await startTransport()
    transfer(a, b, bodyOf(1_000_000))
    await a.transport.stop()
    await eventually(() => expect(b.bodies.length).toBe(1))
    expect(a.transport.counters.transfersBroken).toBe(0)
  })

  it('reports a peer that cannot be dialled', async () => {
    const [a, b] = [await startTransport(), await startTransport()]
    await b.transport.stop()
    transfer(a, b, bodyOf(10))
    await eventually(() => expect(a.unreachable).toEqual([b.transport.self]))
    expect(a.transport.counters.transfersBroken).toBe(1)
  })
})

describe('a claim', () => {
  it.each([
    ['of nothing', HEAD, 0],
    ['of more bytes than can be counted', HEAD, 2 ** 53],
    ['behind a message that is too long', new Uint8Array(1025), 1],
  ])('%s is no header of a transfer', (_, head, bytes) => {
    expect(() => decodeTransferHeader(encodeTransferHeader({ head, bytes }))).toThrow(
      expect.objectContaining({ code: 'TRANSFER_HEADER' }) as Error,
    )
  })

  it('of 1 GiB is refused before a byte of it is asked for, and its sender cut off', async () => {
    const { victim, honest, stream, answers, name } = await besieged()
    const before = process.memoryUsage().arrayBuffers
    stream.send(headerOf(2 ** 30))
    await eventually(() => expect(victim.transport.isCutOff(name)).toBe(true))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24)
    expect(victim.transfers).toEqual({ announced: 1, taken: 0, aborted: 0 })
    expect(answers).toEqual([])
    expect(victim.transport.counters.cutOff.oversize).toBe(1)
    transfer(honest, victim, bodyOf(400_000))
    await eventually(() => expect(victim.bodies.length).toBe(1))
  })

  it.each([
    ['a header that is too long', Uint8Array.of(0xff, 0x7f)],
    ['a length of a header that is endless', Uint8Array.of(0x80, 0x80, 0x80, 0x80)],
  ])('with %s cuts its sender off', async (_, bytes) => {
    const { victim, stream, name } = await besieged()
    stream.send(bytes)
    await eventually(() => expect(victim.transport.isCutOff(name)).toBe(true))
    expect(victim.transfers.announced).toBe(0)
  })

  it('that the receiver does not accept counts as a refused frame', async () => {
    const { victim, stream, answers, name } = await besieged({ refusedFramesMax: 2 })
    victim.accepts = false
    for (let i = 0; i < 2; i++) stream.send(headerOf(10))
    await eventually(() => expect(answers).toEqual([1, 1]))
    expect(victim.transport.isCutOff(name)).toBe(false)
    stream.send(headerOf(10))
    await eventually(() => expect(victim.transport.isCutOff(name)).toBe(true))
  })
})

describe('a sender', () => {
  it('has one transfer under way, on however many streams', async () => {
    const { victim, stream, attacker, answers } = await besieged()
    stream.send(headerOf(10))
    await eventually(() => expect(answers).toEqual([0]))
    const second = await attacker.open(PATH)
    const others: number[] = []
    second.addEventListener('message', ({ data }) => others.push(...data.subarray()))
    second.send(headerOf(10))
    await eventually(() => expect(others).toEqual([1]))
    expect(victim.transfers.announced).toBe(1)
  })

  it('may take its time between two transfers, and end its streams', async () => {
    const { clock, victim, attacker, stream, name } = await besieged()
    for (let i = 1; i <= 2; i++) {
      stream.send(headerOf(10))
      stream.send(bodyOf(10))
      await eventually(() => expect(victim.bodies.length).toBe(i))
      advance(clock, 100_000)
    }
    await stream.close()
    for (let i = 3; i <= 7; i++) {
      const another = await attacker.open(PATH)
      another.send(headerOf(10))
      another.send(bodyOf(10))
      await eventually(() => expect(victim.bodies.length).toBe(i))
      await another.close()
      await eventually(() => expect(another.status).not.toMatch(/open|closing/))
    }
    expect(victim.transport.isCutOff(name)).toBe(false)
    expect(victim.transport.counters.framesRefused).toBe(0)
  })

  it('is cut off when it announces more transfers than is allowed', async () => {
    const { victim, stream, name } = await besieged({ framesPerSecondMax: 1 })
    for (let i = 0; i < 3; i++) {
      stream.send(headerOf(1))
      stream.send(Uint8Array.of(7))
    }
    await eventually(() => expect(victim.transport.isCutOff(name)).toBe(true))
    expect(victim.transport.counters.cutOff.rate).toBe(1)
    expect(victim.bodies.length).toBe(2)
  })

  it('is blamed for what is found wrong at its end', async () => {
    const { victim, stream, answers } = await besieged()
    stream.send(headerOf(10))
    await eventually(() => expect(answers).toEqual([0]))
    victim.accepts = false
    stream.send(bodyOf(10))
    await eventually(() => expect(victim.transport.counters).toMatchObject({ transfersIn: 1, framesRefused: 1 }))
  })
})

describe('a transfer that its sender', () => {
  it('cancels costs nothing but itself', async () => {
    const { victim, stream, answers, name } = await besieged()
    stream.send(headerOf(100_000))
    await eventually(() => expect(answers).toEqual([0]))
    stream.send(bodyOf(50_000))
    stream.abort(new Error('cancelled'))
    await eventually(() => expect(victim.transfers).toEqual({ announced: 1, taken: 1, aborted: 1 }))
    expect(victim.transport.isCutOff(name)).toBe(false)
    expect(victim.transport.counters).toMatchObject({ transfersBroken: 1, framesRefused: 1 })
  })

  it.each([
    ['stalls', { frameDeadlineMs: 1000, transferDeadlineMs: 60_000 }],
    ['draws out', { frameDeadlineMs: 60_000, transferDeadlineMs: 1000 }],
  ])('%s is given up, and the peer may send another', async (_, limits) => {
    const all = await besieged({ ...limits, transfersInMax: 1, checkPeriodMs: 100 })
    const { clock, victim, honest, stream, answers, name } = all
    stream.send(headerOf(1000))
    await eventually(() => expect(answers).toEqual([0]))
    advance(clock, 1200)
    await eventually(() => expect(victim.transfers.aborted).toBe(1))
    expect(victim.transport.isCutOff(name)).toBe(false)
    transfer(honest, victim, bodyOf(1000))
    await eventually(() => expect(victim.bodies.length).toBe(1))
  })
})

describe('a receiver that', () => {
  it.each([
    ['nothing', { writeDeadlineMs: 1000, transferDeadlineMs: 60_000 }],
    ['too long', { writeDeadlineMs: 60_000, transferDeadlineMs: 1000 }],
  ])('takes %s of a transfer is given up, and others are sent theirs', async (_, limits) => {
    const clock = new VirtualClock()
    const a = await startTransport({ clock, limits: { ...limits, checkPeriodMs: 100 } })
    const attacker = await startAttacker(a)
    const silent = attacker.node.peerId.toString()
    // It takes streams of transfers, and never answers.
    await attacker.node.handle(PATH, () => {})
    await attacker.open()
    a.transport.transfer(silent, 'echo', { head: HEAD, bytes: 1000, copyBody: () => bodyOf(1000) }, [])
    await eventually(() => expect(a.transport.counters.bytesOut).toBeGreaterThan(0))
    advance(clock, 1200)
    await eventually(() => expect(a.transport.counters.transfersBroken).toBe(1))
    const b = await startTransport()
    transfer(a, b, bodyOf(1000))
    send(a, b, bodyOf(10))
    await eventually(() => expect([b.bodies.length, b.frames.length]).toEqual([1, 1]))
  })

  it('stops lets what comes in go', async () => {
    const { clock, victim, stream, answers } = await besieged()
    stream.send(headerOf(1000))
    await eventually(() => expect(answers).toEqual([0]))
    const stopped = victim.transport.stop()
    advance(clock, 5000)
    await stopped
    await eventually(() => expect(victim.transfers.aborted).toBe(1))
  })
})
