import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createLibp2pTransport } from '../src/libp2p-transport.ts'
import { systemClock } from '../src/clock.ts'
import { VirtualClock } from '../src/virtual-clock.ts'
import {
  advance,
  ECHO,
  ECHO_PATH,
  eventually,
  fullAddress,
  type Recorded,
  send,
  startAttacker,
  startTransport,
  transfer,
} from './libp2p-harness.ts'

function numbered(i: number, bytes = 245): Uint8Array {
  const frame = new Uint8Array(bytes)
  new DataView(frame.buffer).setUint32(0, i)
  return frame
}

describe('two transports on real sockets', () => {
  it('exchange frames in both directions, in order and unchanged', async () => {
    const [a, b] = [await startTransport(), await startTransport()]
    const sent = Array.from({ length: 500 }, (_, i) => numbered(i, 4 + (i % 300)))
    for (const frame of sent) {
      send(a, b, frame.slice())
      send(b, a, frame.slice())
    }
    await eventually(() => expect([a.frames.length, b.frames.length]).toEqual([500, 500]))
    for (const [receiver, sender] of [
      [a, b],
      [b, a],
    ] as const) {
      expect(receiver.frames.map(({ frame }) => frame)).toEqual(sent)
      expect(new Set(receiver.frames.map(({ peer }) => peer))).toEqual(new Set([sender.transport.self]))
      expect(new Set(receiver.frames.map(({ protocol }) => protocol))).toEqual(new Set(['echo']))
    }
    expect(a.transport.counters.framesDropped).toBe(0)
  })

  it('count the same bytes on both sides, length prefixes included', async () => {
    const [a, b] = [await startTransport(), await startTransport()]
    for (const bytes of [1, 127, 128, 4096]) send(a, b, numbered(0, Math.max(bytes, 4)).slice(0, bytes))
    await eventually(() => expect(b.frames.length).toBe(4))
    expect(a.transport.counters.bytesOut).toBe(1 + 127 + 128 + 4096 + 1 + 1 + 2 + 2)
    expect(b.transport.counters.bytesIn).toBe(a.transport.counters.bytesOut)
    expect(a.transport.counters.framesOut).toBe(4)
  })

  it('carry the longest frame, and drop a longer one before it is sent', async () => {
    const [a, b] = [await startTransport(), await startTransport()]
    send(a, b, new Uint8Array(ECHO.frameBytesMax + 1))
    send(a, b, new Uint8Array(ECHO.frameBytesMax))
    await eventually(() => expect(b.frames.map(({ frame }) => frame.byteLength)).toEqual([ECHO.frameBytesMax]))
    expect(a.transport.counters.framesDropped).toBe(1)
  })

  it('deliver what was queued before stop, and nothing that is sent after it', async () => {
    const [a, b] = [await startTransport(), await startTransport()]
    for (let i = 0; i < 100; i++) send(a, b, numbered(i))
    await a.transport.stop()
    send(a, b, numbered(100))
    await eventually(() => expect(b.frames.length).toBe(100))
    expect(a.transport.counters.framesDropped).toBe(1)
    await a.transport.stop()
  })

  it('report a peer that has gone', async () => {
    const [a, b] = [await startTransport(), await startTransport()]
    send(a, b, numbered(0))
    await eventually(() => expect(b.frames.length).toBe(1))
    await b.transport.stop()
    await eventually(() => expect(a.unreachable).toContain(b.transport.self))
  })

  it('find each other again when one restarts with the same key', async () => {
    const clock = new VirtualClock()
    const privateKey = await generateKeyPair('Ed25519')
    const a = await startTransport({ clock })
    const before = await startTransport({ privateKey })
    send(a, before, numbered(0))
    await eventually(() => expect(before.frames.length).toBe(1))
    await before.transport.stop()
    await eventually(() => expect(a.unreachable).toContain(before.transport.self))
    const after = await startTransport({ privateKey })
    expect(after.transport.self).toBe(before.transport.self)
    send(a, after, numbered(1))
    await eventually(() => expect(after.frames.length).toBe(1))
  })
})

