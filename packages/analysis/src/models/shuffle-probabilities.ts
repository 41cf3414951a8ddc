import { checkParameter } from '../numeric/check.ts'

/** Sizes of gossip shuffle. */
export interface ShuffleSizes {
  /** n, different items; an integer > s. */
  readonly items: number
  /** c, items that a peer can keep; an integer ≤ n. */
  readonly cache: number
  /** s, items that a peer sends in an exchange; an integer ≤ c. */
  readonly exchange: number
}

/** P(a′b′|ab): whether the two peers of an exchange hold an item afterwards, given whether they held it before. */
export interface ShuffleProbabilities {
  /** P(11|10) = P(11|01): the item is copied. */
  readonly copy: number
  /** P(01|10) = P(10|01): the item moves to the other peer. */
  readonly move: number
  /** P(10|10) = P(01|01): the item stays where it is. */
  readonly stay: number
  /** P(10|11) = P(01|11): one of two copies is dropped. */
  readonly drop: number
  /** P(11|11): both copies stay. */
  readonly keep: number
}

/**
 * The pair probabilities of gossip shuffle, each side sending s random items of its cache of c, n items in all
 * (Bakhshi, Gavidia, Fokkink, van Steen, "A modeling framework for gossip-based information spread", 2011; Gast,
 * Latella, Massink 2020, §6):
 *
 * copy (s/c)(c − s)/(n − s), move (s/c)(n − c)/(n − s), stay (c − s)/c, drop (s/c)((c − s)/c)(n − c)/(n − s), keep 1 −
 * 2·drop.
 *
 * @throws {@link UsageError} `PARAMETER_INVALID`.
 */
export function shuffleProbabilities({ items, cache, exchange }: ShuffleSizes): ShuffleProbabilities {
  checkParameter('exchange', exchange, { min: 1, integer: true })
  checkParameter('cache', cache, { min: exchange, integer: true })
  checkParameter('items', items, { min: Math.max(cache, exchange + 1), integer: true })
  const sent = exchange / cache
  const kept = (cache - exchange) / cache
  const copy = (sent * (cache - exchange)) / (items - exchange)
  const move = (sent * (items - cache)) / (items - exchange)
  const drop = kept * move
  return { copy, move, stay: kept, drop, keep: 1 - 2 * drop }
}
