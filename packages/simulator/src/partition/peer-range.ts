import type { SentMessage } from './sent-message.ts'

/** The peers that a simulation hosts, and its way to those that others host. */
export interface PeerRange {
  /** The first hosted peer. */
  readonly first: number
  /** The peer behind the last hosted one. */
  readonly end: number

  /** Takes a message to a peer that is hosted elsewhere. The payload is copied before this returns. */
  post(message: SentMessage): void

  /**
   * Waits until all simulations of the run have come here, and takes what they have posted to peers of this one.
   *
   * @param dueMs - The earliest moment at which something may happen here, apart from what has been posted.
   * @param receive - Called with each message; its payload is valid until this returns.
   * @returns The earliest moment at which something may happen anywhere.
   */
  synchronise(dueMs: number, receive: (message: SentMessage) => void): number
}
