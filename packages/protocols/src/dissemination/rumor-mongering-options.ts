import { type Context, type Memory, type PeerSampler, UsageError } from '@hearsay/core'
import type { TurnOptions } from './turns.ts'

/**
 * Takes an event that `context.self` has received for the first time: `length` words of content from `offset` of the
 * host's memory, borrowed. It touches the row of `context.self` only, and sends nothing.
 */
export type Deliver = (context: Context, event: number, offset: number, length: number) => void

/** What a {@link RumorMongering} needs: the variants of Demers et al. 1987, §1.4. */
export interface RumorMongeringOptions extends TurnOptions {
  /** Hosted peers. */
  readonly peers: number
  readonly memory: Memory
  /** Whom a peer contacts. */
  readonly sampler: PeerSampler
  /**
   * Who sends in a contact: the peer that makes it, the peer that is contacted, or both.
   *
   * @defaultValue 'push'
   */
  readonly exchange?: 'push' | 'pull' | 'push-pull'
  /**
   * Whether a peer loses interest only after contacts that already knew, of which they tell it, or after any.
   *
   * @defaultValue true
   */
  readonly feedback?: boolean
  /**
   * How it loses interest: `counter`, after k such contacts without a useful one between them; `coin`, with probability
   * 1/k after each.
   *
   * @defaultValue 'counter'
   */
  readonly stop?: 'counter' | 'coin'
  /**
   * k: an integer in 1 … 255.
   *
   * @defaultValue 3
   */
  readonly k?: number
  /**
   * How many contacts a peer accepts in a cycle, 1 … 64; further ones are refused.
   *
   * @defaultValue Infinity
   */
  readonly connectionLimit?: number
  /**
   * How many other partners a peer tries in a turn after refused ones, 0 … 255.
   *
   * @defaultValue 0
   */
  readonly hunts?: number
  /**
   * Whether, of two that both know, only the one with the smaller counter counts the contact, and both do on a tie. Needs
   * push–pull with feedback and counter.
   *
   * @defaultValue false
   */
  readonly minimization?: boolean
  /**
   * Rumors that a peer remembers, 1 … 4096. A new one takes the place of the one that was cold for longest; while all are
   * hot, it is dropped. A rumor that is forgotten while others still spread it is news again: leave room.
   *
   * @defaultValue 8
   */
  readonly rumors?: number
  /**
   * Rumors that a contact carries each way at most, ≥ 1: the capacity of the channel.
   *
   * @defaultValue Infinity
   */
  readonly rumorsPerContact?: number
  /**
   * Words of content that a rumor may have, 0 … 65535.
   *
   * @defaultValue 0
   */
  readonly contentWords?: number
  /** Told of each rumor that a peer hears for the first time. */
  readonly deliver?: Deliver
}

/** A check of what the types cannot express. @throws {@link UsageError}. */
export function assertRumorOptions(options: RumorMongeringOptions): void {
  const { k = 3, hunts = 0, rumorsPerContact = Infinity, feedback = true, stop = 'counter', exchange } = options
  if (!Number.isInteger(k) || k < 1 || k > 255) throw new UsageError('K', `k is an integer in 1 … 255, not ${k}`)
  if (!Number.isInteger(hunts) || hunts < 0 || hunts > 255) {
    throw new UsageError('HUNTS', `hunts is an integer in 0 … 255, not ${hunts}`)
  }
  if (!(rumorsPerContact >= 1)) {
    throw new UsageError('RUMORS_PER_CONTACT', `a contact carries at least one rumor, not ${rumorsPerContact}`)
  }
  if (options.minimization === true && !(feedback && stop === 'counter' && exchange === 'push-pull')) {
    throw new UsageError('MINIMIZATION', 'minimization compares counters: it needs push-pull, feedback and counter')
  }
}
