import type { Invariant } from './invariant.ts'

/** What peers know of some items. */
export interface KnowledgeOptions {
  /** Peers of the run. */
  readonly peers: number
  /** Identifiers of the items. */
  readonly items: readonly number[]
  /** How much a peer knows of an item: 0 and 1, or the version that it has. */
  readonly level: (peer: number, item: number) => number
}

/** What a peer has once heard it knows until it loses its state: a rumor, the newest version of an entry. */
export function knowledgeMonotone({ peers, items, level }: KnowledgeOptions): Invariant {
  const last = new Float64Array(peers * items.length).fill(Number.NEGATIVE_INFINITY)
  return {
    name: 'knowledge monotone',
    onEvent: ({ peer, what, kind }) => {
      const first = peer * items.length
      if (what === 'online' && kind === 1) last.fill(Number.NEGATIVE_INFINITY, first, first + items.length)
      for (const [i, item] of items.entries()) {
        const now = level(peer, item)
        const before = last[first + i]
        last[first + i] = now
        if (!(now >= before)) return `what it knows of item ${item} was ${before} and is ${now}`
      }
      return undefined
    },
  }
}
