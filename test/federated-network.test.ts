import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { partition, type RawDataset, selectRows } from '@hearsay/datasets'
import { loadBuiltinDataset } from '@hearsay/datasets/node'
import { createKernels } from '@hearsay/kernels'
import { modelShape, Shards } from '@hearsay/learning'
import {
  type FederatedSettings,
  type LearningPeer,
  type LearningPeerOptions,
  type Progress,
  type RunSettings,
  startLearningPeer,
} from '@hearsay/peer'
import { createMlp, tfjsLearner } from '@hearsay/tfjs'
import { mlpModule, type TfjsNetwork, tfjsNetwork } from '@hearsay/tfjs/worker'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { HearsayProcess } from './hearsay-process.ts'

// Networks that learn by federated methods over libp2p, on real sockets.

const PEERS = 3

let folder: string
const peers: LearningPeer[] = []
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hearsay-fednet-'))
})
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.stop()))
})
afterAll(() => rm(folder, { recursive: true }))

const { train, test: all } = await loadBuiltinDataset('digits')
const heldOut = firstRows(all, 100)
const shards = partition(train, PEERS, { kind: 'iid', seed: 1 }).map((rows) => selectRows(train, rows))

function firstRows(data: RawDataset, rows: number): RawDataset {
  return selectRows(
    data,
    Int32Array.from({ length: rows }, (_, row) => row),
  )
}

async function mlp(...hidden: readonly number[]): Promise<TfjsNetwork> {
  return await tfjsNetwork({ module: mlpModule, argument: { features: 64, hidden, classes: 10 }, backend: 'cpu' })
}

function runBy(method: RunSettings['method']): RunSettings {
  return { periodMs: 100, cycles: 100_000, ...(method === undefined ? {} : { method }) }
}

async function start(options: LearningPeerOptions): Promise<LearningPeer> {
  const peer = await startLearningPeer({ heldOut, ...options })
  peers.push(peer)
  return peer
}

/** The server, and its clients. */
async function startSwarm(
  method: RunSettings['method'],
  hidden: readonly number[],
  rows: readonly RawDataset[] = shards,
  state?: string,
): Promise<LearningPeer[]> {
  const model = await mlp(...hidden)
  const server = await start({ model, rows: rows[0], run: runBy(method), ...(state === undefined ? {} : { state }) })
  const bootstrap = server.addresses
  // Whoever joins may leave it to the run what it makes.
  const joining = { load: () => Promise.resolve(model) }
  return [server, ...(await Promise.all(rows.slice(1).map((own) => start({ model: joining, rows: own, bootstrap }))))]
}

async function progressOf(peer: LearningPeer, accept: (progress: Progress) => boolean): Promise<Progress> {
  for await (const progress of peer.progress()) if (accept(progress)) return progress
  throw new Error('the run ended without that')
}

test.each<[string, FederatedSettings]>([
  ['float32', {}],
  [
    'FedAdam, int8 updates, float16 models',
    { algorithm: { kind: 'fedadam', serverEta: 0.03 }, weights: 'int8', modelWeights: 'float16' },
  ],
  [
    'FedProx, half of the weights of each update',
    { algorithm: { kind: 'fedprox', mu: 0.01 }, exchange: { kind: 'subsampled', share: 0.5 } },
  ],
])('a server and its clients train a network, each on its own rows: %s', async (_, method) => {
  const swarm = await startSwarm({ roundMs: 100, deadlineMs: 20_000, ...method }, [16])
  const [{ manifest }] = swarm
  expect(manifest).toMatchObject({ protocol: 'federated-learning', model: { network: { parameters: 1210 } } })
  const reached = await Promise.all(
    swarm.map((peer) => progressOf(peer, ({ error }) => error !== null && error < 0.15)),
  )
  expect(reached.map(({ refused, serverLost }) => [refused, serverLost])).toEqual(reached.map(() => [0, undefined]))
  // The others were at it when each got there: what the server has done by now is more than what it then had.
  const { steps: ownSteps, modelsOut: served } = swarm[0].now
  const clients = reached.slice(1)
  for (const { modelsIn, modelsOut, steps, round } of clients) {
    expect([modelsIn, steps % shards[1].rows]).toEqual([modelsOut, 0])
    expect(round).toBeGreaterThan(0)
  }
  // The server's own part is of no traffic, and counted in its steps.
  expect(ownSteps).toBeGreaterThan(0)
  expect(served).toBeGreaterThanOrEqual(Math.max(...clients.map(({ modelsIn }) => modelsIn)))
  const digit = swarm[1].predict(heldOut.features.subarray(0, 64))
  expect(heldOut.classNames).toContain(digit)
})

