import type { Archive, Context, Message, Persistent } from '@hearsay/core'

/** The one kind of message of gossip learning: stamp = age, payload = weights, value = which ones. */
export const MODEL = 0

/**
 * How peers pass their models on: what a message carries, and what becomes of one that arrives. Gossip learning decides
 * when and to whom; the rest is here.
 */
export interface ModelExchange extends Persistent {
  /** Parts in which models travel; 1 where there are none. */
  readonly parts: number

  /** The part that `context.self` may send now that a period has passed. */
  choosePart(context: Context): number

  /**
   * Makes the next model of hosted peer `self` from a message that a guard has admitted, or would admit.
   *
   * @returns Whether what was received was at least as old as the peer's own.
   */
  receive(self: number, message: Message): boolean

  /** Sends the model of `context.self`, or a part of it. */
  send(context: Context, to: number, part: number): void

  /** Forgets what is kept of a hosted peer beside its models. */
  forget(peer: number): void

  persist(archive: Archive): void
}
