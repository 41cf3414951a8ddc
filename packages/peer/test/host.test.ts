import type { Context, Message } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { AddressBook } from '../src/address-book.ts'
import { timeOriginOf } from '../src/clock.ts'
import { createHost, frameOf, mount, protocolOf, recorder } from './host-support.ts'

describe('a message that comes in', () => {
  test('reaches the protocol that it is for, from an integer that stands for its sender', () => {
    const log: string[] = []
    const { host, transport } = createHost([
      mount('below', recorder(log, 'below')),
      mount('above', recorder(log, 'above')),
    ])
    host.start()
    expect(transport.receiver.onFrame('alice', 'above', frameOf({ kind: 3 }))).toBe(true)
    expect(transport.receiver.onFrame('bob', 'below', frameOf({ kind: 4 }))).toBe(true)
    expect(transport.receiver.onFrame('alice', 'below', frameOf({ kind: 5 }))).toBe(true)
    expect(log.slice(2)).toEqual([
      '0 above.onMessage 3 from 1',
      '0 below.onMessage 4 from 2',
      '0 below.onMessage 5 from 1',
    ])
  })

  test('is lent with its payload in memory, padded with zeros, in one place for all messages', () => {
    const seen: { header: unknown; words: number[]; offset: number }[] = []
    const protocol = protocolOf({
      onMessage(_, __, { kind, value, stamp, offset, length }: Message) {
        const words = Array.from(memory.int32.subarray(offset, offset + 8))
        seen.push({ header: { kind, value, stamp, length }, words, offset })
      },
    })
    const { host, transport, memory } = createHost([mount('p', protocol)])
    host.start()
    transport.receiver.onFrame(
      'alice',
      'p',
      frameOf({ kind: 1, value: 2.5, stamp: 3, words: [1, 2, 3, 4, 5, 6, 7, 8] }),
    )
    transport.receiver.onFrame('alice', 'p', frameOf({ kind: 2, words: [9, 9, 9, 9, 9] }))
    expect(seen.map(({ header }) => header)).toEqual([
      { kind: 1, value: 2.5, stamp: 3, length: 8 },
      { kind: 2, value: 0, stamp: 0, length: 5 },
    ])
    expect(seen.map(({ words }) => words)).toEqual([
      [1, 2, 3, 4, 5, 6, 7, 8],
      [9, 9, 9, 9, 9, 0, 0, 0],
    ])
    expect(seen[0].offset).toBe(seen[1].offset)
    expect(seen[0].offset % 4).toBe(0)
  })

  test('survives a growth of the memory while it is lent', () => {
    let seen: number[] = []
    const protocol = protocolOf({
      onMessage(_, __, { offset, length }) {
        memory.allocate(10_000)
        seen = Array.from(memory.int32.subarray(offset, offset + length))
      },
    })
    const { host, transport, memory } = createHost([mount('p', protocol)])
    host.start()
    transport.receiver.onFrame('alice', 'p', frameOf({ words: [1, 2] }))
    transport.receiver.onFrame('alice', 'p', frameOf({ words: [3, 4] }))
    expect(seen).toEqual([3, 4])
  })

  test('is refused by the guard, which hears the time: counted and reported with its sender', () => {
    const log: string[] = []
    const times: number[] = []
    const guard = {
      inspect(message: Message, nowMs: number) {
        times.push(nowMs)
        return message.value > 1 ? ('value' as const) : undefined
      },
    }
    const { host, transport, clock, refusals } = createHost([mount('p', recorder(log, 'p'), guard)])
    host.start()
    clock.run(70)
    expect(transport.receiver.onFrame('mallory', 'p', frameOf({ value: 2 }))).toBe(false)
    expect(transport.receiver.onFrame('alice', 'p', frameOf({ value: 1 }))).toBe(true)
    expect(refusals).toEqual([{ from: 'mallory', protocol: 'p', code: 'value' }])
    expect(times).toEqual([70, 70])
    expect(log).toEqual(['0 p.onStart', '70 p.onMessage 0 from 1'])
    expect(host.counters.protocols.get('p')).toMatchObject({ received: 1, refused: new Map([['value', 1]]) })
  })

  test.each([
    ['malformed', Uint8Array.of(8), 'FRAME_TRUNCATED'],
    ['longer than any honest one', new Uint8Array(1000), 'FRAME_TOO_LONG'],
  ])('is refused when it is %s', (_, frame, code) => {
    const log: string[] = []
    const { host, transport, refusals } = createHost([mount('p', recorder(log, 'p'))])
    host.start()
    expect(transport.receiver.onFrame('mallory', 'p', frame)).toBe(false)
    expect(refusals).toEqual([{ from: 'mallory', protocol: 'p', code }])
    expect(log).toEqual(['0 p.onStart'])
    const counters = host.counters.protocols.get('p')
    expect(counters).toMatchObject({ received: 0, bytesReceived: frame.length, refused: new Map([[code, 1]]) })
  })

  test('is refused for a protocol that nobody runs, and from somebody with this peer’s own name', () => {
    const { host, transport, refusals } = createHost([mount('p', protocolOf({}))])
    host.start()
    expect(transport.receiver.onFrame('alice', 'q', frameOf({}))).toBe(false)
    expect(transport.receiver.onFrame('self', 'p', frameOf({}))).toBe(false)
    expect(refusals.map(({ code }) => code)).toEqual(['UNKNOWN_PROTOCOL', 'SENDER_IS_SELF'])
    expect(host.counters.unknownProtocol).toBe(1)
  })

  test('goes nowhere before the start', () => {
    const log: string[] = []
    const { host, transport } = createHost([mount('p', recorder(log, 'p'))])
    expect(transport.receiver.onFrame('alice', 'p', frameOf({}))).toBe(true)
    host.start()
    expect(log).toEqual(['0 p.onStart'])
  })
})

