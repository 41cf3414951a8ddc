import { RemoteError } from '@hearsay/core'
import { generateKeyPair, generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import fc from 'fast-check'
import protobuf from 'protobufjs'
import { describe, expect, it } from 'vitest'
import { generateKey, peerNameOf } from '../src/identity.ts'
import { parseSignedManifest, SIGNED_MANIFEST_BYTES_MAX, signManifest } from '../src/manifest-envelope.ts'
import { anyManifest, manifestOf } from './manifest-support.ts'

const key = await generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(1))
const other = await generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(2))

const schema = protobuf.loadSync(new URL('../proto/manifest.proto', import.meta.url).pathname)
const Envelope = schema.lookupType('hearsay.manifest.v1.SignedManifest')

interface Fields {
  manifest: Uint8Array
  publicKey: Uint8Array
  signature: Uint8Array
}

function open(bytes: Uint8Array): Fields {
  return Envelope.decode(bytes) as unknown as Fields
}

function seal(fields: Partial<Fields>): Uint8Array {
  return Envelope.encode(Envelope.create(fields)).finish()
}

/** Signs any text as the specification says, without looking at it. */
async function forge(text: string | Uint8Array, signer: typeof key = key): Promise<Uint8Array> {
  const manifest = Uint8Array.from(Buffer.from(text))
  const signature = await signer.sign(Buffer.concat([Buffer.from('hearsay-manifest-v1:'), manifest]))
  return seal({ ...open(await signManifest(manifestOf(signer), signer)), manifest, signature })
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${canonical(entry)}`).join()}}`
}

describe('a signed manifest', () => {
  it('comes out as it went in, whatever it says', async () => {
    await fc.assert(
      fc.asyncProperty(anyManifest(key), async (manifest) => {
        const signed = await signManifest(manifest, key)
        const parsed = await parseSignedManifest(signed)
        expect(parsed.manifest).toEqual(manifest)
        expect(parsed.bytes).toEqual(new Uint8Array(signed))
      }),
      { numRuns: 60 },
    )
  })

  it('is what its specification says, and the same bytes for the same manifest', async () => {
    const manifest = manifestOf(key)
    const signed = await signManifest(manifest, key)
    const reordered = Object.fromEntries(Object.entries(manifest).reverse()) as unknown as typeof manifest
    expect(await signManifest(reordered, key)).toEqual(signed)
    const fields = open(signed)
    expect(Buffer.from(fields.manifest).toString()).toBe(canonical(manifest))
    expect(await parseSignedManifest(await forge(canonical(manifest)))).toMatchObject({ manifest })
  })

  it('is refused with anything beside it, in another order, or with a field twice', async () => {
    const signed = await signManifest(manifestOf(key), key)
    const { manifest } = open(signed)
    const again = seal({ manifest })
    for (const bytes of [
      Buffer.concat([signed, Uint8Array.of(0x20, 1)]),
      Buffer.concat([again, signed]),
      Buffer.concat([signed.slice(again.length), again]),
    ]) {
      await expect(parseSignedManifest(bytes)).rejects.toMatchObject({ code: 'MANIFEST_CANONICAL' })
    }
  })

  it('is refused when any of its bytes is another', async () => {
    const signed = await signManifest(manifestOf(key), key)
    await fc.assert(
      fc.asyncProperty(fc.nat(signed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const tampered = signed.slice()
        tampered[at] ^= change
        await expect(parseSignedManifest(tampered)).rejects.toBeInstanceOf(RemoteError)
      }),
      { numRuns: 300 },
    )
  })

  it('is refused in parts, and so is anything else, by a RemoteError', async () => {
    const signed = await signManifest(manifestOf(key), key)
    for (let length = 0; length < signed.length; length += 7) {
      await expect(parseSignedManifest(signed.slice(0, length))).rejects.toMatchObject({ code: 'MANIFEST_ENVELOPE' })
    }
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        await expect(parseSignedManifest(bytes)).rejects.toBeInstanceOf(RemoteError)
      }),
    )
  })
})

