import type { PrivateKey, Stream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2p } from 'libp2p'
import { onTestFinished, vi } from 'vitest'
import { type Clock, systemClock } from '../src/clock.ts'
import type { TransportLimits } from '../src/libp2p-limits.ts'
import { createLibp2pTransport, type Libp2pTransport } from '../src/libp2p-transport.ts'
import type { TransferRefusal, TransferSink } from '../src/transport.ts'
import { VirtualClock } from '../src/virtual-clock.ts'

/** The protocol and its longest frame that these tests use. */
export const ECHO = { name: 'echo', frameBytesMax: 4096, transfers: true }
export const ECHO_PATH = '/hearsay/echo/1.0.0'

/** A frame is sent once, and must not be lost where the machine stalls while it is on its way. */
export const PATIENCE_MS = 300_000
const PATIENT = { openDeadlineMs: PATIENCE_MS, writeDeadlineMs: PATIENCE_MS, frameDeadlineMs: PATIENCE_MS }

/** Moves virtual time on, and fires what is due meanwhile. */
export function advance(clock: VirtualClock, ms: number): void {
  clock.run(clock.now() + ms)
}

/** A started transport and all that it has reported. */
export interface Recorded {
  readonly transport: Libp2pTransport
  readonly frames: { peer: string; protocol: string; frame: Uint8Array }[]
  readonly unreachable: string[]
  /** Whether frames are accepted, and transfers when they are announced and when they have come. */
  accepts: boolean
  /** Bodies of transfers that have come in whole, and how many others were announced, taken and given up. */
  readonly bodies: { peer: string; head: Uint8Array; body: Uint8Array }[]
  readonly transfers: { announced: number; taken: number; aborted: number }
  /** The longest body that is taken. */
  bodyBytesMax: number
}

export interface RecordedOptions {
  readonly clock?: Clock
  readonly limits?: Partial<TransportLimits>
  readonly privateKey?: PrivateKey
  readonly bootstrap?: readonly string[]
  readonly network?: string
}

/** Starts a transport on a free port of the loopback interface; it stops with the test. */
export async function startTransport(options: RecordedOptions = {}): Promise<Recorded> {
  const { clock = systemClock } = options
  // In virtual time, deadlines pass only where a test says so; libp2p's own, for opening, are always of real time.
  const { openDeadlineMs } = PATIENT
  const patient = clock === systemClock ? { ...PATIENT, stopDeadlineMs: PATIENCE_MS } : { openDeadlineMs }
  const limits = { ...patient, ...options.limits }
  const transport = await createLibp2pTransport({ protocols: [ECHO], ...options, clock, limits })
  const recorded: Recorded = {
    transport,
    frames: [],
    unreachable: [],
    accepts: true,
    bodyBytesMax: 2 ** 24,
    ...noTransfers(),
  }
  transport.listen({
    onTransfer: (peer, _, head, bytes) => takeBody(recorded, peer, head, bytes),
    onFrame(peer, protocol, frame) {
      recorded.frames.push({ peer, protocol, frame: new Uint8Array(frame) })
      return recorded.accepts
    },
    onUnreachable: (peer) => recorded.unreachable.push(peer),
  })
  await transport.start()
  onTestFinished(async () => {
    const stopped = transport.stop()
    if (options.clock instanceof VirtualClock) advance(options.clock, 60_000)
    await stopped
  })
  return recorded
}

function noTransfers(): Pick<Recorded, 'bodies' | 'transfers'> {
  return { bodies: [], transfers: { announced: 0, taken: 0, aborted: 0 } }
}

function takeBody(recorded: Recorded, peer: string, head: Uint8Array, bytes: number): TransferSink | TransferRefusal {
  const { transfers } = recorded
  transfers.announced++
  if (bytes > recorded.bodyBytesMax) return 'oversize'
  if (!recorded.accepts) return 'refused'
  transfers.taken++
  const entry = { peer, head: head.slice(), body: new Uint8Array(bytes) }
  let position = 0
  return {
    write(chunk) {
      entry.body.set(chunk, position)
      position += chunk.length
    },
    end: () => recorded.bodies.push(entry) > 0 && recorded.accepts,
    abort: () => void transfers.aborted++,
  }
}

/** Sends a transfer from one transport to the other. */
export function transfer(from: Recorded, to: Recorded, body: Uint8Array, head: Uint8Array = Uint8Array.of(8, 1)): void {
  const outgoing = { head, bytes: body.length, copyBody: () => body.slice() }
  from.transport.transfer(to.transport.self, ECHO.name, outgoing, to.transport.addresses)
}

/** Sends bytes from one transport to the other. */
export function send(from: Recorded, to: Recorded, frame: Uint8Array): void {
  from.transport.send(to.transport.self, ECHO.name, frame, to.transport.addresses)
}

/** Waits until what is expected holds. */
export async function eventually(expectation: () => void): Promise<void> {
  await vi.waitFor(expectation, { timeout: PATIENCE_MS, interval: 5 })
}

/** A libp2p host that obeys nothing, connected with `victim`. */
export async function startAttacker(victim: Recorded): Promise<{ node: Libp2p; open(path?: string): Promise<Stream> }> {
  const node = await createLibp2p({
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux({ enableKeepAlive: false })],
    connectionMonitor: { enabled: false },
    connectionManager: {
      dialTimeout: PATIENCE_MS,
      addressDialTimeout: PATIENCE_MS,
      inboundUpgradeTimeout: PATIENCE_MS,
      inboundStreamProtocolNegotiationTimeout: PATIENCE_MS,
      outboundStreamProtocolNegotiationTimeout: PATIENCE_MS,
    },
  })
  onTestFinished(() => node.stop())
  const address = multiaddr(fullAddress(victim))
  return {
    node,
    async open(path = ECHO_PATH) {
      const connection = await node.dial(address)
      return await connection.newStream(path, { maxOutboundStreams: 10_000 })
    },
  }
}

/** The first address of a transport, with its name. */
export function fullAddress(of: Recorded): string {
  return `${of.transport.addresses[0]}/p2p/${of.transport.self}`
}
