import { readFile } from 'node:fs/promises'
import { ConfigurationError, EnvironmentError } from '@hearsay/core'
import {
  generateKeyPair,
  generateKeyPairFromSeed,
  privateKeyFromProtobuf,
  privateKeyToProtobuf,
} from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { createFile, isCode } from './files/create-file.ts'

/** Characters of the longest key file that is read; an Ed25519 key takes 92. */
const KEY_FILE_BYTES_MAX = 4096

/** The private part of an Ed25519 key; the public one follows from it. */
const SEED_BYTES = 32

/** A new Ed25519 identity. */
export async function generateKey(): Promise<PrivateKey> {
  return await generateKeyPair('Ed25519')
}

/** The name under which others know the holder of this key: the string form of its PeerId. */
export function peerNameOf(key: PrivateKey): string {
  return peerIdFromPrivateKey(key).toString()
}

/**
 * The Ed25519 key in a file: libp2p's protobuf of a private key, in base64, on one line. Where there is no file, a new
 * key is written, for its owner's eyes only. Two processes that do so at once end with the same key.
 *
 * @param path - The file's folder is made if need be.
 * @throws {@link ConfigurationError} `KEY_MALFORMED` when the file holds anything else; {@link EnvironmentError}
 *   `KEY_FILE` when it cannot be read or written.
 */
export async function loadOrCreateKey(path: string): Promise<PrivateKey> {
  try {
    return await parseKey(await readFile(path, 'latin1'), path)
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw keyError(error, path)
  }
  const key = await generateKey()
  try {
    if (await createFile(path, `${Buffer.from(privateKeyToProtobuf(key)).toString('base64')}\n`)) return key
    return await parseKey(await readFile(path, 'latin1'), path)
  } catch (error) {
    throw keyError(error, path)
  }
}

async function parseKey(text: string, path: string): Promise<PrivateKey> {
  const encoded = text.trim()
  const problem = (what: string, cause?: unknown): ConfigurationError =>
    new ConfigurationError(
      'KEY_MALFORMED',
      `${path} holds no key: ${what}. Name another file, or remove this one for a new key`,
      {
        cause,
      },
    )
  if (encoded.length > KEY_FILE_BYTES_MAX || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) {
    throw problem('it is not one line of base64')
  }
  let key: PrivateKey
  try {
    key = privateKeyFromProtobuf(Buffer.from(encoded, 'base64'))
  } catch (cause) {
    throw problem('it is no private key in the protobuf form of libp2p', cause)
  }
  if (key.type !== 'Ed25519') throw problem(`it is a key of type ${key.type}, not Ed25519`)
  // The file has both keys, and whoever signs with a private key that does not belong to the public one is taken for nobody.
  const whole = await generateKeyPairFromSeed('Ed25519', key.raw.subarray(0, SEED_BYTES))
  if (!whole.equals(key)) throw problem('it is damaged, its public key is not that of its private key')
  return key
}

function keyError(error: unknown, path: string): Error {
  if (error instanceof ConfigurationError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new EnvironmentError('KEY_FILE', `cannot read or write the key file ${path}: ${reason}`, { cause: error })
}
