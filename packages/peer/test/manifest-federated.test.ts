import type { RawDataset } from '@hearsay/datasets'
import { UPDATE_ROWS_MAX } from '@hearsay/federated'
import { createKernels } from '@hearsay/kernels'
import { beforeAll, describe, expect, it } from 'vitest'
import { generateKey, peerNameOf } from '../src/identity.ts'
import { buildLearningStack, learningFrames, openNetwork } from '../src/learning-stack.ts'
import type { PeerNetwork } from '../src/learning/network.ts'
import type { FederatedSettings } from '../src/learning/federated-settings.ts'
import { parseSignedManifest, signManifest } from '../src/manifest-envelope.ts'
import { checkManifest } from '../src/manifest-schema.ts'
import type { RunManifest } from '../src/manifest.ts'
import { manifestOf, type RunSettings } from '../src/run-settings.ts'

const rows: RawDataset = {
  ...{ name: 'rows', featureNames: ['a', 'b', 'c', 'd', 'e'], classNames: ['ham', 'spam'], rows: 4 },
  features: Float64Array.from({ length: 20 }, (_, i) => (i * 7) % 11),
  labels: Int32Array.of(0, 1, 0, 1),
}

let key: Awaited<ReturnType<typeof generateKey>>
beforeAll(async () => {
  key = await generateKey()
})

const launched = (method: RunSettings['method'], more: RunSettings = {}): RunManifest =>
  manifestOf(
    { ...more, ...(method === undefined ? {} : { method }) },
    { launcher: peerNameOf(key), runId: 'run-1', rows, unixNowMs: 1_790_000_000_000 },
  )

/** As long and as hollow as a network that is only written into a manifest may be. */
const network: PeerNetwork = {
  ...{ schema: { layers: ['0 Dense', '1 Dense'], hash: 'f'.repeat(64) }, parameters: 30, assertSame() {} },
  open: () => Promise.reject(new Error('nobody trains it')),
}

describe('the manifest of a network that learns by federated methods', () => {
  const problemOf = (method: RunSettings['method'], more: RunSettings = {}): string | undefined =>
    checkManifest(
      manifestOf(
        { ...more, ...(method === undefined ? {} : { method }) },
        { launcher: peerNameOf(key), runId: 'run-1', rows, unixNowMs: 1_790_000_000_000, network },
      ),
    ).problem

  it.each<[FederatedSettings, RunSettings?]>([
    [{}],
    [{ algorithm: { kind: 'fedavg', epochs: 3 }, fraction: 0.5, weights: 'int8', modelWeights: 'float16' }],
    [{ algorithm: { kind: 'fedavg', epochs: 3, serverEta: 1 } }, { epochs: 3 }],
    [{ serverTrains: false }, { epochs: 2, batch: 8 }],
    [{ algorithm: { kind: 'fedavg', serverEta: 0.5 }, exchange: { kind: 'subsampled', share: 0.5 } }],
    [{ algorithm: { kind: 'fedadam', epochs: 3, serverEta: 0.01, beta1: 0.5, beta2: 0.9, tau: 0.01 } }],
    [{ algorithm: { kind: 'fedprox', mu: 0.1, epochs: 2 } }, { epochs: 2 }],
  ])('is valid for %j %j', (method, more = {}) => {
    expect(problemOf(method, more)).toBeUndefined()
  })

  it.each<[FederatedSettings, string, RunSettings?]>([
    [{ algorithm: { kind: 'fedsgd' } }, 'a network does not learn by fedsgd, whose server takes the steps'],
    [{ algorithm: { kind: 'fedadam', serverEta: 0 } }, 'federated.algorithm.serverEta'],
    [{ algorithm: { kind: 'fedyogi', beta1: 1 } }, 'federated.algorithm.beta1'],
    [{ algorithm: { kind: 'fedprox', mu: -1 } }, 'federated.algorithm.mu'],
    [{ exchange: { kind: 'subsampled', share: 0 } }, 'federated.exchange.share'],
    [{ algorithm: { kind: 'fedavg', epochs: 3 } }, 'a network of 2 epochs', { epochs: 2 }],
    [{ algorithm: { kind: 'fedprox', mu: 1, epochs: 3 } }, 'a network of 2 epochs', { epochs: 2 }],
  ])('is refused for %j: %s', (method, problem, more = {}) => {
    expect(problemOf(method, more)).toContain(problem)
  })

  it.each<[FederatedSettings, number]>([
    [{ algorithm: { kind: 'fedprox', mu: 0.3 } }, 0.3],
    [{ algorithm: { kind: 'fedadam' } }, 0],
  ])('tells the network what holds it to the model of the server: %j', async (method, mu) => {
    const manifest = manifestOf({ method }, { launcher: 'L', runId: 'r', rows, unixNowMs: 0, network })
    const told: number[] = []
    const telling: PeerNetwork = {
      ...network,
      open: (environment) => {
        told.push(environment.mu)
        return network.open(environment)
      },
    }
    await expect(openNetwork(telling, { manifest, kernels: createKernels(), rows })).rejects.toThrow('nobody trains it')
    expect(told).toEqual([mu])
  })

  it('says how many epochs there are, whoever has said so', () => {
    const epochsOf = (method: FederatedSettings, more: RunSettings = {}): number | undefined =>
      manifestOf({ ...more, method }, { launcher: 'L', runId: 'r', rows, unixNowMs: 0, network }).model.network?.epochs
    expect([epochsOf({}), epochsOf({ algorithm: { kind: 'fedavg', epochs: 4 } }), epochsOf({}, { epochs: 5 })]).toEqual(
      [1, 4, 5],
    )
    expect(epochsOf({ algorithm: { kind: 'fedyogi', epochs: 6 } })).toBe(6)
  })
})

