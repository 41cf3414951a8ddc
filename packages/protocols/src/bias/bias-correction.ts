import type { Context, Message, Persistent } from '@hearsay/core'

/** How peers take models in where they correct a bias: in the place of `ModelExchange.receive`. */
export interface BiasCorrection extends Persistent {
  /** A period of `context.self` has passed; its model is about to be sent. */
  onPeriod(context: Context): void

  /**
   * Takes in a model that a guard has admitted, or would admit.
   *
   * @returns Whether what was received was at least as old as the peer's own.
   */
  receive(context: Context, from: number, message: Message): boolean

  /** Forgets what is kept of a hosted peer beside its models. */
  forget(peer: number): void
}
