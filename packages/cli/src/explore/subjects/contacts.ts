import type { Random } from '@hearsay/core'
import { randomOutGraph } from '@hearsay/protocols'

/** What peers know of each other before a run. */
const CONTACTS = 3

/** Gives each peer some random contacts. */
export function addContacts(
  sampler: { addContact(peer: number, contact: number): void },
  peers: number,
  random: Random,
): void {
  const { starts, neighbours } = randomOutGraph(peers, CONTACTS, random)
  for (let peer = 0; peer < peers; peer++) {
    for (let i = starts[peer]; i < starts[peer + 1]; i++) sampler.addContact(peer, neighbours[i])
  }
}
