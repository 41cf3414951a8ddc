import type { Archive } from './archive/archive.ts'
import type { Random } from './random.ts'

/** What {@link PeerSampler.selectPeer} answers when it knows nobody, and no peer's identifier. */
export const NOBODY = -1

/**
 * A gossip protocol as a state machine for a *population*: one row of state per hosted peer, held in typed arrays.
 * A simulator hosts a population of millions in virtual time, a network peer hosts a population of one in real time;
 * the protocol cannot tell which.
 *
 * A protocol performs no I/O, reads no clock and draws no entropy of its own. All it knows of the world stands in the
 * {@link Context} that each handler receives, and all it does to the world it does through that context.
 *
 * The contract of the handlers:
 *
 * 1. *Order.* `onStart` runs each time a hosted peer comes online, before any other handler of that session. Handlers
 *    never run concurrently and never await: each runs to its end before the next one starts.
 * 2. *Ownership.* `context` and `message` are borrowed. They are valid until the handler returns and are then reused;
 *    a handler that wants to keep what it was given copies it.
 * 3. *Time.* `context.now` does not move while a handler runs.
 * 4. *Rows.* A handler touches the state of `context.self` only. Peers are integers that have a meaning on their host
 *    alone: compare them for equality, never by order, or a run depends on how its host numbers peers.
 * 5. *Loss.* A message may be lost, duplicated, delayed and reordered. A handler never waits for an answer.
 * 6. *Absence.* A peer may go offline at any moment. Its row then keeps what it holds, its timers never fire, and messages
 *    to it are lost. When it returns `onStart` runs again, after `onForget` where it has lost its state meanwhile.
 */
export interface Protocol {
  /**
   * The hosted peer `context.self` has come online, for the first time or again: draw a phase and set the first timer. No
   * timer of an earlier session is pending.
   */
  onStart(context: Context): void

  /** Active thread: `timer`, set by this peer and this protocol through {@link Context.setTimer}, has fired. */
  onTimeout(context: Context, timer: number): void

  /** Passive thread. `message` is borrowed: it is valid until this call returns. */
  onMessage(context: Context, from: number, message: Message): void

  /**
   * The host has learned that `peer` cannot be reached. It may be wrong, and it may come back: this is a hint to
   * prefer others, not a fact.
   */
  onPeerUnreachable?(context: Context, peer: number): void

  /** The hosted peer is about to leave on purpose: the last chance to say so to others. */
  onStop?(context: Context): void

  /** The hosted peer has lost its state: put its row back as it was before its first `onStart`, which follows. */
  onForget?(context: Context): void

  /**
   * Visits all state that the handlers change and that is not in the host's {@link Memory}, so that a run can be saved
   * and go on later. A protocol without this method cannot be saved.
   */
  persist?(archive: Archive): void
}

/** What a protocol sees of its host while one of its handlers runs. */
export interface Context {
  /** The hosted peer whose handler runs: its row in the protocol's arrays, and its own identifier as a peer. */
  readonly self: number

  /** Milliseconds since the run started: virtual in a simulator, monotonic on a network peer. ≥ 0. */
  readonly now: number

  /** The running peer's own stream, so that results do not depend on how peers interleave. */
  readonly random: Random

  /**
   * Sends a message to the same protocol on another peer. The payload (`length` words from `offset` of the host's
   * {@link Memory}) is copied before this returns. Never throws for a peer that is gone: loss is normal in gossip.
   *
   * @param to - Identifier of the receiver, from a {@link PeerSampler} or a received message.
   * @param kind - The protocol's own numbering of its messages: an integer in 0 … 127.
   * @param value - A float64 header number. Default 0.
   * @param stamp - A safe integer ≥ 0 in the header: an age, an epoch, a version. Default 0.
   * @param offset - First word of the payload in the host's memory. Default 0.
   * @param length - Words of payload; 0, the default, sends none.
   */
  send(to: number, kind: number, value?: number, stamp?: number, offset?: number, length?: number): void

  /**
   * Fires `onTimeout(context, timer)` once for this peer and this protocol, `delayMs` from now. Setting a timer again
   * adds a second one: a protocol that restarts a timer sets it only when it has fired.
   *
   * @param timer - The protocol's own numbering of its timers: an integer in 0 … 127.
   * @param delayMs - Milliseconds, ≥ 0.
   */
  setTimer(timer: number, delayMs: number): void
}

/**
 * A received message: a short header of numbers and an optional payload of 32-bit words in the host's {@link Memory}.
 * Borrowed: both the object and the payload are valid until the handler returns.
 */
export interface Message {
  /** The protocol's own numbering of its messages. */
  readonly kind: number
  /** A float64 header number; 0 where the kind has no use for it. */
  readonly value: number
  /** A safe integer ≥ 0 in the header; 0 where the kind has no use for it. */
  readonly stamp: number
  /** First word of the payload in the host's memory, aligned to four words. */
  readonly offset: number
  /** Words of payload, 0 if there is none. Words between `length` and the next multiple of four are zero. */
  readonly length: number
}
