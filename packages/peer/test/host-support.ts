import { type Context, type Guard, type Message, type Protocol, randomStream } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import { createMessageCodec } from '../src/codecs/message-codec.ts'
import type { HostFault, HostRefusal } from '../src/host-counters.ts'
import type { ProtocolMount } from '../src/hosted-protocol.ts'
import { ProtocolHost, type ProtocolHostOptions } from '../src/protocol-host.ts'
import type { OutgoingTransfer, Transport, TransportReceiver } from '../src/transport.ts'
import { VirtualClock } from '../src/virtual-clock.ts'

/** A transport that keeps what is sent, and through which a test says what is received. */
export class StubTransport implements Transport {
  readonly self = 'self'
  readonly addresses: readonly string[] = ['/ip4/10.0.0.1/tcp/1']
  readonly sent: { peer: string; protocol: string; frame: Uint8Array; addresses: readonly string[] }[] = []
  readonly transfers: { peer: string; protocol: string; head: Uint8Array; body: Uint8Array }[] = []
  receiver!: TransportReceiver
  /** What happens within `send`. */
  onSend: () => void = () => {}

  send(peer: string, protocol: string, frame: Uint8Array, addresses: readonly string[]): void {
    this.sent.push({ peer, protocol, frame, addresses })
    this.onSend()
  }

  transfer(peer: string, protocol: string, { head, copyBody }: OutgoingTransfer): void {
    this.transfers.push({ peer, protocol, head, body: copyBody() })
  }

  listen(receiver: TransportReceiver): void {
    this.receiver = receiver
  }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}
}

/** A protocol made of the handlers that a test cares about. */
export function protocolOf(handlers: Partial<Protocol>): Protocol {
  return { onStart() {}, onTimeout() {}, onMessage() {}, ...handlers }
}

/** Writes down which handler ran when; `handlers` run as well. */
export function recorder(log: string[], name: string, handlers: Partial<Protocol> = {}): Protocol {
  const note = (what: string, context: Context) => log.push(`${context.now} ${name}.${what}`)
  return {
    onStart(context) {
      note('onStart', context)
      handlers.onStart?.(context)
    },
    onTimeout(context, timer) {
      note(`onTimeout ${timer}`, context)
      handlers.onTimeout?.(context, timer)
    },
    onMessage(context, from, message) {
      note(`onMessage ${message.kind} from ${from}`, context)
      handlers.onMessage?.(context, from, message)
    },
    onPeerUnreachable(context, peer) {
      note(`onPeerUnreachable ${peer}`, context)
      handlers.onPeerUnreachable?.(context, peer)
    },
    onStop(context) {
      note('onStop', context)
      handlers.onStop?.(context)
    },
  }
}

export function mount(name: string, protocol: Protocol, guard?: Guard, payloadWordsMax = 8): ProtocolMount {
  const codec = createMessageCodec({ name, payloadWordsMax })
  return guard === undefined ? { protocol, codec } : { protocol, codec, guard }
}

export interface HostBench {
  readonly host: ProtocolHost
  readonly transport: StubTransport
  readonly clock: VirtualClock
  readonly memory: BufferMemory
  readonly refusals: HostRefusal[]
  readonly faults: HostFault[]
}

export function createHost(protocols: ProtocolMount[], options: Partial<ProtocolHostOptions> = {}): HostBench {
  const transport = new StubTransport()
  const clock = new VirtualClock()
  const memory = new BufferMemory(1024)
  const refusals: HostRefusal[] = []
  const faults: HostFault[] = []
  const host = new ProtocolHost({
    transport,
    clock,
    memory,
    random: randomStream(1),
    protocols,
    ...options,
    onRefusal: (refusal) => refusals.push(refusal),
    onFault: (fault) => faults.push(fault),
  })
  return { host, transport, clock, memory, refusals, faults }
}

const sender = new BufferMemory(256)

/** A frame of the default codec. */
export function frameOf(message: Partial<Message> & { readonly words?: readonly number[] }): Uint8Array {
  const { words = [], ...header } = message
  const offset = sender.allocate(words.length)
  sender.int32.set(words, offset)
  const codec = createMessageCodec({ name: 'any', payloadWordsMax: 64 })
  const whole = { kind: 0, value: 0, stamp: 0, ...header, offset, length: words.length }
  return codec.encode(whole, sender, undefined as never)
}
