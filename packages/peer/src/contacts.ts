import { type Context, NOBODY, type PeerSampler } from '@hearsay/core'
import { multiaddr } from '@multiformats/multiaddr'
import type { PeerInterner } from './codec.ts'
import type { Libp2pTransport } from './libp2p-transport.ts'

/** A peer that a person has named, by its name and one of its addresses. */
export interface Contact {
  readonly name: string
  readonly address: string
}

/** Splits `…/p2p/NAME`, which the transport has parsed before, into address and name. */
export function contactOf(address: string): Contact {
  const parsed = multiaddr(address)
  const name = parsed.getComponents().findLast((component) => component.name === 'p2p')?.value ?? ''
  return { name, address: address.replace(new RegExp(`/p2p/${name}/*$`), '') }
}

/** Peers of the address book that are tried where nobody else is left. */
const RECENT_MAX = 32

/**
 * Draws one of the peers that are connected, or else of those that a person has named and those that were heard of last: how to
 * find the others again. A machine that has slept has lost all connections, and those that it bootstrapped from may be gone.
 */
export class ContactSampler implements PeerSampler {
  readonly #contacts: readonly Contact[]
  #peers: PeerInterner | undefined
  #transport: Pick<Libp2pTransport, 'self' | 'connectedPeers'> | undefined

  constructor(contacts: readonly Contact[]) {
    this.#contacts = contacts
  }

  /** Sets what comes to be only after the protocols that ask this sampler. */
  use(peers: PeerInterner, transport: Pick<Libp2pTransport, 'self' | 'connectedPeers'>): void {
    this.#peers = peers
    this.#transport = transport
  }

  selectPeer(context: Context): number {
    if (this.#peers === undefined || this.#transport === undefined) return NOBODY
    const { self, connectedPeers } = this.#transport
    if (connectedPeers.length > 0)
      return this.#peers.intern(connectedPeers[context.random.below(connectedPeers.length)])
    const named = this.#contacts.filter(({ name }) => name !== self)
    const recent = this.#peers.recent(RECENT_MAX)
    if (named.length + recent.length === 0) return NOBODY
    const drawn = context.random.below(named.length + recent.length)
    return drawn < named.length ? this.#internNamed(named[drawn]) : recent[drawn - named.length]
  }

  #internNamed({ name, address }: Contact): number {
    return this.#peers?.intern(name, [address]) ?? NOBODY
  }
}
