import type { RawDataset } from '@hearsay/datasets'
import { createKernels } from '@hearsay/kernels'
import { describe, expect, it } from 'vitest'
import type { ManifestAggregation } from '../src/aggregates/aggregation-settings.ts'
import { createAggregatesCodec } from '../src/aggregates/swarm-aggregates.ts'
import { buildLearningStack, learningFrames } from '../src/learning-stack.ts'
import { checkManifest } from '../src/manifest-schema.ts'
import type { RunManifest } from '../src/manifest.ts'
import { manifestOf, type RunSettings } from '../src/run-settings.ts'

const rows: RawDataset = {
  ...{ name: 'rows', featureNames: ['a', 'b'], classNames: ['ham', 'spam'], rows: 4 },
  features: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 9),
  labels: Int32Array.of(0, 1, 0, 1),
}

function launched(settings: RunSettings): RunManifest {
  return manifestOf(settings, { launcher: 'QmLauncher', runId: 'run-1', rows, unixNowMs: 1_790_000_000_000 })
}

describe('what a run aggregates', () => {
  it('stands in its manifest, with nothing left open', () => {
    expect(launched({}).aggregation).toEqual({ metrics: ['error'], epochCycles: 19, instances: 8 })
    const aggregation = { metrics: ['rows', 'age'], epochCycles: 7, instances: 64 } as const
    expect(launched({ aggregation })).toMatchObject({ aggregation })
    expect(checkManifest(launched({ aggregation })).problem).toBeUndefined()
    expect(launched({ aggregation: false })).not.toHaveProperty('aggregation')
    expect(checkManifest(launched({ aggregation: false })).problem).toBeUndefined()
  })

  it('is in the stack of every peer, within what its transport carries', () => {
    const frames = learningFrames(2).find(({ name }) => name === 'aggregates')
    for (const aggregation of [{}, { metrics: ['age', 'rows', 'error'], instances: 64 }, false] as const) {
      const manifest = launched({ aggregation })
      const { mounts } = buildLearningStack({ manifest, kernels: createKernels(), rows })
      const codec = mounts.find((mount) => mount.codec.name === 'aggregates')?.codec
      expect(codec?.frameBytesMax).toBeLessThanOrEqual(frames?.frameBytesMax ?? 0)
    }
    expect(frames?.frameBytesMax).toBe(createAggregatesCodec().frameBytesMax)
  })

  it.each<[string, Record<string, unknown>]>([
    ['aggregation.metrics', { metrics: ['weight'] }],
    ['aggregation.metrics', { metrics: ['age', 'age'] }],
    ['aggregation.metrics', { metrics: 'age' }],
    ['aggregation.epochCycles', { epochCycles: 0 }],
    ['aggregation.epochCycles', { epochCycles: 2 ** 20 - 1 }],
    ['aggregation.epochCycles', { epochCycles: 1.5 }],
    ['aggregation.instances', { instances: 0 }],
    ['aggregation.instances', { instances: 65 }],
    ['aggregation', { more: 1 }],
  ])('is refused with a wrong %s: %j', (path, change) => {
    const manifest = launched({})
    const aggregation = { ...manifest.aggregation, ...change } as ManifestAggregation
    expect(checkManifest({ ...manifest, aggregation }).problem).toContain(path)
  })
})
