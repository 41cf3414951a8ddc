import { type Context, type Message, type Protocol, randomStream, UsageError } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { ProtocolBundle } from '../src/aggregates/protocol-bundle.ts'
import { protocolOf } from './host-support.ts'

class RecordingContext implements Context {
  readonly self = 0
  readonly now = 0
  readonly random = randomStream(1)
  readonly sent: { to: number; kind: number; value: number | undefined }[] = []
  readonly timers: { timer: number; delayMs: number }[] = []

  send(to: number, kind: number, value?: number): void {
    this.sent.push({ to, kind, value })
  }

  setTimer(timer: number, delayMs: number): void {
    this.timers.push({ timer, delayMs })
  }
}

function messageOf(header: Partial<Message>): Message {
  return { kind: 0, value: 0, stamp: 0, offset: 0, length: 0, ...header }
}

/** Sets timer 1 for 10 ms, sends its name as a value, and answers kind 2 with kind 3. */
function member(name: number, log: string[]): Protocol {
  return {
    onStart(context: Context) {
      context.setTimer(1, 10)
    },
    onTimeout(context: Context, timer: number) {
      log.push(`${name} timer ${timer}`)
      context.send(7, 0, name)
      context.setTimer(1, 10)
    },
    onMessage(context: Context, from: number, { kind, value, stamp }) {
      log.push(`${name} got ${kind} ${value} ${stamp} from ${from}`)
      if (kind === 2) context.send(from, 3, value)
    },
    onPeerUnreachable: (_, peer) => log.push(`${name} lost ${peer}`),
    onStop: () => log.push(`${name} stops`),
    onForget: () => log.push(`${name} forgets`),
  }
}

describe('a bundle of protocols', () => {
  test('gives each member kinds and timers of its own', () => {
    const log: string[] = []
    const bundle = new ProtocolBundle([1, 2, 3].map((name) => ({ protocol: member(name, log) })))
    const context = new RecordingContext()
    bundle.onStart(context)
    expect(context.timers.map(({ timer, delayMs }) => [timer, delayMs])).toEqual([1, 5, 9].map((timer) => [timer, 10]))
    bundle.onTimeout(context, 5)
    bundle.onMessage(context, 4, messageOf({ kind: 10, value: 0.5, stamp: 6 }))
    expect(log).toEqual(['2 timer 1', '3 got 2 0.5 6 from 4'])
    expect(context.sent.map(({ to, kind, value }) => [to, kind, value])).toEqual([
      [7, 4, 2],
      [4, 11, 0.5],
    ])
  })

  test('has members follow a leader: one timer, and one after the other', () => {
    const log: string[] = []
    const bundle = new ProtocolBundle(
      [1, 2, 3].map((name) => ({ protocol: member(name, log) })),
      1,
    )
    const context = new RecordingContext()
    bundle.onStart(context)
    expect(context.timers.map(({ timer }) => timer)).toEqual([1, 5])
    bundle.onTimeout(context, 5)
    bundle.onTimeout(context, 1)
    expect(log).toEqual(['2 timer 1', '3 timer 1', '1 timer 1'])
    expect(context.timers.map(({ timer }) => timer)).toEqual([1, 5, 5, 1])
  })

  test('tells all members what concerns them all', () => {
    const log: string[] = []
    const bundle = new ProtocolBundle([1, 2].map((name) => ({ protocol: member(name, log) })))
    const context = new RecordingContext()
    bundle.onPeerUnreachable(context, 5)
    bundle.onStop(context)
    bundle.onForget(context)
    expect(log).toEqual(['1 lost 5', '2 lost 5', '1 stops', '2 stops', '1 forgets', '2 forgets'])
  })

  test('asks the guard of the member that a message is for, and refuses messages for nobody', () => {
    const seen: number[] = []
    const guard = {
      inspect: ({ kind }: { readonly kind: number }) => (seen.push(kind), kind === 3 ? 'value' : undefined),
    }
    const bundle = new ProtocolBundle([{ protocol: protocolOf({}) }, { protocol: protocolOf({}), guard }] as const)
    const outcome = [1, 6, 7, 8, 127].map((kind) => bundle.inspect(messageOf({ kind }), 0))
    expect(outcome).toEqual([undefined, undefined, 'value', 'kind', 'kind'])
    expect(seen).toEqual([2, 3])
    bundle.onMessage(new RecordingContext(), 1, messageOf({ kind: 8 }))
  })

  test('refuses what does not fit', () => {
    expect(() => new ProtocolBundle(Array.from({ length: 33 }, () => ({ protocol: protocolOf({}) })))).toThrow(
      UsageError,
    )
    const sending = (kind: number): ProtocolBundle =>
      new ProtocolBundle([{ protocol: protocolOf({ onStart: (context) => context.send(1, kind) }) }])
    for (const kind of [-1, 4, 0.5]) expect(() => sending(kind).onStart(new RecordingContext())).toThrow(UsageError)
    expect(() => new ProtocolBundle([{ protocol: protocolOf({}) }]).persist({} as never)).toThrow(UsageError)
  })
})