describe('a manifest is refused', () => {
  it('when the signature is another key’s, or was made for something else', async () => {
    const fields = open(await signManifest(manifestOf(key), key))
    const { publicKey } = open(await signManifest(manifestOf(other), other))
    await expect(parseSignedManifest(seal({ ...fields, publicKey }))).rejects.toMatchObject({
      code: 'MANIFEST_SIGNATURE',
    })
    const signature = await key.sign(fields.manifest)
    await expect(parseSignedManifest(seal({ ...fields, signature }))).rejects.toMatchObject({
      code: 'MANIFEST_SIGNATURE',
    })
  })

  it('when somebody else than its launcher signed it', async () => {
    const forged = await forge(canonical(manifestOf(key)), other)
    await expect(parseSignedManifest(forged)).rejects.toMatchObject({ code: 'MANIFEST_LAUNCHER' })
  })

  it('when a key is of another kind', async () => {
    const secp = await generateKeyPair('secp256k1')
    await expect(signManifest({ ...manifestOf(key), launcher: peerNameOf(secp) }, secp)).rejects.toMatchObject({
      code: 'MANIFEST_LAUNCHER',
    })
  })

  it('when it is longer than 1 MiB', async () => {
    await expect(parseSignedManifest(new Uint8Array(SIGNED_MANIFEST_BYTES_MAX + 1))).rejects.toMatchObject({
      code: 'MANIFEST_SIZE',
    })
    const features = 65_536
    const { model, scaling } = manifestOf(key)
    const numbers = new Array<number>(features).fill(1)
    const wide = manifestOf(key, {
      model: { ...model, features, featureNames: numbers.map((_, i) => `a rather long name of feature ${i}`) },
      scaling: { ...scaling, offset: numbers, factor: numbers },
    })
    await expect(signManifest(wide, key)).rejects.toMatchObject({ code: 'MANIFEST_SIZE' })
  })

  it.each([
    ['no JSON', '{"version":1'],
    ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['white space', canonical(manifestOf(key)).replace(',', ', ')],
    ['a key twice', canonical(manifestOf(key)).replace('{', '{"cycles":7,')],
    ['a number in another form', canonical(manifestOf(key)).replace('"cycles":50', '"cycles":5e1')],
  ])('when it is not canonical: %s', async (_, text) => {
    await expect(parseSignedManifest(await forge(text))).rejects.toMatchObject({ code: 'MANIFEST_CANONICAL' })
  })

  const { model, hyperparameters, scaling } = manifestOf(key)
  it.each([
    ['version', { version: 2 }],
    ['runId', { runId: '' }],
    ['runId', { runId: '../../etc' }],
    ['protocol', { protocol: 'federated' }],
    ['model.kind', { model: { ...model, kind: 'perceptron' } }],
    ['model.features', { model: { ...model, features: 65_537 } }],
    ['model.features', { model: { ...model, features: 1.5 } }],
    ['model.featureNames', { model: { ...model, featureNames: ['one'] } }],
    ['model.featureNames.1', { model: { ...model, featureNames: ['one', '\u001b[2J'] } }],
    ['model.classNames', { model: { ...model, classNames: ['spam'] } }],
    ['model.classNames', { model: { ...model, classNames: ['spam', 'spam'] } }],
    ['hyperparameters.lambda', { hyperparameters: { ...hyperparameters, lambda: -1 } }],
    ['hyperparameters.lambda', { hyperparameters: { ...hyperparameters, lambda: '1' } }],
    ['hyperparameters.eta', { hyperparameters: { ...hyperparameters, eta: 0 } }],
    ['hyperparameters.batch', { hyperparameters: { ...hyperparameters, batch: 4097 } }],
    ['hyperparameters.mergeShareMax', { hyperparameters: { ...hyperparameters, mergeShareMax: 1.01 } }],
    ['hyperparameters: has no step size', { hyperparameters: { ...hyperparameters, lambda: 0 } }],
    ['hyperparameters: has no step size', { hyperparameters: { ...hyperparameters, lambda: 1e-310 } }],
    ['periodMs', { periodMs: 0 }],
    ['cycles', { cycles: 0 }],
    ['startUnixMs', { startUnixMs: 2 ** 53 }],
    ['rowsMax', { rowsMax: 2 ** 31 }],
    ['rowNormMax', { rowNormMax: null }],
    ['viewSize', { viewSize: 1025 }],
    ['scaling.offset', { scaling: { ...scaling, offset: [1, 2, 3] } }],
    ['scaling.factor.0', { scaling: { ...scaling, factor: [-1, 1] } }],
    ['launcher', { launcher: 'nobody at all' }],
    ['extra', { extra: 1 }],
  ])('when a field is wrong, with its path: %s', async (path, change) => {
    const text = canonical({ ...manifestOf(key), ...change })
    const message = expect.stringContaining(path)
    await expect(parseSignedManifest(await forge(text))).rejects.toMatchObject({ code: 'MANIFEST_SCHEMA', message })
    const invalid = { ...manifestOf(key), ...change } as ReturnType<typeof manifestOf>
    await expect(signManifest(invalid, key)).rejects.toMatchObject({ code: 'MANIFEST_INVALID', message })
  })

  it('but not without a step size where the model has one of its own', async () => {
    const adaline = {
      model: { ...model, kind: 'adaline' as const },
      hyperparameters: { ...hyperparameters, lambda: 0 },
    }
    const signed = await signManifest(manifestOf(key, adaline), key)
    expect((await parseSignedManifest(signed)).manifest).toMatchObject(adaline)
  })

  it('when a number is not finite, before it is signed', async () => {
    for (const rowNormMax of [Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(signManifest(manifestOf(key, { rowNormMax }), key)).rejects.toMatchObject({
        code: 'MANIFEST_INVALID',
      })
    }
  })

  it('when the signing key is not the launcher’s', async () => {
    await expect(signManifest(manifestOf(key), await generateKey())).rejects.toMatchObject({
      code: 'MANIFEST_LAUNCHER',
    })
  })
})
