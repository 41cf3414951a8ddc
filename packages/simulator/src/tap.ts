import type { Message } from '@hearsay/core'

/** Something that a simulation has just handled. Borrowed: valid until {@link Tap.onEvent} returns. */
export interface SimulatedEvent {
  /** Virtual milliseconds, a whole number. */
  readonly time: number
  /** `refused`: by a guard; `missed`: its receiver was offline, or one of both ends not online for the whole transfer. */
  readonly what: 'online' | 'offline' | 'pause' | 'resume' | 'timer' | 'message' | 'refused' | 'missed'
  /** The peer that it happened to. */
  readonly peer: number
  /** Index of the protocol in the stack; −1 where it is not a protocol's affair. */
  readonly protocol: number
  /** The sender of a message; −1 for everything else. */
  readonly from: number
  /** Of a timer: its number. Of a message: its kind. Of `online`: 1 where the peer has lost its state, otherwise 0. */
  readonly kind: number
  /** The message, where it is one. */
  readonly message: Message | undefined
}

/** A message that a handler has just sent. Borrowed, as {@link SimulatedEvent}. */
export interface SimulatedSend {
  readonly time: number
  readonly from: number
  readonly to: number
  readonly protocol: number
  readonly kind: number
  readonly value: number
  readonly stamp: number
  /** Copies that the network will deliver: 0 where it loses the message, 2 where it duplicates it. */
  readonly copies: number
}

/** Watches a simulation, event by event. It reads; it cannot disturb the run. */
export interface Tap {
  /** `event` was handled; the handler has returned. */
  onEvent?(event: SimulatedEvent): void
  /** A handler has handed a message to the network. */
  onSend?(send: SimulatedSend): void
}

/** Tells a tap of a timer that was handled. @param type - Protocol · 128 + timer. */
export function tellTimer(tap: Tap, peer: number, time: number, type: number): void {
  tap.onEvent?.({ time, what: 'timer', peer, protocol: type >> 7, from: -1, kind: type & 127, message: undefined })
}