describe('a message that goes out', () => {
  test('is encoded at once, with what is known of the receiver’s addresses', () => {
    const address = '/ip4/10.0.0.2/tcp/2'
    const protocol = protocolOf({
      onStart(context) {
        const offset = memory.allocate(4)
        memory.int32.set([1, 2, 3], offset)
        context.send(peers.intern('bob', [address]), 7, 0.5, 9, offset, 3)
        memory.int32.fill(-1, offset, offset + 4)
      },
    })
    const peers = new AddressBook({ self: 'self' })
    const { host, transport, memory } = createHost([mount('p', protocol)], { addressBook: peers })
    host.start()
    const frame = frameOf({ kind: 7, value: 0.5, stamp: 9, words: [1, 2, 3] })
    expect(transport.sent).toEqual([{ peer: 'bob', protocol: 'p', frame, addresses: [address] }])
    expect(host.counters.protocols.get('p')).toMatchObject({ sent: 1, bytesSent: frame.length })
  })

  test('can forward the very payload that is lent', () => {
    const protocol = protocolOf({
      onMessage: (context, from, { kind, offset, length }) => context.send(from, kind, 0, 0, offset, length),
    })
    const { host, transport } = createHost([mount('p', protocol)])
    host.start()
    transport.receiver.onFrame('alice', 'p', frameOf({ kind: 1, words: [4, 5] }))
    transport.receiver.onFrame('bob', 'p', frameOf({ kind: 2, words: [6] }))
    expect(transport.sent.map(({ peer, frame }) => ({ peer, frame }))).toEqual([
      { peer: 'alice', frame: frameOf({ kind: 1, words: [4, 5] }) },
      { peer: 'bob', frame: frameOf({ kind: 2, words: [6] }) },
    ])
  })

  test('to this peer, to nobody or to a peer that was forgotten goes nowhere, and is counted', () => {
    const protocol = protocolOf({
      onStart: (context) => [context.self, -1, 99].forEach((to) => context.send(to, 0)),
    })
    const { host, transport, faults } = createHost([mount('p', protocol)])
    host.start()
    expect(transport.sent).toEqual([])
    expect(host.counters.protocols.get('p')).toMatchObject({ sent: 0, dropped: 3 })
    expect(faults).toEqual([])
  })

  test.each([
    ['kind', (context: Context) => context.send(1, 128)],
    ['stamp', (context: Context) => context.send(1, 0, 0, -1)],
    ['payload', (context: Context) => context.send(1, 0, 0, 0, 0, 9)],
    ['timer', (context: Context) => context.setTimer(-1, 0)],
    ['delay', (context: Context) => context.setTimer(0, Number.NaN)],
  ])('with an impossible %s is a fault of the protocol', (_, act) => {
    const { host, transport, faults } = createHost([mount('p', protocolOf({ onMessage: act }))])
    host.start()
    transport.receiver.onFrame('alice', 'p', frameOf({}))
    expect(faults).toMatchObject([{ protocol: 'p', during: 'onMessage', error: { name: 'UsageError' } }])
    expect(transport.sent).toEqual([])
  })
})

