import type { Creation } from '@hearsay/learning'

/**
 * How much of a model a message carries.
 *
 * - `full`: all of it.
 * - `subsampled`: a random share of the weights, drawn anew for each message from a seed that it carries ("slim" models;
 *   Hegedűs, Danner, Jelasity 2021).
 * - `partitioned`: one of S fixed parts, weight i belonging to part i mod S, each part with an age of its own (ibid.).
 */
export type Exchange =
  | { readonly kind: 'full' }
  /** `share` in (0, 1]. */
  | { readonly kind: 'subsampled'; readonly share: number }
  /** `parts`: an integer in 2 … the number of weights. */
  | { readonly kind: 'partitioned'; readonly parts: number }

/** How a message carries a weight: as it is, as binary16, or as a multiple of 1/127 of the message's largest. */
export type WeightEncoding = 'float32' | 'float16' | 'int8'

/** All of {@link WeightEncoding}. */
export const WEIGHT_ENCODINGS: readonly WeightEncoding[] = ['float32', 'float16', 'int8']

/** The most parts of a partitioned model. */
export const PARTS_MAX = 4096

/** The exchange where nothing else is said. */
export const FULL_EXCHANGE: Exchange = { kind: 'full' }

/** Parts in which models travel, 1 for whole ones. */
export function partsOf(exchange: Exchange): number {
  return exchange.kind === 'partitioned' ? exchange.parts : 1
}

/**
 * The period at which peers exchange where a whole model would take Δ: Δ/S for a model in S parts, so that each part goes
 * round as often as a whole model would (Hegedűs, Danner, Jelasity 2021).
 *
 * @param periodMs - Δ in milliseconds, > 0.
 */
export function exchangePeriodMs(exchange: Exchange, periodMs: number): number {
  return periodMs / partsOf(exchange)
}

/** What an exchange has to agree with. */
export interface ExchangeCompany {
  /** @defaultValue 'last' for whole models, otherwise 'current' */
  readonly mergeWith?: 'last' | 'current' | undefined
  /** @defaultValue 'MU' */
  readonly creation?: Creation | undefined
  /** Weights of the model, its bias included, where they are known. */
  readonly parameters?: number | undefined
}

/**
 * Why an exchange makes no sense, or not in this company; `undefined` where it does. Parts can be merged neither with the
 * last received ones, which are others, nor trained on their own.
 */
export function exchangeProblem(exchange: Exchange, company: ExchangeCompany = {}): string | undefined {
  if (exchange.kind === 'full') return undefined
  const { mergeWith = 'current', creation = 'MU', parameters = Number.POSITIVE_INFINITY } = company
  const { kind } = exchange
  if (kind === 'subsampled' && !(exchange.share > 0 && exchange.share <= 1)) {
    return `a subsampled exchange carries a share in (0, 1], not ${exchange.share}`
  }
  const partsMax = Math.min(PARTS_MAX, parameters)
  if (
    kind === 'partitioned' &&
    !(Number.isInteger(exchange.parts) && exchange.parts >= 2 && exchange.parts <= partsMax)
  ) {
    return `a partitioned exchange has an integer number of parts in 2 … ${partsMax}, not ${exchange.parts}`
  }
  if (mergeWith === 'last') return `a ${kind} exchange merges with the current model, not with the last received one`
  if (creation !== 'MU') return `a ${kind} exchange merges and then updates (MU): ${creation} needs whole models`
  return undefined
}
