import { type Memory, UsageError } from '@hearsay/core'
import type { Deliver } from './rumor-mongering-options.ts'
import type { TurnOptions } from './turns.ts'

/** What a {@link Lpbcast} needs. Every buffer is bounded, and so is every message. */
export interface LpbcastOptions extends TurnOptions {
  /** Hosted peers. */
  readonly peers: number
  readonly memory: Memory
  /**
   * F: members of the view that a peer gossips to in a turn, 1 … 255.
   *
   * @defaultValue 3
   */
  readonly fanout?: number
  /**
   * l: peers that a view holds, 1 … 255.
   *
   * @defaultValue 15
   */
  readonly viewSize?: number
  /**
   * |subs|: subscriptions of others that a peer passes on, 1 … 255. Each comes beside its own; the more there are, the more
   * unevenly peers are known.
   *
   * @defaultValue 2
   */
  readonly subscriptions?: number
  /**
   * |unSubs|: unsubscriptions that a peer passes on, 1 … 255.
   *
   * @defaultValue 15
   */
  readonly unsubscriptions?: number
  /**
   * |events|: events that a peer buffers, and that a message carries, 1 … 4096. Where more arrive between two turns, random
   * ones are lost: the capacity of the channel.
   *
   * @defaultValue 30
   */
  readonly events?: number
  /**
   * |eventIds|: the last identifiers that a peer knows as delivered, `events` … 4096. What it forgets it delivers again.
   *
   * @defaultValue 4 · events
   */
  readonly eventIds?: number
  /**
   * The newest of these identifiers that a message carries, 0 … eventIds: by them a peer learns what it has missed.
   *
   * @defaultValue eventIds
   */
  readonly digest?: number
  /**
   * Events that a peer asks the sender of a message for, where the message shows that it has missed them, 0 … 4096.
   *
   * @defaultValue 16
   */
  readonly retrievals?: number
  /**
   * Words of content that an event may have, 0 … 65535.
   *
   * @defaultValue 0
   */
  readonly contentWords?: number
  /** Told of each event that a peer receives for the first time. */
  readonly deliver?: Deliver
}

/** The options with their defaults filled in. */
export type LpbcastSizes = Required<
  Pick<LpbcastOptions, 'fanout' | 'viewSize' | 'subscriptions' | 'unsubscriptions' | 'events' | 'contentWords'> &
    Pick<LpbcastOptions, 'eventIds' | 'digest' | 'retrievals'>
>

/** Fills in defaults, and checks. @throws {@link UsageError} where an option is out of its range. */
export function lpbcastSizes(options: LpbcastOptions): LpbcastSizes {
  const { fanout = 3, viewSize = 15, subscriptions = 2, unsubscriptions = 2, events = 30 } = options
  const { eventIds = 4 * events, retrievals = 16, contentWords = 0 } = options
  const { digest = eventIds } = options
  assertCount('fanout', fanout, 1, 255)
  assertCount('events', events, 1, 4096)
  assertCount('eventIds', eventIds, events, 4 * 4096)
  assertCount('digest', digest, 0, eventIds)
  assertCount('retrievals', retrievals, 0, 4096)
  assertCount('contentWords', contentWords, 0, 65535)
  return { fanout, viewSize, subscriptions, unsubscriptions, events, eventIds, digest, retrievals, contentWords }
}

function assertCount(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new UsageError('LPBCAST', `${name} is an integer in ${least} … ${most}, not ${value}`)
}