it('a receiver that fails on a frame hears of the next one on the same stream', async () => {
  const warnings: string[] = []
  const log = { info() {}, warn: (_: unknown, message: string) => warnings.push(message) }
  const transport = await createLibp2pTransport({ clock: systemClock, protocols: [ECHO], log })
  const frames: number[] = []
  transport.listen({
    onFrame(_, __, frame) {
      frames.push(frame.length)
      if (frames.length === 1) throw new Error('a defect')
      return true
    },
    onUnreachable() {},
  })
  await transport.start()
  onTestFinished(() => transport.stop())
  const sender = await startTransport()
  for (const bytes of [4, 5]) sender.transport.send(transport.self, ECHO.name, numbered(0, bytes), transport.addresses)
  await eventually(() => expect(frames).toEqual([4, 5]))
  expect(warnings).toEqual(['the receiver failed on a frame'])
  expect(transport.counters.framesRefused).toBe(1)
})

describe('a dead peer', () => {
  it('is reported once per attempt, and left alone for longer and longer', async () => {
    const clock = new VirtualClock()
    const a = await startTransport({ clock, limits: { backoffMs: 1000 } })
    const dead = await startTransport()
    const address = dead.transport.addresses
    await dead.transport.stop()
    const attempt = (): void => a.transport.send(dead.transport.self, 'echo', numbered(0), address)
    attempt()
    await eventually(() => expect(a.unreachable).toEqual([dead.transport.self]))
    attempt()
    advance(clock, 999)
    attempt()
    expect(a.transport.counters).toMatchObject({ opensFailed: 1, framesDropped: 3 })
    advance(clock, 1)
    attempt()
    await eventually(() => expect(a.transport.counters.opensFailed).toBe(2))
    advance(clock, 1999)
    attempt()
    expect(a.transport.counters.framesDropped).toBe(5)
    expect(a.unreachable.length).toBe(2)
  })

  it('is written to as soon as it is back', async () => {
    const clock = new VirtualClock()
    const privateKey = await generateKeyPair('Ed25519')
    const a = await startTransport({ clock, limits: { backoffMs: 1e6 } })
    const before = await startTransport({ privateKey })
    const { self, addresses } = before.transport
    await before.transport.stop()
    const attempt = (): void => a.transport.send(self, 'echo', numbered(0), addresses)
    attempt()
    await eventually(() => expect(a.unreachable).toEqual([self]))
    const back = await startTransport({ privateKey, bootstrap: [fullAddress(a)] })
    await eventually(() => expect(a.transport.connectedPeers).toEqual([self]))
    attempt()
    await eventually(() => expect(back.frames).toHaveLength(1))
  })

  it('does no harm under a name or an address that is none', async () => {
    const a = await startTransport()
    const other = await startTransport()
    a.transport.send('nobody', 'echo', numbered(0), ['/ip4/127.0.0.1/tcp/1'])
    a.transport.send(other.transport.self, 'echo', numbered(0), ['not an address', '/ip4/127.0.0.1'])
    a.transport.send(a.transport.self, 'echo', numbered(0), a.transport.addresses)
    transfer(a, a, numbered(0))
    await eventually(() => expect(a.transport.counters).toMatchObject({ opensFailed: 2, framesDropped: 4 }))
    expect(a.unreachable.sort()).toEqual(['nobody', other.transport.self].sort())
  })

  it('is not mistaken for another that answers at its address', async () => {
    const [a, b] = [await startTransport(), await startTransport()]
    const absent = (await startTransport()).transport.self
    a.transport.send(absent, 'echo', numbered(0), b.transport.addresses)
    await eventually(() => expect(a.unreachable).toEqual([absent]))
    expect(b.frames).toEqual([])
  })
})

