import { EnvironmentError, UsageError } from '@hearsay/core'
import type { PeerInterner } from './codec.ts'
import { ADDRESSES_MAX, assertCount } from './wire/bounds.ts'
import {
  type Address,
  addressFromBytes,
  addressFromText,
  bytesFromName,
  equalBytes,
  nameFromBytes,
  PEER_ID_BYTES_MAX,
} from './wire/names.ts'

const CAPACITY = 4096
const CAPACITY_MIN = 16
const PEER_MAX = 2 ** 31 - 1

/** This peer's own integer, as in `Context.self` of a population of one. */
const SELF = 0

export interface AddressBookOptions {
  /** This peer's own name. */
  readonly self: string
  /** This peer's own addresses as they are now; nobody else can change them. @defaultValue none */
  readonly selfAddresses?: () => readonly string[]
  /**
   * Peers held at most, this one included: an integer in 16 … 2²⁶, well over the longest view that a protocol keeps.
   *
   * @defaultValue `4096`
   */
  readonly capacity?: number
}

/** One peer. Those that may be dropped form a ring around the book's sentinel, the least recently used first. */
interface Entry {
  readonly peer: number
  readonly name: string
  bytes: Uint8Array | undefined
  key: string | undefined
  addresses: readonly Address[]
  pins: number
  older: Entry
  newer: Entry
}

/**
 * Who has been heard of, in memory. Integers are given out from 0 (this peer) upwards and never again for another peer,
 * so that a protocol that holds one for long cannot send to a stranger: at worst it has no name any more.
 *
 * A full book drops the peer that was used least recently and is not pinned. To be interned, asked for by name or
 * encoded is to be used, so the peers of a view that is sent every cycle stay.
 */
export class AddressBook implements PeerInterner {
  readonly #capacity: number
  readonly #selfAddresses: () => readonly string[]
  readonly #byName = new Map<string, Entry>()
  readonly #byKey = new Map<string, Entry>()
  readonly #byPeer = new Map<number, Entry>()
  readonly #ring: Entry = createEntry(-1, '')
  #pinned = 0
  #next = SELF

