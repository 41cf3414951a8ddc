import type { Context, Message, Protocol } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import { createModelCodec, type ModelCodecOptions, type ProtocolPeer, startProtocolPeer } from '@hearsay/peer'
import { afterEach, expect, test, vi } from 'vitest'
import { PATIENCE } from './patience.ts'

// Models that are longer than any frame, from memory to memory over real sockets.

const peers: ProtocolPeer[] = []
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.stop()))
})

/** Sends the model at `model` on each timeout, and keeps what it has received of one. */
class Sender implements Protocol {
  readonly #kernels: Kernels
  readonly #select: (context: Context) => number
  readonly #words: number
  readonly model: number
  readonly received: { age: number; first: number; last: number; norm: number }[] = []
  isSending = false

  constructor(kernels: Kernels, words: number, select: (context: Context) => number) {
    this.#kernels = kernels
    this.#select = select
    this.#words = words
    this.model = kernels.memory.allocate(words)
  }

  onStart(context: Context): void {
    context.setTimer(0, 50)
  }

  onTimeout(context: Context): void {
    const peer = this.#select(context)
    if (this.isSending && peer >= 0) context.send(peer, 0, 0, this.received.length + 7, this.model, this.#words)
    context.setTimer(0, 50)
  }

  onMessage(_: Context, __: number, { stamp, offset, length }: Message): void {
    const { float32 } = this.#kernels.memory
    const norm = this.#kernels.norm(offset, length)
    this.received.push({ age: stamp, first: float32[offset], last: float32[offset + length - 1], norm })
  }
}

async function start(words: number, options: ModelCodecOptions, bootstrap: readonly string[] = []): Promise<Sender> {
  let sender: Sender | undefined
  const peer = await startProtocolPeer({
    bootstrap,
    periodMs: 100,
    protocols: ({ kernels, sampler }) => {
      sender = new Sender(kernels, words, (context) => sampler.selectPeer(context))
      kernels.memory.float32.fill(0.5, sender.model, sender.model + words)
      return [{ protocol: sender, codec: createModelCodec(options) }]
    },
  })
  peers.push(peer)
  return sender!
}

test('a model of 64 MiB is exchanged', async () => {
  const words = 2 ** 24
  const options = { outputs: 1, dimension: words }
  const receiver = await start(words, options)
  const sender = await start(words, options, peers[0].addresses)
  sender.isSending = true
  await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThan(0), PATIENCE)
  expect(receiver.received[0]).toEqual({ age: 7, first: 0.5, last: 0.5, norm: 2048 })
  expect(peers[0].counters.protocols.get('gossip-learning')).toMatchObject({ faults: 0 })
})

test('a model that is longer than those of the receiver’s run is refused', async () => {
  const [short, long] = [100_000, 200_000]
  const receiver = await start(short, { outputs: 1, dimension: short })
  const sender = await start(long, { outputs: 1, dimension: long }, peers[0].addresses)
  sender.isSending = true
  const refused = (): ReadonlyMap<string, number> | undefined =>
    peers[0].counters.protocols.get('gossip-learning')?.refused
  await vi.waitFor(() => expect(refused()?.get('TRANSFER_TOO_LONG')).toBe(1), PATIENCE)
  expect(receiver.received).toEqual([])
})
