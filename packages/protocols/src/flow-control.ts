import type { Archive, Context } from '@hearsay/core'

/**
 * Decides how many models a peer sends, and when: in its active thread, and in reaction to a received model. Gossip
 * learning asks and obeys; token accounts and other strategies live behind this interface. Where models travel in parts,
 * each part is a flow of its own; whole models are part 0.
 */
export interface FlowControl {
  /** Parts that this was made for; absent where it makes no difference. */
  readonly parts?: number
  /**
   * Models, or copies of `part`, to send now that a period of `context.self` has passed, ≥ 0.
   *
   * @param part - An integer in 0 … parts − 1.
   */
  onPeriod(context: Context, part: number): number
  /**
   * Models, or copies of `part`, to send now that `context.self` has used a received one, ≥ 0.
   *
   * @param useful - Whether what was received was at least as old as the peer's own.
   * @param part - What was received: an integer in 0 … parts − 1.
   */
  onReceived(context: Context, useful: boolean, part: number): number
  /** As {@link Protocol.onForget}. Absent where there is nothing to forget. */
  onForget?(context: Context): void
  /** As {@link Protocol.persist}. Absent where there is nothing to save. */
  persist?(archive: Archive): void
}

/** Purely proactive: one model a period, none in reaction (Ormándi, Hegedűs, Jelasity 2013, algorithm 1). */
export const proactive: FlowControl = {
  onPeriod: () => 1,
  onReceived: () => 0,
}