  /** @throws {@link UsageError} `COUNT_INVALID` for a capacity out of bounds. */
  constructor({ self, selfAddresses = () => [], capacity = CAPACITY }: AddressBookOptions) {
    assertCount('capacity', capacity, CAPACITY_MIN)
    this.#capacity = capacity
    this.#selfAddresses = selfAddresses
    this.pin(this.#add(self).peer)
  }

  /** Peers held, this one included. */
  get size(): number {
    return this.#byPeer.size
  }

  intern(name: string, addresses: readonly string[] = []): number {
    const entry = this.#touch(this.#byName.get(name)) ?? this.#add(name)
    for (const text of addresses) {
      if (!entry.addresses.some((known) => known.text === text)) remember(entry, addressFromText(text))
    }
    return entry.peer
  }

  internBytes(id: Uint8Array, addresses: readonly Uint8Array[]): number {
    const key = keyOf(id)
    const entry = this.#touch(this.#byKey.get(key)) ?? this.#addBytes(id.slice(), key)
    for (const bytes of addresses) {
      if (!entry.addresses.some((known) => equalBytes(known.bytes, bytes))) {
        remember(entry, addressFromBytes(bytes))
      }
    }
    return entry.peer
  }

  find(name: string): number | undefined {
    return this.#byName.get(name)?.peer
  }

  nameOf(peer: number): string | undefined {
    return this.#touch(this.#byPeer.get(peer))?.name
  }

  /** @throws {@link UsageError} `PEER_NAME_INVALID` for a peer that was interned under a name that is not a PeerId. */
  bytesOf(peer: number): Uint8Array | undefined {
    const entry = this.#touch(this.#byPeer.get(peer))
    if (entry !== undefined && entry.bytes === undefined) this.#index(entry, bytesFromName(entry.name))
    return entry?.bytes
  }

  recent(count: number): number[] {
    const peers: number[] = []
    for (let entry = this.#ring.older; entry !== this.#ring && peers.length < count; entry = entry.older) {
      if (entry.addresses.length > 0) peers.push(entry.peer)
    }
    return peers
  }

  addressesOf(peer: number): readonly string[] {
    return this.#addresses(peer).map((address) => address.text)
  }

  addressBytesOf(peer: number): readonly Uint8Array[] {
    return this.#addresses(peer).map((address) => address.bytes)
  }

  /**
   * Keeps a peer in the book until {@link unpin} has been called as often as this.
   *
   * @returns Whether the book holds the peer.
   * @throws {@link UsageError} `ADDRESS_BOOK_PINS` when half of the book is pinned: the rest is for newcomers.
   */
  pin(peer: number): boolean {
    const entry = this.#byPeer.get(peer)
    if (entry === undefined) return false
    if (entry.pins === 0) {
      if (this.#pinned >= this.#capacity / 2) {
        throw new UsageError('ADDRESS_BOOK_PINS', `${this.#pinned} of ${this.#capacity} peers are pinned: unpin some`)
      }
      this.#pinned++
      detach(entry)
    }
    entry.pins++
    return true
  }

  /** Takes back one {@link pin}. Does nothing for a peer that is not pinned, or for this one. */
  unpin(peer: number): void {
    const entry = this.#byPeer.get(peer)
    if (peer === SELF || entry === undefined || entry.pins === 0) return
    entry.pins--
    if (entry.pins > 0) return
    this.#pinned--
    attach(entry, this.#ring)
  }

  #addresses(peer: number): readonly Address[] {
    if (peer !== SELF) return this.#byPeer.get(peer)?.addresses ?? []
    const addresses = this.#selfAddresses().map((text) => addressFromText(text))
    return addresses.filter((address) => address !== undefined).slice(0, ADDRESSES_MAX)
  }

  #touch(entry: Entry | undefined): Entry | undefined {
    if (entry !== undefined && entry.pins === 0 && entry.newer !== this.#ring) {
      detach(entry)
      attach(entry, this.#ring)
    }
    return entry
  }

  #add(name: string): Entry {
    if (this.#next > PEER_MAX) {
      throw new EnvironmentError('PEERS_EXHAUSTED', 'this host has met 2^31 peers: restart it')
    }
    if (this.#byPeer.size === this.#capacity) this.#drop(this.#ring.newer)
    const entry = createEntry(this.#next++, name)
    this.#byPeer.set(entry.peer, entry)
    this.#byName.set(name, entry)
    attach(entry, this.#ring)
    return entry
  }

  #addBytes(id: Uint8Array, key: string): Entry {
    const name = nameFromBytes(id)
    const entry = this.#touch(this.#byName.get(name)) ?? this.#add(name)
    this.#index(entry, id, key)
    return entry
  }

  #index(entry: Entry, bytes: Uint8Array, key: string = keyOf(bytes)): void {
    entry.bytes = bytes
    entry.key = key
    this.#byKey.set(key, entry)
  }

  #drop(entry: Entry): void {
    detach(entry)
    this.#byPeer.delete(entry.peer)
    this.#byName.delete(entry.name)
    if (entry.key !== undefined) this.#byKey.delete(entry.key)
  }
}

/** A peer without neighbours. */
function createEntry(peer: number, name: string): Entry {
  const entry = { peer, name, bytes: undefined, key: undefined, addresses: [], pins: 0 } as unknown as Entry
  entry.older = entry
  entry.newer = entry
  return entry
}

function detach(entry: Entry): void {
  entry.older.newer = entry.newer
  entry.newer.older = entry.older
  entry.older = entry
  entry.newer = entry
}

/** Makes `entry` the most recently used: the last before the ring closes. */
function attach(entry: Entry, ring: Entry): void {
  entry.older = ring.older
  entry.newer = ring
  ring.older.newer = entry
  ring.older = entry
}

/** News first: an address that was heard of long ago is the likelier to be stale. */
function remember(entry: Entry, address: Address | undefined): void {
  if (address === undefined) return
  const others = entry.addresses.filter((known) => known.text !== address.text)
  entry.addresses = [address, ...others].slice(0, ADDRESSES_MAX)
}

/** A binary id as the key of a map, a byte a character. Whatever is longer than any id gets a key that no id has. */
function keyOf(id: Uint8Array): string {
  const bytes = id.subarray(0, PEER_ID_BYTES_MAX + 1)
  // Six times as fast as spreading an iterator.
  return String.fromCharCode.apply(undefined, bytes as unknown as number[])
}