test('FedAdam without memory moves each weight by η_s in each round, one way or the other', async () => {
  const eta = 2 ** -7
  const algorithm = { kind: 'fedadam', serverEta: eta, beta1: 0, beta2: 0, tau: 1e-9 } as const
  const [server, client] = await startSwarm({ roundMs: 100, deadlineMs: 20_000, serverTrains: false, algorithm }, [8])
  await progressOf(client, ({ modelsIn }) => modelsIn >= 4)
  const kernels = createKernels()
  const none = new Shards(
    kernels.memory,
    modelShape(64, 10, false),
    { features: new Float32Array(), labels: new Int32Array() },
    [[]],
  )
  const options = { kernels, shards: none, backend: 'cpu', initialSeed: 1 } as const
  const learner = await tfjsLearner(() => createMlp({ features: 64, hidden: [8], classes: 10 }), options)
  for (const { weights } of [server, client]) {
    // But for a weight that hardly changed in a round, that is a whole number of steps from where it began.
    const steps = Array.from(weights[0], (weight, i) => (weight - kernels.memory.float32[learner.initial + i]) / eta)
    const whole = steps.filter((step) => Math.abs(step - Math.round(step)) < 0.02)
    expect(whole.length).toBeGreaterThan(0.95 * steps.length)
    expect(new Set(whole.map(Math.round)).size).toBeGreaterThan(2)
  }
  learner.dispose()
})

test('models and updates that are longer than a frame go as transfers', async () => {
  const few = shards.map((rows) => firstRows(rows, 20))
  const [server, ...clients] = await startSwarm({ roundMs: 100, deadlineMs: 60_000 }, [900], few)
  const { network } = server.manifest.model
  const bytes = 4 * (network?.parameters ?? 0)
  expect(bytes).toBeGreaterThan(256 * 1024)
  const reached = await Promise.all(clients.map((client) => progressOf(client, ({ modelsIn }) => modelsIn >= 2)))
  for (const { age, refused, learningBytesIn, learningBytesOut } of reached) {
    expect(age).toBeGreaterThanOrEqual(20)
    expect(refused).toBe(0)
    expect(learningBytesIn).toBeGreaterThan(2 * bytes)
    expect(learningBytesOut).toBeGreaterThan(bytes)
  }
  expect(server.now.refused).toBe(0)
})

test('a server that is started again with its state goes on with its network', async () => {
  const state = path.join(folder, 'network')
  const [server, client] = await startSwarm({ roundMs: 100, deadlineMs: 20_000 }, [16], shards, state)
  await progressOf(client, ({ error }) => error !== null && error < 0.3)
  await server.stop()
  const model = await mlp(16)
  const run = runBy({ roundMs: 100, deadlineMs: 20_000 })
  const again = await start({ model, rows: shards[0], run, state })
  expect([again.isResumed, again.now.age]).toEqual([true, server.now.age])
  expect(again.weights).toEqual(server.weights)
  const { age } = server.now
  const next = await progressOf(client, (now) => now.age > age)
  expect(next.error).toBeLessThan(0.35)
})

test('hearsay peer launches a network, and joins one without being told which', async () => {
  const flags = ['peer', '--dataset', 'digits', '--backend', 'cpu']
  const launcher = new HearsayProcess(
    ...[...flags, '--model', 'mlp', '--hidden', '12', '--eta', '0.02', '--method', 'fedavg'],
    ...['--period', '200', '--deadline', '20000', '--cycles', '100000'],
  )
  const { addresses } = await launcher.line(({ type }) => type === 'start')
  const joiner = new HearsayProcess(...flags, '--bootstrap', (addresses as string[])[0])
  const start1 = await joiner.line(({ type }) => type === 'start')
  expect(start1).toMatchObject({ role: 'joiner', method: 'fedavg', model: 'mlp 64-12-10', features: 64 })
  expect(start1['backend']).toContain('plain JavaScript')
  expect(start1).not.toHaveProperty('lambda')
  await joiner.line(({ type, error }) => type === 'progress' && Number(error) < 0.4)
})
