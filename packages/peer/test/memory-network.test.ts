import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  MemoryNetwork,
  type MemoryNetworkOptions,
  type MemoryTransport,
  memoryPeerName,
} from '../src/memory-network.ts'
import { VirtualClock } from '../src/virtual-clock.ts'

describe('virtual clock', () => {
  test('runs events by time, then in the order of scheduling, and none after the end', () => {
    const delays = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { maxLength: 60 })
    fc.assert(
      fc.property(delays, (delaysMs) => {
        const clock = new VirtualClock()
        const seen: { time: number; index: number }[] = []
        delaysMs.forEach((delayMs, index) => clock.schedule(delayMs, () => seen.push({ time: clock.now(), index })))
        const expected = delaysMs
          .map((delayMs, index) => ({ time: Math.round(delayMs), index }))
          .filter(({ time }) => time <= 15)
          .toSorted((a, b) => a.time - b.time || a.index - b.index)
        expect(clock.run(15)).toBe(expected.length)
        expect(seen).toEqual(expected)
        expect(clock.now()).toBe(15)
      }),
    )
  })

  test('rounds now + delay, half a millisecond up', () => {
    const clock = new VirtualClock()
    const times: number[] = []
    for (const delayMs of [0.49, 0.5, 1.5, 2.49]) clock.schedule(delayMs, () => times.push(clock.now()))
    clock.run(10)
    expect(times).toEqual([0, 1, 2, 2])
  })

  test('what an event schedules for now comes after what was scheduled for now before', () => {
    const clock = new VirtualClock()
    const seen: string[] = []
    clock.schedule(5, () => {
      seen.push('first')
      clock.schedule(0, () => seen.push('third'))
    })
    clock.schedule(5, () => seen.push('second'))
    clock.run(5)
    expect(seen).toEqual(['first', 'second', 'third'])
  })

  test('a cancelled event does not run; neither does time run backwards', () => {
    const clock = new VirtualClock(1_000_000)
    let ran = 0
    const cancel = clock.schedule(1, () => ran++)
    clock.schedule(2, () => ran++)
    cancel()
    expect(clock.run(7)).toBe(1)
    expect(clock.run(3)).toBe(0)
    expect([ran, clock.now(), clock.unixNow()]).toEqual([1, 7, 1_000_007])
  })

  test.each([-1, Number.NaN, Infinity])('refuses a delay of %d', (delayMs) => {
    expect(() => new VirtualClock().schedule(delayMs, () => {})).toThrow(
      expect.objectContaining({ code: 'DELAY_INVALID' }),
    )
  })
})

/** A network of three peers that write down what they hear. */
function createNetwork(delay?: MemoryNetworkOptions['delay']) {
  const clock = new VirtualClock()
  const network = new MemoryNetwork({ clock, ...(delay === undefined ? {} : { delay }) })
  const log: string[] = []
  const kept: Uint8Array[] = []
  const join = (name: string): MemoryTransport => {
    const transport = network.createTransport(name)
    transport.listen({
      onFrame(peer, protocol, frame) {
        log.push(`${clock.now()} ${name}: ${peer} ${protocol} ${frame}`)
        kept.push(frame)
        return frame[0] !== 0
      },
      onUnreachable: (peer) => log.push(`${clock.now()} ${name}: no ${peer}`),
    })
    void transport.start()
    return transport
  }
  return { clock, network, log, kept, join }
}

describe('memory network', () => {
  test('carries a frame to its receiver after the delay', () => {
    const { clock, network, log, join } = createNetwork(10)
    const a = join('a')
    join('b')
    a.send('b', 'gossip', Uint8Array.of(1, 2))
    clock.run(9)
    expect(log).toEqual([])
    clock.run(10)
    expect(log).toEqual(['10 b: a gossip 1,2'])
    expect(network.counters).toEqual({ accepted: 1, refused: 0, lost: 0, undeliverable: 0 })
  })

  test('delay and loss are decided for each frame, when it is sent', () => {
    const asked: string[] = []
    const { clock, network, log, join } = createNetwork((from, to) => {
      asked.push(`${from}→${to}`)
      return to === 'b' ? 3 : undefined
    })
    const a = join('a')
    join('b')
    join('c')
    a.send('c', 'gossip', Uint8Array.of(1))
    a.send('b', 'gossip', Uint8Array.of(1))
    expect(asked).toEqual(['a→c', 'a→b'])
    clock.run(100)
    expect(log).toEqual(['3 b: a gossip 1'])
    expect(network.counters).toMatchObject({ accepted: 1, lost: 1 })
  })

  test('never delivers while the sender is still sending', () => {
    const { clock, log, join } = createNetwork()
    const a = join('a')
    join('b')
    a.send('b', 'gossip', Uint8Array.of(1))
    expect(log).toEqual([])
    clock.run(0)
    expect(log).toEqual(['0 b: a gossip 1'])
  })

  test('a frame is only lent: kept, it turns to garbage', () => {
    const { clock, kept, join } = createNetwork()
    join('b')
    join('a').send('b', 'gossip', Uint8Array.of(1, 2))
    clock.run(0)
    expect(kept).toEqual([Uint8Array.of(255, 255)])
  })

  test('counts what was refused', () => {
    const { clock, network, join } = createNetwork()
    join('b')
    join('a').send('b', 'gossip', Uint8Array.of(0))
    clock.run(0)
    expect(network.counters).toMatchObject({ accepted: 0, refused: 1 })
  })

  test('a sender hears that nobody was there: of a stranger, and of a peer that left meanwhile', () => {
    const { clock, network, log, join } = createNetwork(5)
    const a = join('a')
    const b = join('b')
    a.send('nobody', 'gossip', Uint8Array.of(1))
    a.send('b', 'gossip', Uint8Array.of(1))
    void b.stop()
    clock.run(5)
    expect(log).toEqual(['5 a: no nobody', '5 a: no b'])
    expect(network.counters.undeliverable).toBe(2)
  })

  test('a peer that has stopped sends and hears nothing, and its name is free again', () => {
    const { clock, log, join } = createNetwork(5)
    const a = join('a')
    a.send('nobody', 'gossip', Uint8Array.of(1))
    void a.stop()
    a.send('nobody', 'gossip', Uint8Array.of(1))
    join('a')
    clock.run(100)
    expect(log).toEqual([])
  })

  test('two peers of one name cannot be online', async () => {
    const { network, join } = createNetwork()
    join('a')
    await expect(network.createTransport('a').start()).rejects.toMatchObject({ code: 'PEER_ONLINE' })
  })

  test('names of peers are PeerIds, the same every time', () => {
    expect(memoryPeerName(1)).toBe(memoryPeerName(1))
    expect(memoryPeerName(1)).toMatch(/^Qm[1-9A-HJ-NP-Za-km-z]{44}$/)
    expect(new Set(Array.from({ length: 100 }, (_, i) => memoryPeerName(i))).size).toBe(100)
  })
})
