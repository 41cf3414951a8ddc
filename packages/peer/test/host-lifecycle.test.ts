import { describe, expect, test } from 'vitest'
import type { HostFault } from '../src/host-counters.ts'
import { createHost, frameOf, mount, protocolOf, recorder } from './host-support.ts'

const boom = new Error('boom')

function throwBoom(): never {
  throw boom
}

describe('a protocol that throws', () => {
  const during: HostFault['during'][] = ['onStart', 'onTimeout', 'onMessage', 'onPeerUnreachable', 'onStop']

  test.each(during)('in %s: it is reported, and everything goes on', (handler) => {
    const log: string[] = []
    const bad = { onStart: (context: { setTimer(timer: number, ms: number): void }) => context.setTimer(1, 5) }
    const { host, transport, clock, faults } = createHost([
      mount('bad', recorder(log, 'bad', { ...bad, [handler]: throwBoom })),
      mount('good', recorder(log, 'good', bad)),
    ])
    host.start()
    clock.run(5)
    expect(transport.receiver.onFrame('alice', 'bad', frameOf({ kind: 1 }))).toBe(true)
    expect(transport.receiver.onFrame('alice', 'good', frameOf({ kind: 2 }))).toBe(true)
    transport.receiver.onUnreachable('alice')
    host.stop()
    expect(faults).toEqual([{ protocol: 'bad', during: handler, error: boom }])
    expect(host.counters.protocols.get('bad')?.faults).toBe(1)
    expect(log.filter((line) => line.includes('good'))).toEqual([
      '0 good.onStart',
      '5 good.onTimeout 1',
      '5 good.onMessage 2 from 1',
      '5 good.onPeerUnreachable 1',
      '5 good.onStop',
    ])
  })

  test('keeps what it sent and set before', () => {
    const log: string[] = []
    const protocol = recorder(log, 'p', {
      onMessage(context, from) {
        context.setTimer(4, 10)
        context.send(from, 1)
        throwBoom()
      },
    })
    const { host, transport, clock } = createHost([mount('p', protocol)])
    host.start()
    transport.receiver.onFrame('alice', 'p', frameOf({}))
    clock.run(10)
    expect(transport.sent).toHaveLength(1)
    expect(log.at(-1)).toBe('10 p.onTimeout 4')
  })

  test('a guard that throws lets nothing through, and the sender is not to blame', () => {
    const log: string[] = []
    const { host, transport, faults, refusals } = createHost([mount('p', recorder(log, 'p'), { inspect: throwBoom })])
    host.start()
    expect(transport.receiver.onFrame('alice', 'p', frameOf({}))).toBe(true)
    expect(faults).toEqual([{ protocol: 'p', during: 'guard', error: boom }])
    expect(refusals).toEqual([])
    expect(log).toEqual(['0 p.onStart'])
  })

  test('so does a codec that throws what it must not', () => {
    const log: string[] = []
    const { protocol, codec } = mount('p', recorder(log, 'p'))
    const { name, frameBytesMax, payloadWordsMax } = codec
    const broken = { name, frameBytesMax, payloadWordsMax, encode: throwBoom, decode: throwBoom }
    const { host, transport, faults } = createHost([{ protocol, codec: broken }])
    host.start()
    expect(transport.receiver.onFrame('alice', 'p', frameOf({}))).toBe(true)
    expect(faults).toEqual([{ protocol: 'p', during: 'decode', error: boom }])
    expect(log).toEqual(['0 p.onStart'])
  })
})

describe('stopping', () => {
  test('says goodbye, cancels every timer, and then nothing happens any more', () => {
    const log: string[] = []
    const protocol = recorder(log, 'p', {
      onStart: (context) => [5, 15, 25].forEach((ms) => context.setTimer(ms, ms)),
      onStop(context) {
        context.send(host.peers.intern('bob'), 2)
        context.setTimer(1, 1)
      },
    })
    const { host, transport, clock } = createHost([mount('p', protocol)])
    host.start()
    clock.run(10)
    host.stop()
    host.stop()
    expect(transport.receiver.onFrame('alice', 'p', frameOf({}))).toBe(true)
    transport.receiver.onUnreachable('bob')
    expect(clock.run(1000)).toBe(0)
    expect(log).toEqual(['0 p.onStart', '5 p.onTimeout 5', '10 p.onStop'])
    expect(transport.sent.map(({ peer, frame }) => ({ peer, frame }))).toEqual([
      { peer: 'bob', frame: frameOf({ kind: 2 }) },
    ])
  })

  test('a context that outlives its host does nothing', () => {
    let leaked: { send(to: number, kind: number): void; setTimer(timer: number, ms: number): void } | undefined
    const protocol = protocolOf({
      onStart(context) {
        leaked = context
      },
    })
    const { host, transport, clock } = createHost([mount('p', protocol)])
    const peer = host.peers.intern('bob')
    host.start()
    host.stop()
    leaked?.send(peer, 1)
    leaked?.setTimer(1, 1)
    expect(transport.sent).toEqual([])
    expect(clock.run(1000)).toBe(0)
  })

  test('from within a handler waits until it has returned', () => {
    const log: string[] = []
    const protocol = recorder(log, 'p', {
      onTimeout() {
        host.stop()
        log.push('still running')
      },
      onStart: (context) => [1, 2].forEach((ms) => context.setTimer(ms, ms)),
    })
    const { host, clock } = createHost([mount('p', protocol)])
    host.start()
    clock.run(10)
    expect(log).toEqual(['0 p.onStart', '1 p.onTimeout 1', 'still running', '1 p.onStop'])
  })

  test('from within a start stops what has started and starts no more', () => {
    const log: string[] = []
    const { host } = createHost([
      mount('a', recorder(log, 'a', { onStart: () => host.stop() })),
      mount('b', recorder(log, 'b')),
    ])
    host.start()
    expect(log).toEqual(['0 a.onStart', '0 a.onStop'])
  })

  test('from within a stop changes nothing: the others say goodbye too', () => {
    const log: string[] = []
    const { host } = createHost([
      mount('a', recorder(log, 'a', { onStop: () => host.stop() })),
      mount('b', recorder(log, 'b')),
    ])
    host.start()
    host.stop()
    expect(log.slice(2)).toEqual(['0 a.onStop', '0 b.onStop'])
  })

  test('a host starts once', () => {
    const { host } = createHost([mount('p', protocolOf({}))])
    host.start()
    expect(() => host.start()).toThrow(expect.objectContaining({ code: 'HOST_STARTED' }))
    host.stop()
    expect(() => host.start()).toThrow(expect.objectContaining({ code: 'HOST_STARTED' }))
  })

  test('a host that never started just ends', () => {
    const log: string[] = []
    const { host } = createHost([mount('p', recorder(log, 'p'))])
    host.stop()
    expect(log).toEqual([])
  })
})