describe('the manifest of a federated run', () => {
  it('has nothing left open but the formats', () => {
    expect(launched({}, { periodMs: 250 })).toMatchObject({ protocol: 'federated-learning', launcher: peerNameOf(key) })
    expect(launched({}, { periodMs: 250 }).federated).toEqual({
      ...{ algorithm: { kind: 'fedavg' }, fraction: 1, roundMs: 500, deadlineMs: 1000 },
      ...{ updatesMin: 1, serverTrains: true },
    })
    expect(launched('gossip')).toEqual(launched(undefined))
    expect(launched('gossip')).not.toHaveProperty('federated')
  })

  it('is not made of a deadline before the end of the shortest round, said or not', () => {
    const text = 'a deadline of 10 ms is before the end of the shortest round, after 500 ms: give a later deadline'
    expect(() => launched({ deadlineMs: 10 }, { periodMs: 250 })).toThrow(text)
    expect(launched({ roundMs: 10, deadlineMs: 10 }).federated?.deadlineMs).toBe(10)
  })

  const all: FederatedSettings[] = [
    {
      ...{ algorithm: { kind: 'fedavg', epochs: 5, serverEta: undefined }, fraction: 0.1, roundMs: 10, deadlineMs: 90 },
      ...{ updatesMin: 3, serverTrains: false, weights: 'int8', modelWeights: 'float16' },
      ...{ exchange: { kind: 'subsampled', share: 0.3 } },
    },
    { algorithm: { kind: 'fedsgd' }, exchange: { kind: 'full' }, weights: 'float32' },
    { algorithm: { kind: 'fedprox', mu: 0.5, epochs: 2 } },
    { algorithm: { kind: 'fedadam', serverEta: 0.1, beta1: 0.9, beta2: 0.99, tau: 1e-3 } },
    { algorithm: { kind: 'fedyogi' } },
    { algorithm: { kind: 'fedadagrad', epochs: 1 } },
  ]
  it.each(all)('is the same to whoever reads it, and makes a stack: %j', async (settings) => {
    const manifest = launched(settings)
    const { manifest: read } = await parseSignedManifest(await signManifest(manifest, key))
    expect(read).toEqual(manifest)
    const { mounts } = buildLearningStack({ manifest, kernels: createKernels(), rows, server: 3 })
    const frames = new Map(learningFrames(5).map(({ name, frameBytesMax }) => [name, frameBytesMax]))
    expect(mounts.map(({ codec }) => codec.name)).toEqual(['newscast', 'federated-learning', 'aggregates'])
    for (const { codec } of mounts) expect(codec.frameBytesMax).toBeLessThanOrEqual(frames.get(codec.name) ?? 0)
  })

  it('has a guard that holds local trainings to the rows of the run', () => {
    const { mounts } = buildLearningStack({
      manifest: launched({ algorithm: { kind: 'fedavg', epochs: 3 } }, { rowsMax: 100 }),
      ...{ kernels: createKernels(), rows },
    })
    const { guard } = mounts[1]
    const inspect = (value: number) => guard?.inspect({ kind: 2, stamp: 1, value, offset: 0, length: 8 }, 0)
    expect([inspect(300), inspect(301), inspect(UPDATE_ROWS_MAX)]).toEqual([undefined, 'value', 'value'])
  })
})

describe('it is refused', () => {
  const wrong: [path: string, change: Record<string, unknown>, more?: Partial<RunManifest>][] = [
    ['federated.algorithm', { algorithm: { kind: 'fedmedian' } }],
    ['federated.algorithm.epochs', { algorithm: { kind: 'fedavg', epochs: 0 } }],
    ['federated.algorithm.epochs', { algorithm: { kind: 'fedavg', epochs: 1001 } }],
    ['federated.algorithm.mu', { algorithm: { kind: 'fedprox' } }],
    ['federated.algorithm', { algorithm: { kind: 'fedsgd', epochs: 2 } }],
    ['federated.algorithm.beta2', { algorithm: { kind: 'fedadam', beta2: 1 } }],
    ['federated.algorithm.serverEta', { algorithm: { kind: 'fedyogi', serverEta: 0 } }],
    ['federated.fraction', { fraction: 0 }],
    ['federated.fraction', { fraction: 1.1 }],
    ['federated.roundMs', { roundMs: 0.5 }],
    ['federated.deadlineMs', { deadlineMs: 1e9 }],
    ['federated: has a deadline', { roundMs: 500, deadlineMs: 400 }],
    ['federated.updatesMin', { updatesMin: 0 }],
    ['federated.serverTrains', { serverTrains: 1 }],
    ['federated.exchange', { exchange: { kind: 'partitioned', parts: 2 } }],
    ['federated.exchange.share', { exchange: { kind: 'subsampled', share: 0 } }],
    ['federated.weights', { weights: 'float8' }],
    ['federated', { more: 1 }],
    ['federated: FedSGD takes all rows', { algorithm: { kind: 'fedsgd' } }, { rowsMax: 5000 }],
    ['federated: goes with the protocol', {}, { protocol: 'gossip-learning' }],
  ]
  it.each(wrong)('with %s: %o', async (path, change, more = {}) => {
    const plain = launched({})
    const invalid = { ...plain, ...more, federated: { ...plain.federated, ...change } } as RunManifest
    expect(checkManifest(invalid).problem).toContain(path)
    await expect(signManifest(invalid, key)).rejects.toMatchObject({ code: 'MANIFEST_INVALID' })
  })

  it('without what the protocol needs', () => {
    expect(checkManifest({ ...launched('gossip'), protocol: 'federated-learning' }).problem).toContain('federated')
  })
})