describe('time', () => {
  test('starts with the host, and stands still while a handler runs', () => {
    const log: string[] = []
    const protocol = recorder(log, 'p', { onStart: (context) => [30, 10].forEach((ms) => context.setTimer(ms, ms)) })
    const { host, clock } = createHost([mount('p', protocol)])
    clock.run(1000)
    host.start()
    clock.run(2000)
    expect(log).toEqual(['0 p.onStart', '10 p.onTimeout 10', '30 p.onTimeout 30'])
  })

  test('of a peer that joins late is that of the run', () => {
    const log: string[] = []
    const { host, clock } = createHost([mount('p', recorder(log, 'p'))], { timeOriginMs: 400 })
    clock.run(1000)
    host.start()
    expect(log).toEqual(['600 p.onStart'])
  })

  test('is 0 as long as the run has not begun', () => {
    const log: string[] = []
    const protocol = recorder(log, 'p', { onStart: (context) => context.setTimer(1, 50) })
    const { host, clock } = createHost([mount('p', protocol)], { timeOriginMs: 20 })
    host.start()
    clock.run(100)
    expect(log).toEqual(['0 p.onStart', '30 p.onTimeout 1'])
  })

  test('of a start in Unix time is found on the clock’s own scale', () => {
    const clock = { now: () => 500, unixNow: () => 1_700_000_000_000, schedule: () => () => {} }
    expect(timeOriginOf(clock, 1_699_999_990_000)).toBe(-9500)
  })
})

describe('an unreachable peer', () => {
  test('is told to all protocols if anyone has heard of it', () => {
    const log: string[] = []
    const silent = protocolOf({})
    const { host, transport } = createHost([
      mount('a', recorder(log, 'a')),
      mount('silent', silent),
      mount('b', recorder(log, 'b')),
    ])
    const peer = host.peers.intern('bob')
    host.start()
    transport.receiver.onUnreachable('bob')
    transport.receiver.onUnreachable('stranger')
    expect(log.slice(2)).toEqual([`0 a.onPeerUnreachable ${peer}`, `0 b.onPeerUnreachable ${peer}`])
    expect(host.peers.find('stranger')).toBeUndefined()
  })

  test('waits until the handler that runs has returned', () => {
    const log: string[] = []
    const protocol = recorder(log, 'p', {
      onMessage(context, from) {
        context.send(from, 1)
        log.push('sent')
      },
    })
    const { host, transport } = createHost([mount('p', protocol)])
    transport.onSend = () => transport.receiver.onUnreachable('alice')
    host.start()
    transport.receiver.onFrame('alice', 'p', frameOf({}))
    expect(log.slice(1)).toEqual(['0 p.onMessage 0 from 1', 'sent', '0 p.onPeerUnreachable 1'])
  })

  test('a transport that delivers a frame from within send is told that it must not', () => {
    const { host, transport, faults } = createHost([
      mount('p', protocolOf({ onMessage: (context, from) => context.send(from, 1) })),
    ])
    transport.onSend = () => transport.receiver.onFrame('alice', 'p', frameOf({}))
    host.start()
    transport.receiver.onFrame('alice', 'p', frameOf({}))
    expect(faults).toMatchObject([{ error: { code: 'HOST_REENTERED' } }])
  })
})

test('two protocols of one name are refused', () => {
  const protocols = [mount('p', protocolOf({})), mount('p', protocolOf({}))]
  expect(() => createHost(protocols)).toThrow(expect.objectContaining({ code: 'PROTOCOL_TWICE' }))
})
