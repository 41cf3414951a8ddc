import type { Connection, Stream } from '@libp2p/interface'
import { expect, test } from 'vitest'
import { transportCounters } from '../src/libp2p-counters.ts'
import { transportLimits, type TransportLimits } from '../src/libp2p-limits.ts'
import { OutboundPeers } from '../src/outbound-peers.ts'
import { VirtualClock } from '../src/virtual-clock.ts'
import { advance } from './libp2p-harness.ts'

const ECHO = 'echo'

/** A stream that takes everything, at once while it is not slow, and tells what has become of it. */
class FakeStream extends EventTarget {
  status = 'open'
  writeBufferLength = 0
  sent = 0
  isSlow = false

  send(bytes: Uint8Array): boolean {
    this.sent += bytes.length
    return !this.isSlow
  }

  abort(): void {
    this.#end('aborted')
  }

  async close(): Promise<void> {
    this.#end('closed')
  }

  #end(status: string): void {
    if (this.status !== 'open') return
    this.status = status
    this.dispatchEvent(Object.assign(new Event('close'), status === 'aborted' && { error: new Error('reset') }))
  }
}

interface Attempt {
  readonly peer: string
  /** The peer is there, and opens this stream when it is asked to. */
  connect(stream?: Promise<FakeStream>): FakeStream
  refuse(): void
}

/** The outbound side of a transport in virtual time, and the dials that it has begun. */
function outbound(given: Partial<TransportLimits> = {}) {
  const clock = new VirtualClock()
  const counters = transportCounters([ECHO])
  const attempts: Attempt[] = []
  const unreachable: string[] = []
  const peers = new OutboundPeers({
    ...{ clock, counters, limits: transportLimits({ backoffMs: 100, ...given }) },
    frameBytesMax: new Map([[ECHO, 100]]),
    connect: (peer) =>
      new Promise<Connection>((resolve, reject) => {
        attempts.push({
          peer,
          connect(stream) {
            const own = new FakeStream()
            const newStream = async () => (await (stream ?? own)) as unknown as Stream
            resolve({ newStream } as unknown as Connection)
            return own
          },
          refuse: () => reject(new Error('nobody there')),
        })
      }),
    onUnreachable: (peer) => unreachable.push(peer),
  })
  const send = (peer: string): void => peers.send(peer, ECHO, new Uint8Array(10), [])
  return { clock, counters, attempts, unreachable, peers, send }
}

/** What is under way by promises alone is done, and what was queued is written. */
async function settled(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve))
}

test('few peers are dialled at once, the others in turn, and those that are no longer wanted not at all', async () => {
  const { attempts, peers, send } = outbound({ opensMax: 2 })
  for (const peer of ['a', 'b', 'c', 'd', 'e']) send(peer)
  const dialled = async (): Promise<string> => {
    await settled()
    return attempts.map(({ peer }) => peer).join('')
  }
  expect(await dialled()).toBe('ab')
  peers.drop('c')
  attempts[0].refuse()
  expect(await dialled()).toBe('abd')
  attempts[1].connect()
  expect(await dialled()).toBe('abde')
  attempts[2].refuse()
  attempts[3].refuse()
  await settled()
  // As many as before may be dialled again.
  for (const peer of ['f', 'g', 'h']) send(peer)
  expect(await dialled()).toBe('abdefg')
})

test('a peer is left alone for longer and longer, up to 64 times as long, and as at first once it was there', async () => {
  const { clock, attempts, unreachable, counters, send } = outbound()
  const waits: number[] = []
  for (let failures = 1; failures <= 9; failures++) {
    send('a')
    await settled()
    attempts[failures - 1].refuse()
    await settled()
    const before = clock.now()
    while (attempts.length === failures) {
      advance(clock, 50)
      send('a')
      await settled()
      if (clock.now() > 1e6) break
    }
    waits.push(clock.now() - before)
  }
  expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 6400, 6400])
  expect(unreachable).toHaveLength(9)
  expect(counters.opensFailed).toBe(9)
  attempts[9].connect().abort()
  await settled()
  send('a')
  advance(clock, 100)
  send('a')
  await settled()
  expect(attempts).toHaveLength(11)
})

test('a peer that comes back by itself is written to at once, and left alone for as long as before if it opens no stream', async () => {
  const { clock, attempts, counters, peers, send } = outbound()
  for (let failures = 1; failures <= 4; failures++) {
    send('a')
    await settled()
    attempts[failures - 1].refuse()
    await settled()
    if (failures < 4) advance(clock, 100 * 2 ** (failures - 1))
  }
  send('a')
  expect(counters.framesDropped).toBe(5)
  peers.onConnected('a')
  peers.onConnected('never heard of')
  send('a')
  await settled()
  expect(attempts).toHaveLength(5)
  attempts[4].connect(Promise.reject(new Error('no stream')))
  await settled()
  advance(clock, 1599)
  send('a')
  await settled()
  expect(attempts).toHaveLength(5)
  advance(clock, 1)
  send('a')
  await settled()
  expect(attempts).toHaveLength(6)
})

