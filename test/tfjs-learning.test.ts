import { parseCsv, partition, type RawDataset, selectRows } from '@hearsay/datasets'
import { loadBuiltinDataset } from '@hearsay/datasets/node'
import { type LearningPeer, type LearningPeerOptions, type PeerNetwork, startLearningPeer } from '@hearsay/peer'
import { mlpModule, tfjsNetwork } from '@hearsay/tfjs/worker'
import { afterEach, expect, test, vi } from 'vitest'
import { PATIENCE } from './patience.ts'

// Peers that train a TensorFlow.js model with each other over libp2p, on real sockets.

const peers: LearningPeer[] = []
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.stop()))
})

async function start(options: LearningPeerOptions): Promise<LearningPeer> {
  const peer = await startLearningPeer(options)
  peers.push(peer)
  return peer
}

/** The type says that what one package makes is what the other takes. */
async function mlp(hidden: readonly number[]): Promise<PeerNetwork> {
  const argument = { features: 64, hidden, classes: 10 }
  return await tfjsNetwork({ module: mlpModule, argument, backend: 'cpu' })
}

async function digits(count: number): Promise<{ shards: RawDataset[]; heldOut: RawDataset }> {
  const { train, test: heldOut } = await loadBuiltinDataset('digits')
  const shards = partition(train, count, { kind: 'iid', seed: 1 }).map((rows) => selectRows(train, rows))
  return {
    shards,
    heldOut: selectRows(
      heldOut,
      Int32Array.from({ length: 100 }, (_, row) => row),
    ),
  }
}

const RUN = { periodMs: 100, cycles: 10_000 }

test.each(['float32', 'float16'] as const)(
  'peers train a network together, and predict with it: %s',
  async (weights) => {
    const { shards, heldOut } = await digits(3)
    const model = await mlp([16])
    const first = await start({ model, rows: shards[0], heldOut, run: { ...RUN, weights } })
    const { addresses: bootstrap } = first
    const others = await Promise.all(shards.slice(1).map((rows) => start({ model, rows, heldOut, bootstrap })))
    expect(first.manifest.model).toMatchObject({
      kind: 'network',
      network: { parameters: 1210, hash: model.schema.hash },
    })
    expect(first.backend).toMatchObject({ backend: 'cpu', why: expect.stringContaining('plain JavaScript') })
    for (const peer of [first, ...others]) {
      await vi.waitFor(() => expect(peer.now.error).toBeLessThan(0.2), PATIENCE)
      const { error, steps, modelsIn, modelsOut, refused, age } = peer.now
      expect([modelsIn > 0, modelsOut > 0, steps > 0, age >= steps / modelsIn, refused]).toEqual([
        ...Array(4).fill(true),
        0,
      ])
      expect(peer.weights.map(({ length }) => length)).toEqual([1210])
      // What it predicts is what it is measured by.
      const wrong = Array.from(heldOut.labels).filter((label, row) => {
        return peer.predict(heldOut.features.subarray(64 * row, 64 * (row + 1))) !== heldOut.classNames[label]
      })
      expect(wrong.length / heldOut.rows).toBeCloseTo(error ?? Number.NaN, 12)
    }
  },
)

test('a peer whose network differs is refused: both hashes, and the first layer that differs', async () => {
  const { shards } = await digits(2)
  const model = await mlp([8])
  const other = await tfjsNetwork({ module: new URL('tfjs-model.ts', import.meta.url), backend: 'cpu' })
  const { addresses: bootstrap } = await start({ model, rows: shards[0], run: RUN })
  const refused = startLearningPeer({ model: other, rows: shards[1], bootstrap })
  await expect(refused).rejects.toMatchObject({ name: 'RemoteError', code: 'MODEL_SCHEMA' })
  const { message } = (await refused.catch((error: unknown) => error)) as Error
  expect(message).toContain(model.schema.hash)
  expect(message).toContain(other.schema.hash)
  expect(message).toMatch(/layer 0 is .*"units":9.* here and .*"units":8.* there/)
  await expect(startLearningPeer({ rows: shards[1], bootstrap })).rejects.toMatchObject({ code: 'NETWORK_MISSING' })
})

test('a network is not taken into a run of a linear model, nor one that does not fit the rows', async () => {
  const rows = parseCsv('a,b,class\n1,2,x\n3,4,y\n', { label: 'class' })
  const { addresses: bootstrap } = await start({ rows, run: RUN })
  const model = await mlp([8])
  await expect(startLearningPeer({ model, rows, bootstrap })).rejects.toMatchObject({ code: 'NETWORK_UNUSED' })
  await expect(startLearningPeer({ model, rows, run: RUN })).rejects.toThrow('a row has 2 features')
  const wrong = startLearningPeer({ model, rows, run: { ...RUN, creation: 'UM' } })
  await expect(wrong).rejects.toThrow('a network is created by MU or RW')
})

test('a peer whose training thread has died ends, and says why', async () => {
  const { shards } = await digits(2)
  const module = new URL('tfjs-model.ts', import.meta.url)
  const deadly = await tfjsNetwork({ module, exportName: 'createDeadlyModel', backend: 'cpu' })
  const sound = await tfjsNetwork({ module, backend: 'cpu' })
  const first = await start({ model: deadly, rows: shards[0], run: RUN })
  const second = await start({ model: sound, rows: shards[1], bootstrap: first.addresses })
  const progress = (async () => {
    for await (const _ of first.progress());
  })()
  const why = { code: 'TRAINING_THREAD', message: 'the thread that trains is gone: out of memory' }
  await expect(progress).rejects.toMatchObject(why)
  await expect(first.finished).rejects.toMatchObject(why)
  await vi.waitFor(() => expect(second.connections).toEqual([]), PATIENCE)
})
