import { ConfigurationError, RemoteError, UsageError } from '@hearsay/core'
import { publicKeyFromProtobuf, publicKeyToProtobuf } from '@libp2p/crypto/keys'
import type { PrivateKey, PublicKey } from '@libp2p/interface'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { checkManifest } from './manifest-schema.ts'
import type { RunManifest } from './manifest.ts'
import { FrameReader } from './wire/frame-reader.ts'
import { bytesFieldLength, FrameWriter } from './wire/frame-writer.ts'

/** Bytes of the longest signed manifest. */
export const SIGNED_MANIFEST_BYTES_MAX: number = 2 ** 20

/** No signature over anything else that Hearsay signs is one over a manifest. */
const SIGNING_DOMAIN = new TextEncoder().encode('hearsay-manifest-v1:')

/** A manifest and the bytes that prove where it comes from. */
export interface SignedManifest {
  readonly manifest: RunManifest
  /** `SignedManifest` of `proto/manifest.proto`. */
  readonly bytes: Uint8Array
}

/**
 * Signs a manifest.
 *
 * @param privateKey - The Ed25519 key of the manifest's launcher.
 * @throws {@link ConfigurationError} `MANIFEST_INVALID`, with the field, or `MANIFEST_SIZE` when it is longer than
 *   {@link SIGNED_MANIFEST_BYTES_MAX}; {@link UsageError} `MANIFEST_LAUNCHER` when the key is not the launcher's.
 */
export async function signManifest(manifest: RunManifest, privateKey: PrivateKey): Promise<Uint8Array> {
  const { problem } = checkManifest(manifest)
  if (problem !== undefined)
    throw new ConfigurationError('MANIFEST_INVALID', `this is no manifest of a run: ${problem}`)
  if (privateKey.type !== 'Ed25519' || peerIdFromPublicKey(privateKey.publicKey).toString() !== manifest.launcher) {
    throw new UsageError('MANIFEST_LAUNCHER', `the key does not belong to the manifest's launcher ${manifest.launcher}`)
  }
  const content = canonicalBytes(manifest)
  const signature = await privateKey.sign(signedBytes(content))
  const bytes = envelopeBytes(content, privateKey.publicKey, signature)
  if (bytes.length > SIGNED_MANIFEST_BYTES_MAX) {
    throw new ConfigurationError(
      'MANIFEST_SIZE',
      `the manifest takes ${bytes.length} bytes and at most ${SIGNED_MANIFEST_BYTES_MAX} are sent: shorten the features' names`,
    )
  }
  return bytes
}

/**
 * Reads a manifest that a stranger sent.
 *
 * @param bytes - Copied.
 * @throws {@link RemoteError} and nothing else: `MANIFEST_SIZE`, `MANIFEST_ENVELOPE`, `MANIFEST_SIGNATURE`,
 *   `MANIFEST_CANONICAL`, `MANIFEST_SCHEMA` with the field, `MANIFEST_LAUNCHER` when another key than the launcher's signed it.
 */
export async function parseSignedManifest(bytes: Uint8Array): Promise<SignedManifest> {
  if (bytes.length > SIGNED_MANIFEST_BYTES_MAX) {
    throw refusal('SIZE', `it takes ${bytes.length} bytes, more than ${SIGNED_MANIFEST_BYTES_MAX}`)
  }
  const copy = bytes.slice()
  const { content, publicKey, signature } = parseEnvelope(copy)
  // One manifest, one envelope: otherwise a stranger could make others of it that differ in bytes and not in meaning.
  if (!equalBytes(envelopeBytes(content, publicKey, signature), copy)) {
    throw refusal('CANONICAL', 'its envelope is not in canonical form')
  }
  if (!(await verifies(publicKey, content, signature))) throw refusal('SIGNATURE', 'its signature is wrong')
  const { manifest, problem } = checkManifest(parseJson(content))
  if (problem !== undefined) throw refusal('SCHEMA', problem)
  if (!equalBytes(canonicalBytes(manifest), content)) throw refusal('CANONICAL', 'its JSON is not in canonical form')
  const signer = peerIdFromPublicKey(publicKey).toString()
  if (signer !== manifest.launcher)
    throw refusal('LAUNCHER', `${signer} signed it, and its launcher is ${manifest.launcher}`)
  return { manifest, bytes: copy }
}

function envelopeBytes(content: Uint8Array, publicKey: PublicKey, signature: Uint8Array): Uint8Array {
  const fields = [content, publicKeyToProtobuf(publicKey), signature]
  const writer = new FrameWriter(fields.reduce((sum, field) => sum + bytesFieldLength(field.length), 0))
  for (const [i, field] of fields.entries()) writer.bytesField(i + 1, field)
  return writer.frame
}

function parseEnvelope(bytes: Uint8Array): { content: Uint8Array; publicKey: PublicKey; signature: Uint8Array } {
  const fields: (Uint8Array | undefined)[] = []
  const reader = new FrameReader()
  try {
    reader.open(bytes, 0, bytes.length)
    while (reader.next()) {
      if (reader.field > 3) {
        reader.skip()
      } else {
        reader.bytes()
        fields[reader.field] = bytes.subarray(reader.start, reader.end)
      }
    }
    const [, content, key, signature] = fields
    if (content === undefined || key === undefined || signature === undefined) throw new Error('a field is missing')
    const publicKey = publicKeyFromProtobuf(key)
    if (publicKey.type !== 'Ed25519') throw new Error(`the key is of type ${publicKey.type}, not Ed25519`)
    return { content, publicKey, signature }
  } catch (cause) {
    throw refusal('ENVELOPE', cause instanceof Error ? cause.message.slice(0, 200) : 'malformed', cause)
  }
}

async function verifies(key: PublicKey, content: Uint8Array, signature: Uint8Array): Promise<boolean> {
  try {
    return await key.verify(signedBytes(content), signature)
  } catch {
    return false
  }
}

function parseJson(content: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content))
  } catch (cause) {
    throw refusal('CANONICAL', 'it is not JSON in UTF-8', cause)
  }
}

function signedBytes(content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(SIGNING_DOMAIN.length + content.length)
  bytes.set(SIGNING_DOMAIN)
  bytes.set(content, SIGNING_DOMAIN.length)
  return bytes
}

/** JSON with sorted keys and no white space. */
function canonicalBytes(manifest: RunManifest): Uint8Array {
  const sortKeys = (_: string, value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
  }
  return new TextEncoder().encode(JSON.stringify(manifest, sortKeys))
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

function refusal(code: string, reason: string, cause?: unknown): RemoteError {
  return new RemoteError(`MANIFEST_${code}`, `a manifest was refused: ${reason}`, { cause })
}
