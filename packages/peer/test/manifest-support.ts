import type { PrivateKey } from '@libp2p/interface'
import fc from 'fast-check'
import { peerNameOf } from '../src/identity.ts'
import type { RunManifest } from '../src/manifest.ts'

/** A manifest of two features, launched by the holder of `key`. */
export function manifestOf(key: PrivateKey, more: Partial<RunManifest> = {}): RunManifest {
  return {
    version: 1,
    runId: 'run-1',
    protocol: 'gossip-learning',
    model: { kind: 'pegasos', features: 2, featureNames: ['free', 'money'], classNames: ['ham', 'spam'], bias: false },
    hyperparameters: {
      lambda: 1e-4,
      decay: true,
      batch: 1,
      creation: 'MU',
      merge: 'age-weighted',
      mergeWith: 'last',
      ageRule: 'max',
    },
    periodMs: 1000,
    cycles: 50,
    startUnixMs: 1_790_000_000_000,
    rowsMax: 130,
    rowNormMax: 50,
    viewSize: 20,
    scaling: { kind: 'standardise', offset: [0.1, -2], factor: [3, 0] },
    launcher: peerNameOf(key),
    ...more,
  }
}

const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((text) => !/\p{Cc}/u.test(text) && text.length <= 128)
const positive = fc.double({ min: Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true })
const finite = fc.double({ noNaN: true, noDefaultInfinity: true })

/** Any manifest that the holder of `key` may sign. */
export function anyManifest(key: PrivateKey): fc.Arbitrary<RunManifest> {
  return fc.integer({ min: 1, max: 5 }).chain((features) => {
    const perFeature = <T>(arbitrary: fc.Arbitrary<T>) =>
      fc.array(arbitrary, { minLength: features, maxLength: features })
    return fc.record({
      version: fc.constant(1 as const),
      runId: fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/),
      protocol: fc.constant('gossip-learning' as const),
      model: fc.record({
        kind: fc.constantFrom('pegasos' as const, 'logistic' as const, 'adaline' as const, 'softmax' as const),
        features: fc.constant(features),
        featureNames: perFeature(name),
        classNames: fc.uniqueArray(name, { minLength: 2, maxLength: 5 }),
        bias: fc.boolean(),
      }),
      hyperparameters: fc.record(
        {
          lambda: fc.oneof(fc.constant(0), positive),
          eta: positive,
          decay: fc.boolean(),
          batch: fc.integer({ min: 1, max: 4096 }),
          creation: fc.constantFrom('RW' as const, 'MU' as const, 'UM' as const),
          merge: fc.constantFrom('age-weighted' as const, 'mean' as const),
          mergeWith: fc.constantFrom('last' as const, 'current' as const),
          ageRule: fc.constantFrom('max' as const, 'sum' as const),
          mergeShareMax: fc.double({ min: Number.MIN_VALUE, max: 1, noNaN: true }),
        },
        { requiredKeys: ['lambda', 'eta', 'decay', 'batch', 'creation', 'merge', 'mergeWith', 'ageRule'] },
      ),
      periodMs: fc.double({ min: 1, max: 86_400_000, noNaN: true }),
      cycles: fc.integer({ min: 1, max: 1e9 }),
      startUnixMs: fc.maxSafeNat(),
      rowsMax: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      rowNormMax: positive,
      viewSize: fc.integer({ min: 1, max: 127 }),
      scaling: fc.record({
        kind: fc.constantFrom('standardise' as const, 'min-max' as const, 'none' as const),
        offset: perFeature(finite.map((value) => value + 0)),
        factor: perFeature(fc.oneof(fc.constant(0), positive)),
      }),
      launcher: fc.constant(peerNameOf(key)),
    })
  })
}
