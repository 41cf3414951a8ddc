import { type Context, NOBODY, type PeerSampler } from '@hearsay/core'
import { Contacts } from './contacts.ts'
import { DESCRIPTOR, DescriptorViews } from './descriptor-views.ts'

/** What a {@link DescriptorSampler} needs. */
export interface DescriptorSamplerOptions {
  /** Hosted peers. */
  readonly peers: number
  /** Descriptors that a view holds, 1 … 127. */
  readonly viewSize: number
  /** Asked for a partner where a view is empty. */
  readonly fallback?: PeerSampler | undefined
}

/** What protocols have in common whose views are descriptors in no order: how views begin, and what they answer. */
export abstract class DescriptorSampler implements PeerSampler {
  readonly viewSize: number
  protected readonly contacts: Contacts
  protected readonly views: DescriptorViews
  readonly #fallback: PeerSampler | undefined

  /** @throws {@link UsageError} when `viewSize` is out of its range. */
  constructor({ peers, viewSize, fallback }: DescriptorSamplerOptions) {
    this.views = new DescriptorViews(peers, viewSize)
    this.viewSize = viewSize
    this.contacts = new Contacts(peers)
    this.#fallback = fallback
  }

  /** Puts `contact` into the view of a hosted peer as it starts, where it is not full: how a peer joins. */
  addContact(peer: number, contact: number): void {
    if (contact === peer || this.views.sizes[peer] === this.viewSize || this.knows(peer, contact)) return
    this.contacts.add(peer, contact)
    this.append(peer, contact)
  }

  /** Whether `other` is in the view of a hosted peer. */
  knows(peer: number, other: number): boolean {
    return this.views.indexOf(peer, other) >= 0
  }

  /** The peers in the view of a hosted peer: a copy. */
  view(peer: number): number[] {
    return this.views.peers(peer)
  }

  selectPeer(context: Context): number {
    const size = this.views.sizes[context.self]
    if (size === 0) return this.#fallback?.selectPeer(context) ?? NOBODY
    return this.views.words[this.views.start(context.self) + DESCRIPTOR * context.random.below(size)]
  }

  /** Adds a fresh descriptor of `contact` to a view that has room. */
  protected append(peer: number, contact: number): void {
    this.views.append(peer, contact, 0)
  }
}
