import type { SimulationCounters } from '../../simulation-counters.ts'
import type { SimulatedEvent, SimulatedSend } from '../../tap.ts'

/** What an invariant may know of the run besides its events: a `Simulation` is one. */
export interface ObservedRun {
  readonly counters: SimulationCounters
  isOnline(peer: number): boolean
}

/**
 * Something that holds at every step of a run, whatever goes wrong in it. It watches and disturbs nothing. Each of its methods
 * returns what is wrong, in words and with the values, or `undefined`.
 */
export interface Invariant {
  /** What holds, in a few words. */
  readonly name: string
  /** The run is about to handle its first event. */
  begin?(run: ObservedRun): void
  /** An event has been handled. */
  onEvent?(event: SimulatedEvent): string | undefined
  /** A handler has sent a message, and not returned yet. */
  onSend?(send: SimulatedSend): string | undefined
}
