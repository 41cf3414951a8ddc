import { createKernels } from '@hearsay/kernels'
import type { RawDataset } from '@hearsay/datasets'
import { beforeAll, describe, expect, it } from 'vitest'
import { generateKey, peerNameOf } from '../src/identity.ts'
import { buildLearningStack } from '../src/learning-stack.ts'
import { checkManifest } from '../src/manifest-schema.ts'
import { parseSignedManifest, signManifest } from '../src/manifest-envelope.ts'
import type { RunManifest } from '../src/manifest.ts'
import { manifestOf as manifestOfRun, type RunSettings } from '../src/run-settings.ts'

const rows: RawDataset = {
  name: 'rows',
  featureNames: ['a', 'b', 'c', 'd', 'e'],
  classNames: ['ham', 'spam'],
  features: Float64Array.from({ length: 20 }, (_, i) => (i * 7) % 11),
  labels: Int32Array.of(0, 1, 0, 1),
  rows: 4,
}

let key: Awaited<ReturnType<typeof generateKey>>
beforeAll(async () => {
  key = await generateKey()
})

const launched = (settings: RunSettings): RunManifest =>
  manifestOfRun(settings, { launcher: peerNameOf(key), runId: 'run-1', rows, unixNowMs: 1_790_000_000_000 })

describe('a manifest', () => {
  it('says nothing of what is as it always was', () => {
    expect(launched({}).hyperparameters).toEqual({
      ...{ lambda: 0.01, decay: true, batch: 1, creation: 'MU' },
      ...{ merge: 'age-weighted', mergeWith: 'last', ageRule: 'max' },
    })
    const plain: RunSettings = { flow: { kind: 'proactive' }, exchange: { kind: 'full' }, weights: 'float32' }
    expect(launched(plain)).toEqual(launched({}))
  })

  const settings: RunSettings = {
    flow: { kind: 'randomized', capacity: 30 },
    exchange: { kind: 'partitioned', parts: 5 },
    weights: 'float16',
    merge: 'limited',
    mergeGap: 100,
  }

  it('says in full how models travel, and whoever reads it has the same', async () => {
    const manifest = launched(settings)
    expect(manifest.hyperparameters).toMatchObject({
      flow: { kind: 'randomized', reserve: 10, capacity: 30 },
      exchange: { kind: 'partitioned', parts: 5 },
      ...{ weights: 'float16', merge: 'limited', mergeGap: 100, mergeWith: 'current', ageGrowthMax: 100 },
    })
    const signed = await signManifest(manifest, key)
    expect((await parseSignedManifest(signed)).manifest).toEqual(manifest)
  })

  it.each(['simple', 'generalized', 'randomized'] as const)('has accounts for %s flows that fit any stack', (kind) => {
    for (const exchange of [
      { kind: 'full' },
      { kind: 'partitioned', parts: 2 },
      { kind: 'subsampled', share: 0.4 },
    ] as const) {
      const manifest = launched({ flow: { kind, capacity: 4 }, exchange, weights: 'int8' })
      expect(checkManifest(manifest).problem).toBeUndefined()
      const { mounts, shape } = buildLearningStack({ manifest, kernels: createKernels(), rows })
      expect(mounts[1].codec.payloadWordsMax).toBeLessThan(shape.words)
    }
  })

  it('takes a bound for ages from whoever knows how many peers react', () => {
    expect(launched({ ...settings, ageGrowthMax: 2000 }).hyperparameters.ageGrowthMax).toBe(2000)
  })
})

describe('a manifest is refused', () => {
  const flow = { kind: 'randomized', reserve: 10, capacity: 20 }
  const partitioned = { kind: 'partitioned', parts: 5 }
  const current = { mergeWith: 'current' }
  const wrong: [path: string, hyperparameters: Record<string, unknown>, more?: Partial<RunManifest>][] = [
    ['hyperparameters.flow.kind', { flow: { ...flow, kind: 'bursty' } }],
    ['hyperparameters.flow.reserve', { flow: { ...flow, reserve: 0 } }],
    ['hyperparameters.flow.capacity', { flow: { ...flow, capacity: 1e9 } }],
    ['hyperparameters.flow', { flow: { ...flow, reserve: 21 } }],
    ['hyperparameters.flow', { flow: { kind: 'simple' } }],
    ['hyperparameters.flow', { flow: { ...flow, more: 1 } }],
    ['hyperparameters.exchange', { exchange: { kind: 'mixed' } }],
    ['hyperparameters.exchange.share', { ...current, exchange: { kind: 'subsampled', share: 0 } }],
    ['hyperparameters.exchange.parts', { ...current, exchange: { kind: 'partitioned', parts: 4097 } }],
    ['parts in 2 … 5, not 6', { ...current, exchange: { kind: 'partitioned', parts: 6 } }],
    ['parts in 2 … 5, not 1', { ...current, exchange: { kind: 'partitioned', parts: 1 } }],
    ['merges with the current model', { mergeWith: 'last', exchange: partitioned }],
    ['UM needs whole models', { ...current, creation: 'UM', exchange: partitioned }],
    ['less than 1 ms for each part', { ...current, exchange: partitioned }, { periodMs: 4 }],
    ['hyperparameters.weights', { weights: 'float8' }],
    ['hyperparameters.merge', { merge: 'median' }],
    ['hyperparameters: the merge rule', { merge: 'limited' }],
    ['hyperparameters.mergeGap', { merge: 'limited', mergeGap: -1 }],
    ['hyperparameters: only the merge rule', { merge: 'mean', mergeGap: 1 }],
    ['compares ages', { merge: 'limited', mergeGap: 1, ageRule: 'sum' }],
    ['hyperparameters.ageGrowthMax', { ageGrowthMax: 0.5 }],
    ['hyperparameters.ageGrowthMax', { ageGrowthMax: 1e7 }],
  ]
  it.each(wrong)('with %s: %o', async (path, change, more = {}) => {
    const plain = launched({})
    const invalid = { ...plain, ...more, hyperparameters: { ...plain.hyperparameters, ...change } } as RunManifest
    expect(checkManifest(invalid).problem).toContain(path)
    await expect(signManifest(invalid, key)).rejects.toMatchObject({ code: 'MANIFEST_INVALID' })
  })
})