describe('a peer that does not read', () => {
  it('costs a bounded buffer, then its stream', async () => {
    const clock = new VirtualClock()
    const limits = { outboundBytesMax: 64 * 1024, writeDeadlineMs: 5000, checkPeriodMs: 1000 }
    const a = await startTransport({ clock, limits })
    const lazy = await startAttacker(a)
    await lazy.node.handle(ECHO_PATH, (stream) => stream.pause())
    await lazy.open()
    const peer = lazy.node.peerId.toString()
    const flood = async (): Promise<void> => {
      for (let i = 0; i < 10; i++) a.transport.send(peer, 'echo', new Uint8Array(4096), [])
      await new Promise((resolve) => setImmediate(resolve))
    }
    while (a.transport.counters.framesDropped < 50) await flood()
    // yamux lets 256 KiB through before it wants to hear that they were read.
    expect(a.transport.counters.bytesOut).toBeLessThan(256 * 1024 + 2 * limits.outboundBytesMax)
    const dropped = a.transport.counters.framesDropped
    advance(clock, limits.writeDeadlineMs + 2 * limits.checkPeriodMs)
    expect(a.transport.counters.framesDropped).toBeGreaterThan(dropped)
    expect(a.transport.connectedPeers).toContain(peer)
  })
})

describe('streams', () => {
  it('close when they are idle, and open again for the next frame', async () => {
    const clock = new VirtualClock()
    const a = await startTransport({ clock, limits: { idleMs: 10_000 } })
    const b = await startTransport()
    send(a, b, numbered(0))
    await eventually(() => expect(b.frames.length).toBe(1))
    advance(clock, 12_000)
    send(a, b, numbered(1))
    await eventually(() => expect(b.frames.length).toBe(2))
    expect(a.transport.counters.framesDropped).toBe(0)
    expect(b.unreachable).toEqual([])
  })

  it('are kept to a number by closing the least recently used one', async () => {
    const a = await startTransport({ limits: { outboundStreamsMax: 1 } })
    const [b, c] = [await startTransport(), await startTransport()]
    for (const [i, to] of [b, c, b, c].entries()) {
      send(a, to, numbered(i))
      await eventually(() => expect(to.frames.length).toBe(1 + Math.floor(i / 2)))
    }
    expect(a.transport.counters.framesDropped).toBe(0)
  })
})

describe('connections', () => {
  /** Three peers that `a` has sent a frame to, one after the other; it may keep two. */
  async function threeUsed() {
    const clock = new VirtualClock()
    const a = await startTransport({ clock, limits: { connectionsMax: 3 } })
    const others = [await startTransport(), await startTransport(), await startTransport()] as const
    for (const [i, other] of others.entries()) {
      send(a, other, numbered(i))
      await eventually(() => expect(other.frames.length).toBe(1))
      advance(clock, 10)
    }
    return { clock, a, others, names: others.map(({ transport }) => transport.self) }
  }

  it('are kept below their limit by closing the least recently used ones, which is nobody’s failure', async () => {
    const { clock, a, others, names } = await threeUsed()
    const [first, second, third] = names
    advance(clock, 1000)
    await eventually(() => expect(new Set(a.transport.connectedPeers)).toEqual(new Set([second, third])))
    expect(a.unreachable).not.toContain(first)
    send(a, others[0], numbered(9))
    await eventually(() => expect(others[0].frames.length).toBe(2))
  })

  it.each([
    [
      'a frame that came in',
      async (a: Recorded, first: Recorded) => {
        send(first, a, numbered(0))
        await eventually(() => expect(a.frames.length).toBe(1))
      },
    ],
    [
      'a transfer',
      async (a: Recorded, first: Recorded) => {
        transfer(a, first, numbered(0))
        await eventually(() => expect(first.bodies.length).toBe(1))
      },
    ],
  ])('are used by %s, too', async (_, use) => {
    const { clock, a, others, names } = await threeUsed()
    const [first, , third] = names
    await use(a, others[0])
    advance(clock, 1000)
    await eventually(() => expect(new Set(a.transport.connectedPeers)).toEqual(new Set([first, third])))
  })

  it('with one peer are limited', async () => {
    const victim = await startTransport({ limits: { connectionsPerPeerMax: 2 } })
    const attacker = await startAttacker(victim)
    for (let i = 0; i < 5; i++) {
      await attacker.node.dial(multiaddr(fullAddress(victim)), { force: true }).catch(() => undefined)
    }
    await eventually(() => expect(victim.transport.counters.connectionsRefused).toBe(3))
    expect(victim.transport.connectedPeers).toEqual([attacker.node.peerId.toString()])
  })
})

