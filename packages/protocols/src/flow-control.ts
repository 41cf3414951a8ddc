import type { Context } from '@hearsay/core'

/**
 * Decides how many models a peer sends, and when: in its active thread, and in reaction to a received model. Gossip
 * learning asks and obeys; token accounts and other strategies live behind this interface.
 */
export interface FlowControl {
  /** Models to send now that a period of `context.self` has passed, ≥ 0. */
  onPeriod(context: Context): number
  /**
   * Models to send now that `context.self` has used a received model, ≥ 0.
   *
   * @param useful - Whether the received model was at least as old as the peer's own.
   */
  onReceived(context: Context, useful: boolean): number
}

/** Purely proactive: one model a period, none in reaction (Ormándi, Hegedűs, Jelasity 2013, algorithm 1). */
export const proactive: FlowControl = {
  onPeriod: () => 1,
  onReceived: () => 0,
}
