import { type Archive, type Context, type Random, UsageError } from '@hearsay/core'
import type { FlowControl } from './flow-control.ts'

/** A, and B: what the papers use. */
export const TOKENS_DEFAULT: { readonly reserve: number; readonly capacity: number } = { reserve: 10, capacity: 20 }

/** The largest A or B. */
export const TOKENS_MAX = 1_000_000

/** How large the accounts of a population are. */
export interface TokenAccountsOptions {
  /** Hosted peers. */
  readonly peers: number
  /**
   * Accounts of a peer, one for each part in which its model travels.
   *
   * @defaultValue 1
   */
  readonly parts?: number
  /**
   * A: the tokens from which on a peer reacts with a model to every one that it receives. 1 … B.
   *
   * @defaultValue 10, or B where that is less
   */
  readonly reserve?: number
  /**
   * B: the tokens above which a peer sends without being asked, so that none are lost. An integer in A … 10⁶.
   *
   * @defaultValue 20, or A where that is more
   */
  readonly capacity?: number
  /**
   * Tokens that an account starts with: an integer in 0 … B. A is about what accounts hold in the long run: a run that begins
   * with it needs no time to warm up.
   *
   * @defaultValue 0
   */
  readonly initial?: number
}

/**
 * Token accounts (Danner and Jelasity 2018; in gossip learning: Hegedűs, Danner, Jelasity 2021). An account gains one
 * token a period, and a message costs one; a strategy says when to spend. Models then travel in
 * chains of reactions, each of them faster than by one hop a period, at no more than one message a peer and period in
 * the mean.
 */
export abstract class TokenAccounts implements FlowControl {
  readonly parts: number
  /** A. */
  protected readonly reserve: number
  /** B. */
  protected readonly capacity: number
  readonly #initial: number
  readonly #tokens: Int32Array

  /** @throws {@link UsageError} `TOKENS` when an option is out of its range. */
  constructor(options: TokenAccountsOptions) {
    this.parts = options.parts ?? 1
    this.capacity = options.capacity ?? Math.max(TOKENS_DEFAULT.capacity, options.reserve ?? 0)
    this.reserve = options.reserve ?? Math.min(TOKENS_DEFAULT.reserve, this.capacity)
    this.#initial = options.initial ?? 0
    const { parts, reserve, capacity } = this
    if (!isCount(parts, 1) || !isCount(reserve, 1) || !isCount(capacity, reserve) || capacity > TOKENS_MAX) {
      throw new UsageError(
        'TOKENS',
        `token accounts need integers parts ≥ 1 and 1 ≤ A ≤ B ≤ ${TOKENS_MAX}, not parts ${parts}, A ${reserve}, B ${capacity}`,
      )
    }
    if (!isCount(this.#initial, 0) || this.#initial > capacity) {
      throw new UsageError('TOKENS', `accounts start with 0 … ${capacity} tokens, as integers, not ${this.#initial}`)
    }
    this.#tokens = new Int32Array(options.peers * parts).fill(this.#initial)
  }

  /** Tokens of a hosted peer for a part: 0 … B. */
  tokens(peer: number, part = 0): number {
    return this.#tokens[peer * this.parts + part]
  }

  onPeriod(context: Context, part = 0): number {
    const account = context.self * this.parts + part
    const tokens = this.#tokens[account] + 1
    const isSent = this.isProactive(tokens, context.random)
    this.#tokens[account] = isSent ? tokens - 1 : tokens
    return isSent ? 1 : 0
  }

  onReceived(context: Context, useful: boolean, part = 0): number {
    const account = context.self * this.parts + part
    const tokens = this.#tokens[account]
    const spent = this.reaction(tokens, useful, context.random)
    this.#tokens[account] = tokens - spent
    return spent
  }

  onForget(context: Context): void {
    this.#tokens.fill(this.#initial, context.self * this.parts, (context.self + 1) * this.parts)
  }

  persist(archive: Archive): void {
    archive.array(this.#tokens)
  }

  /**
   * Whether to send unasked.
   *
   * @param tokens - The balance, this period's token included: 1 … B + 1. At B + 1 the answer is true.
   */
  protected abstract isProactive(tokens: number, random: Random): boolean

  /**
   * How many messages to send in reaction: 0 … tokens.
   *
   * @param tokens - The balance, 0 … B.
   */
  protected abstract reaction(tokens: number, useful: boolean, random: Random): number
}

/** Simple: sends unasked where there are more than B tokens, and reacts with one message where there is a token. */
export class SimpleTokens extends TokenAccounts {
  protected override isProactive(tokens: number): boolean {
    return tokens > this.capacity
  }

  protected override reaction(tokens: number): number {
    return tokens > 0 ? 1 : 0
  }
}

/**
 * Generalized: sends unasked as {@link SimpleTokens}, and reacts with ⌊(A − 1 + tokens)/A⌋ messages to a useful one, with
 * ⌊(A − 1 + tokens)/2A⌋ to any other.
 */
export class GeneralizedTokens extends TokenAccounts {
  protected override isProactive(tokens: number): boolean {
    return tokens > this.capacity
  }

  protected override reaction(tokens: number, useful: boolean): number {
    return Math.floor((this.reserve - 1 + tokens) / (useful ? this.reserve : 2 * this.reserve))
  }
}

/**
 * Randomized: sends unasked with the probability (tokens − A)/(B + 1 − A), cut to [0, 1], and reacts with tokens/A
 * messages in the mean, rounded up or down at random.
 */
export class RandomizedTokens extends TokenAccounts {
  protected override isProactive(tokens: number, random: Random): boolean {
    const probability = (tokens - this.reserve) / (this.capacity + 1 - this.reserve)
    return probability > 0 && (probability >= 1 || random.float64() < probability)
  }

  protected override reaction(tokens: number, _useful: boolean, random: Random): number {
    const mean = tokens / this.reserve
    const whole = Math.floor(mean)
    return whole === mean || random.float64() >= mean - whole ? whole : whole + 1
  }
}

function isCount(value: number, min: number): boolean {
  return Number.isInteger(value) && value >= min
}