describe('the start', () => {
  it('connects with the bootstrap peers, and goes on trying while there are none', async () => {
    const clock = new VirtualClock()
    const privateKey = await generateKeyPair('Ed25519')
    const early = await startTransport({ privateKey })
    const [address, listen] = [fullAddress(early), early.transport.addresses]
    await early.transport.stop()
    const a = await startTransport({ clock, bootstrap: [address] })
    await eventually(() => expect(a.transport.counters.opensFailed).toBe(1))
    const late = await createLibp2pTransport({
      privateKey,
      clock: systemClock,
      protocols: [ECHO],
      listen,
    })
    late.listen({ onFrame: () => true, onUnreachable() {} })
    await late.start()
    advance(clock, 2000)
    await eventually(() => expect(a.transport.connectedPeers).toEqual([late.self]))
    await late.stop()
  })

  it('leaves a bootstrap peer alone that has been cut off', async () => {
    const clock = new VirtualClock()
    const early = await startTransport()
    const a = await startTransport({ clock, bootstrap: [fullAddress(early)], limits: { refusedFramesMax: 1 } })
    a.accepts = false
    send(early, a, numbered(0))
    send(early, a, numbered(1))
    await eventually(() => expect(a.transport.isCutOff(early.transport.self)).toBe(true))
    await eventually(() => expect(a.transport.connectedPeers).toEqual([]))
    advance(clock, 2000)
    await eventually(() => expect(a.transport.counters.opensFailed).toBe(1))
    expect(a.transport.connectedPeers).toEqual([])
  })

  it('refuses a bootstrap address that names nobody, and an address that is taken', async () => {
    const options = { clock: systemClock, protocols: [ECHO] }
    const make = (more: { bootstrap?: string[]; listen?: string[] }) => createLibp2pTransport({ ...options, ...more })
    await expect(make({ bootstrap: ['/ip4/127.0.0.1/tcp/4001'] })).rejects.toMatchObject({ code: 'BOOTSTRAP_ADDRESS' })
    await expect(make({ bootstrap: ['elsewhere'] })).rejects.toMatchObject({ code: 'ADDRESS' })
    await expect(make({ listen: ['4001'] })).rejects.toMatchObject({ code: 'ADDRESS' })
    const taken = await startTransport()
    const second = await make({ listen: [...taken.transport.addresses] })
    second.listen({ onFrame: () => true, onUnreachable() {} })
    const [address] = taken.transport.addresses
    await expect(second.start()).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
      message: `cannot listen on ${address}: another process listens there: choose another port`,
    })
    const elsewhere = await make({ listen: ['/ip4/192.0.2.1/tcp/0'] })
    elsewhere.listen({ onFrame: () => true, onUnreachable() {} })
    await expect(elsewhere.start()).rejects.toMatchObject({
      message: expect.stringMatching(/^cannot listen on \S+: this machine has no such address[^\n]+$/) as string,
    })
  })

  it('that is still under way is waited for by a stop, which leaves nothing behind', async () => {
    const transport = await createLibp2pTransport({ clock: systemClock, protocols: [ECHO] })
    transport.listen({ onFrame: () => true, onUnreachable() {} })
    const starting = transport.start()
    await transport.stop()
    await starting
    // Nobody listens there any more.
    const next = await createLibp2pTransport({ clock: systemClock, protocols: [ECHO], listen: transport.addresses })
    next.listen({ onFrame: () => true, onUnreachable() {} })
    await next.start()
    expect(next.addresses).toEqual(transport.addresses)
    await next.stop()
    await expect(next.start()).rejects.toMatchObject({ code: 'TRANSPORT_STOPPED' })
  })

  it('refuses limits that limit nothing', async () => {
    const make = (limit: number) =>
      createLibp2pTransport({ clock: systemClock, protocols: [ECHO], limits: { idleMs: limit } })
    for (const limit of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(make(limit)).rejects.toMatchObject({ code: 'TRANSPORT_LIMIT' })
    }
  })
})
