import { RemoteError, UsageError } from '@hearsay/core'
import { peerIdFromMultihash, peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import * as Digest from 'multiformats/hashes/digest'

/** The longest binary multiaddr that travels, in bytes. */
export const ADDRESS_BYTES_MAX = 256

/** The longest binary PeerId that travels, in bytes: that of a secp256k1 key. */
export const PEER_ID_BYTES_MAX = 39

/** Length and first bytes of the three forms of a binary PeerId, each in its only shortest encoding. */
const PEER_ID_FORMS: readonly { length: number; prefix: readonly number[] }[] = [
  { length: 38, prefix: [0x00, 0x24, 0x08, 0x01, 0x12, 0x20] }, // identity, Ed25519
  { length: 39, prefix: [0x00, 0x25, 0x08, 0x02, 0x12, 0x21] }, // identity, secp256k1
  { length: 34, prefix: [0x12, 0x20] }, // SHA-256
]

/** Visible ASCII: an address ends up in logs and on terminals. */
const VISIBLE = /^[\x21-\x7e]+$/

/** A multiaddr in both of its forms. */
export interface Address {
  readonly text: string
  readonly bytes: Uint8Array
}

/**
 * The name (base58 PeerId) of a peer from its binary PeerId. Two different binary ids never give the same name.
 *
 * @throws {@link RemoteError} `PEER_ID_INVALID`.
 */
export function nameFromBytes(id: Uint8Array): string {
  if (PEER_ID_FORMS.some((form) => id.length === form.length && form.prefix.every((byte, i) => id[i] === byte))) {
    try {
      return peerIdFromMultihash(Digest.decode(id)).toString()
    } catch {
      // The key within is not one: fall through.
    }
  }
  throw new RemoteError('PEER_ID_INVALID', `${id.length} bytes are not a PeerId of a supported kind`)
}

/**
 * The binary PeerId of a peer from its name.
 *
 * @throws {@link UsageError} `PEER_NAME_INVALID`: names come from the transport, which has authenticated them.
 */
export function bytesFromName(name: string): Uint8Array {
  try {
    return peerIdFromString(name).toMultihash().bytes
  } catch (cause) {
    throw new UsageError('PEER_NAME_INVALID', `a peer is named by its PeerId, not '${name}'`, { cause })
  }
}

/**
 * Parses a binary multiaddr. Only the shortest encoding of a whole address without a trailing `/p2p/…` is taken, so that
 * an address is dialled for the peer whose it is said to be and for no other.
 *
 * @returns `undefined` for anything else, addresses of kinds unknown here included.
 */
export function addressFromBytes(bytes: Uint8Array): Address | undefined {
  try {
    const address = addressFromText(multiaddr(bytes).toString())
    return address !== undefined && equalBytes(address.bytes, bytes) ? address : undefined
  } catch {
    return undefined
  }
}

/** Parses a multiaddr's text under the rules of {@link addressFromBytes}. */
export function addressFromText(text: string): Address | undefined {
  try {
    const parsed = multiaddr(text)
    const bytes = parsed.bytes
    const endsInPeer = parsed.getComponents().at(-1)?.name === 'p2p'
    if (endsInPeer || bytes.length === 0 || bytes.length > ADDRESS_BYTES_MAX || !VISIBLE.test(text)) return undefined
    return { text: parsed.toString(), bytes }
  } catch {
    return undefined
  }
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
