import { ConfigurationError } from '@hearsay/core'
import { ALPHA_MAX, ALPHA_MIN } from './partition/dirichlet.ts'

/**
 * How rows are dealt out to peers:
 *
 * - `iid`: at random, in equal shares (sizes differ by at most one row);
 * - `by-class`: peer i holds only rows of class i mod K, the single-class assignment of Hegedűs, Danner, Jelasity 2021;
 *   the peers of a class share its rows equally;
 * - `classes`: every peer holds rows of a given number of classes;
 * - `dirichlet`: the rows of each class in shares drawn from a Dirichlet distribution;
 * - `by-size`: at random, in shares that follow a power law;
 * - `by-features`: neighbours in feature space go to the same peer, in equal shares;
 * - `by-column`: rows with the same value in a column go to the same peer.
 */
export type ShardKind = 'iid' | 'by-class' | 'classes' | 'dirichlet' | 'by-size' | 'by-features' | 'by-column'

export const SHARD_KINDS: readonly ShardKind[] = [
  'iid',
  'by-class',
  'classes',
  'dirichlet',
  'by-size',
  'by-features',
  'by-column',
]

/** A kind and its parameter. */
export interface ShardOptions {
  readonly kind: ShardKind
  /**
   * For `by-size`: the peer of rank r has one row, and of the others a share proportional to r^−exponent. In 0 … 8.
   * Ranks are dealt out at random.
   *
   * @defaultValue 1
   */
  readonly exponent?: number
  /**
   * For `classes`: classes of a peer, an integer ≥ 1.
   *
   * @defaultValue 2
   */
  readonly classesPerPeer?: number
  /**
   * For `dirichlet`: concentration α in 0.001 … 10⁶. The smaller, the fewer classes a peer has, and the more uneven are
   * sizes.
   *
   * @defaultValue 0.5
   */
  readonly alpha?: number
  /**
   * For `by-features`: from 0, at random, to 1, strictly in order.
   *
   * @defaultValue 1
   */
  readonly skew?: number
  /** For `by-column`, and needed there: name of a feature, or its index from 0. */
  readonly column?: string | number
}

/** How rows are dealt out: options, or a kind with its defaults. */
export type ShardSetting = ShardKind | ShardOptions

/** What {@link parseShards} accepts, for messages and help. */
export const SHARDS_FORM =
  'iid, by-class, classes[:PER_PEER], dirichlet[:ALPHA], by-size[:EXPONENT], by-features[:SKEW] or by-column:NAME'

type Parameter = 'exponent' | 'classesPerPeer' | 'alpha' | 'skew'

interface Form {
  readonly key: Parameter
  readonly min: number
  readonly max: number
  readonly integer?: boolean
}

const FORMS: Partial<Record<ShardKind, Form>> = {
  classes: { key: 'classesPerPeer', min: 1, max: 1_000_000, integer: true },
  dirichlet: { key: 'alpha', min: ALPHA_MIN, max: ALPHA_MAX },
  'by-size': { key: 'exponent', min: 0, max: 8 },
  'by-features': { key: 'skew', min: 0, max: 1 },
}

const DECIMAL = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/**
 * Reads a kind with its parameter behind a colon: `iid`, `dirichlet:0.3`, `classes:2`, `by-column:writer`.
 *
 * @param what - What errors call it.
 * @throws {@link ConfigurationError} `SHARDS_FORM`.
 */
export function parseShards(text: string, what = 'shards'): ShardOptions {
  const colon = text.indexOf(':')
  const word = colon === -1 ? text : text.slice(0, colon)
  const parameter = colon === -1 ? undefined : text.slice(colon + 1)
  const kind = SHARD_KINDS.find((candidate) => candidate === word)
  const malformed = (wanted: string): ConfigurationError =>
    new ConfigurationError('SHARDS_FORM', `${what}: ${wanted}, not ${JSON.stringify(text)}`)
  if (kind === undefined) throw malformed(`give ${SHARDS_FORM}`)
  if (kind === 'by-column') {
    if (parameter === undefined || parameter === '') throw malformed('give by-column:NAME')
    return { kind, column: parameter }
  }
  if (parameter === undefined) return { kind }
  const form = FORMS[kind]
  if (form === undefined) throw malformed(`${kind} takes no parameter: give ${kind}`)
  const value = DECIMAL.test(parameter) ? Number(parameter) : Number.NaN
  const { key, min, max, integer = false } = form
  if (value >= min && value <= max && (!integer || Number.isInteger(value))) return { kind, [key]: value }
  throw malformed(`the parameter of ${kind} is ${integer ? 'an integer' : 'a number'} in ${min} … ${max}`)
}

/** A kind by itself stands for the options with its defaults. */
export function shardOptions(setting: ShardSetting): ShardOptions {
  return typeof setting === 'string' ? { kind: setting } : setting
}

/** The text that {@link parseShards} reads back to the same options. */
export function formatShards(setting: ShardSetting): string {
  const shards = shardOptions(setting)
  const { kind } = shards
  const key = kind === 'by-column' ? 'column' : FORMS[kind]?.key
  const value = key === undefined ? undefined : shards[key]
  return value === undefined ? kind : `${kind}:${value}`
}