test('a peer that resets its streams is left alone, and is there; one that opens none as well', async () => {
  const { clock, attempts, unreachable, counters, send } = outbound()
  send('a')
  await settled()
  const stream = attempts[0].connect()
  await settled()
  expect(stream.sent).toBe(11)
  stream.abort()
  send('a')
  expect([attempts.length, counters.framesDropped]).toEqual([1, 1])
  advance(clock, 100)
  send('a')
  await settled()
  attempts[1].connect(Promise.reject(new Error('no such protocol')))
  await settled()
  expect(counters).toMatchObject({ opensFailed: 1, framesDropped: 2 })
  send('a')
  expect([attempts.length, counters.framesDropped]).toEqual([2, 3])
  expect(unreachable).toEqual([])
})

test('a stream that opens when nobody wants it any more is reset', async () => {
  const { attempts, peers, counters, send } = outbound()
  send('a')
  await settled()
  peers.drop('a')
  const stream = attempts[0].connect()
  await settled()
  expect([stream.status, stream.sent, counters.framesDropped]).toEqual(['aborted', 0, 1])
})

test('the least recently used stream makes room for a new one', async () => {
  const { clock, attempts, send } = outbound({ outboundStreamsMax: 2 })
  const streams: FakeStream[] = []
  for (const [i, peer] of ['a', 'b'].entries()) {
    send(peer)
    await settled()
    streams.push(attempts[i].connect())
    await settled()
    advance(clock, 10)
  }
  send('a')
  send('c')
  await settled()
  expect(streams.map(({ status }) => status)).toEqual(['open', 'closed'])
})

/** A stream to a peer that has taken one frame. */
async function opened(given: Partial<TransportLimits> = {}) {
  const all = outbound(given)
  all.send('a')
  await settled()
  const stream = all.attempts[0].connect()
  await settled()
  expect(stream.sent).toBe(11)
  return { ...all, stream }
}

test('what a slow stream has not taken waits for it, up to a number of bytes, and goes out when it has', async () => {
  const { stream, counters, send } = await opened({ outboundBytesMax: 250 })
  stream.isSlow = true
  send('a')
  await settled()
  for (let i = 0; i < 3; i++) send('a')
  await settled()
  expect([stream.sent, counters.framesDropped]).toEqual([22, 0])
  // What libp2p holds for it counts as well.
  stream.writeBufferLength = 200
  for (let i = 0; i < 3; i++) send('a')
  expect(counters.framesDropped).toBe(2)
  stream.writeBufferLength = 0
  stream.dispatchEvent(new Event('drain'))
  expect(stream.sent).toBe(22 + 4 * 11)
})

test('a stream that takes nothing for too long is reset, and its peer left alone', async () => {
  const { clock, stream, peers, counters, attempts, send } = await opened({ writeDeadlineMs: 1000 })
  stream.isSlow = true
  send('a')
  await settled()
  advance(clock, 1000)
  peers.check()
  expect(stream.status).toBe('open')
  send('a')
  advance(clock, 1)
  peers.check()
  expect([stream.status, counters.framesDropped]).toEqual(['aborted', 1])
  send('a')
  expect([attempts.length, counters.framesDropped]).toEqual([1, 2])
})

test('a stream that the other side closes is closed, and opened again at once; one that it writes to is reset', async () => {
  const { stream, attempts, send } = await opened()
  stream.dispatchEvent(new Event('remoteCloseWrite'))
  expect(stream.status).toBe('closed')
  send('a')
  await settled()
  const next = attempts[1].connect()
  await settled()
  expect(next.sent).toBe(11)
  next.dispatchEvent(new Event('message'))
  expect(next.status).toBe('aborted')
})

test('an idle stream is closed, not one that is still being opened; what was queued is written before a stop', async () => {
  const { clock, stream, peers, attempts, send } = await opened({ idleMs: 1000 })
  send('b')
  await settled()
  advance(clock, 1001)
  peers.check()
  await settled()
  expect(stream.status).toBe('closed')
  const other = attempts[1].connect()
  await settled()
  expect([other.status, other.sent]).toEqual(['open', 11])
  send('b')
  await peers.close(new AbortController().signal)
  expect([other.status, other.sent]).toEqual(['closed', 22])
})
