import type { ItemCaches } from './item-caches.ts'

/** The share of peers that hold an item: its replication. It tends to c/n. */
export function replication(caches: ItemCaches, item: number): number {
  return shareOf(caches, caches.held, item)
}

/** The share of peers that hold an item or have held it: its coverage. It tends to 1. */
export function coverage(caches: ItemCaches, item: number): number {
  return shareOf(caches, caches.seen, item)
}

function shareOf({ peers, exchange: { words } }: ItemCaches, sets: Int32Array, item: number): number {
  const shift = item & 31
  let count = 0
  for (let at = item >> 5; at < peers * words; at += words) count += (sets[at] >>> shift) & 1
  return count / peers
}
