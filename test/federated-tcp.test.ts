import { randomStream } from '@hearsay/core'
import { fitScaling, largestNorm, partition, selectRows } from '@hearsay/datasets'
import { loadBuiltinDataset } from '@hearsay/datasets/node'
import {
  generateKey,
  type LearningPeer,
  type LearningPeerOptions,
  type Progress,
  type RunSettings,
  startLearningPeer,
} from '@hearsay/peer'
import { afterEach, describe, expect, test } from 'vitest'

// Real sockets: federated learning by the peers, the overlay and the manifest that gossip learning has.

const PEERS = 6
const ROWS_PER_PEER = 100
const PERIOD_MS = 60

const peers: LearningPeer[] = []
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.stop()))
})

const split = await loadBuiltinDataset('spambase')
const scaling = fitScaling(split.train, 'standardise')
const shards = partition(split.train, PEERS, { kind: 'iid', seed: 2 }).map((rows) => rows.slice(0, ROWS_PER_PEER))
const rowNormMax = largestNorm(split.train, scaling)
const names = split.train.classNames

function mean(values: readonly (number | null | undefined)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? Number.NaN), 0) / values.length
}

function settingsOf(more: RunSettings): RunSettings {
  const rows = { scaling, rowsMax: ROWS_PER_PEER, rowNormMax }
  return { ...rows, model: 'logistic', lambda: 1e-3, eta: 100, periodMs: PERIOD_MS, ...more }
}

async function startPeer(index: number, options: Partial<LearningPeerOptions>): Promise<LearningPeer> {
  const rows = selectRows(split.train, shards[index])
  const peer = await startLearningPeer({ rows, heldOut: split.test, random: randomStream(4, index), ...options })
  peers.push(peer)
  return peer
}

/** The server, and its clients. */
async function startSwarm(settings: RunSettings, more: Partial<LearningPeerOptions> = {}): Promise<LearningPeer[]> {
  const run = settingsOf({ ...settings, startUnixMs: Date.now() + 700 })
  const server = await startPeer(0, { run, ...more })
  const bootstrap = server.addresses
  return [server, ...(await Promise.all(shards.slice(1).map((_, i) => startPeer(i + 1, { bootstrap }))))]
}

/** The first progress, now or later, that `accept` takes. */
async function progressOf(peer: LearningPeer, accept: (progress: Progress) => boolean): Promise<Progress> {
  for await (const progress of peer.progress()) if (accept(progress)) return progress
  throw new Error('the run ended without that')
}

/** Stops all peers as soon as each has come so far: how long that takes, is up to the machine. */
async function stopWhen(swarm: readonly LearningPeer[], hasLearned: (now: Progress) => boolean): Promise<Progress[]> {
  await Promise.all(swarm.map((peer) => progressOf(peer, hasLearned)))
  await Promise.all(swarm.map((peer) => peer.stop()))
  return Promise.all(swarm.map((peer) => peer.finished))
}

describe('a federated run over TCP', () => {
  test('learns what no peer could alone, and shows who carries the traffic', async () => {
    const swarm = await startSwarm({ cycles: 100_000, method: { updatesMin: 4 } })
    const [server, client] = swarm
    expect(server.manifest).toMatchObject({ protocol: 'federated-learning', launcher: server.name })
    expect(client.manifest.federated).toMatchObject({ algorithm: { kind: 'fedavg' }, roundMs: 2 * PERIOD_MS })
    const ends = await stopWhen(swarm, ({ error, round = 0 }) => error !== null && error < 0.1 && round > 5)
    const error = mean(ends.map((end) => end.error))
    expect(error).toBeLessThan(0.13)
    expect(error).toBeLessThan(mean(ends.map(({ isolatedError }) => isolatedError)))
    for (const { refused, final, serverLost } of ends)
      expect([refused, final, serverLost]).toEqual([0, true, undefined])
    const [served, ...clients] = ends
    for (const { round, steps, modelsIn, learningBytesIn, learningBytesOut, bytesOut, framesOut } of clients) {
      expect(round).toBeGreaterThan(5)
      expect(steps).toBe(ROWS_PER_PEER * modelsIn)
      // A model and an update have 57 weights of 4 bytes.
      expect(learningBytesIn).toBeGreaterThanOrEqual(228 * modelsIn)
      expect(learningBytesOut).toBeLessThan(250 * (modelsIn + 10))
      expect(bytesOut).toBeGreaterThan(learningBytesOut)
      expect(framesOut).toBeGreaterThan(modelsIn)
    }
    const sumOf = (key: 'learningBytesIn' | 'learningBytesOut' | 'modelsIn' | 'modelsOut'): number =>
      clients.reduce((sum, end) => sum + end[key], 0)
    // All that a client receives is the server's, and all that it sends is for the server.
    expect(served.learningBytesOut).toBeGreaterThanOrEqual(sumOf('learningBytesIn'))
    expect(served.learningBytesIn).toBeGreaterThan(0)
    expect(served.learningBytesIn).toBeLessThanOrEqual(sumOf('learningBytesOut'))
    expect(served.modelsOut).toBeGreaterThanOrEqual(sumOf('modelsIn'))
    expect(served.modelsIn).toBeLessThanOrEqual(sumOf('modelsOut'))
    const row = split.test.features.subarray(0, split.test.featureNames.length)
    for (const peer of swarm) expect(names).toContain(peer.predict(row))
  })

  test('learns from a share of the clients in each round, by int8 updates of half of the weights', async () => {
    const swarm = await startSwarm({
      cycles: 100_000,
      method: {
        updatesMin: 2,
        ...{ algorithm: { kind: 'fedprox', mu: 0.01, epochs: 2 }, fraction: 0.5, deadlineMs: 4 * PERIOD_MS },
        ...{ exchange: { kind: 'subsampled', share: 0.5 }, weights: 'int8', modelWeights: 'float16' },
      },
    })
    const ends = await stopWhen(
      swarm,
      ({ error, steps }) => error !== null && error < 0.15 && steps > 4 * ROWS_PER_PEER,
    )
    expect(Math.min(...ends.map(({ modelsIn }) => modelsIn))).toBeGreaterThan(0)
    expect(ends.map(({ refused }) => refused)).toEqual(ends.map(() => 0))
  })

  test('clients whose server has gone keep their last model, say so, and find it again where it returns', async () => {
    const privateKey = await generateKey()
    // No round counts that has not heard of most: what they keep is then a model of all.
    const method = { roundMs: PERIOD_MS, deadlineMs: 2 * PERIOD_MS, updatesMin: 4 }
    const [server, ...clients] = await startSwarm({ cycles: 100_000, method }, { privateKey })
    await Promise.all(clients.map((client) => progressOf(client, ({ age }) => age > 9 * ROWS_PER_PEER)))
    await server.stop()
    const orphaned = await Promise.all(clients.map((client) => progressOf(client, (now) => now.serverLost === true)))
    for (const { error, age } of orphaned) {
      expect(error).toBeLessThan(0.15)
      expect(age).toBeGreaterThan(5 * ROWS_PER_PEER)
    }
    const lastRound = Math.max(...orphaned.map(({ round }) => round ?? 0))
    // Whoever has the launcher's key is the server, be it at another address: the run is the one that its clients are in.
    const again = await startPeer(0, { privateKey, bootstrap: clients[0].addresses })
    expect(again.name).toBe(server.name)
    const found = await Promise.all(
      clients.map((client) =>
        progressOf(client, (now) => now.serverLost === undefined && (now.round ?? 0) > lastRound),
      ),
    )
    for (const { round } of found) expect(round).toBeGreaterThan(lastRound)
  })
})
