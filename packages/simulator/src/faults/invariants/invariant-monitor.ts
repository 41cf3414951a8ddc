import { UsageError } from '@hearsay/core'
import type { SimulatedEvent, SimulatedSend, Tap } from '../../tap.ts'
import type { Invariant, ObservedRun } from './invariant.ts'

/** What was found wrong, and when. */
export interface Violation {
  /** Name of the invariant. */
  readonly invariant: string
  /** Virtual milliseconds. */
  readonly timeMs: number
  readonly peer: number
  /** The event, in words. */
  readonly event: string
  /** What is wrong, with the values. */
  readonly problem: string
}

/** An invariant does not hold: a defect of the protocol that runs, or of what hosts it. */
export class InvariantError extends UsageError {
  readonly violation: Violation

  constructor(violation: Violation) {
    super('INVARIANT', formatViolation(violation))
    this.violation = violation
  }
}

/** One line that tells it all. */
export function formatViolation({ invariant, timeMs, peer, event, problem }: Violation): string {
  return `'${invariant}' does not hold at ${timeMs} ms, peer ${peer}, ${event}: ${problem}`
}

/**
 * Holds a run against invariants, event by event: the `tap` of a simulation. What it throws ends the run.
 */
export class InvariantMonitor implements Tap {
  readonly #invariants: readonly Invariant[]
  readonly #watchers: readonly Invariant[]
  readonly #listeners: readonly Invariant[]
  readonly #recent: string[] = []
  readonly #recentMax: number
  #run: ObservedRun | undefined
  #begun = false
  #events = 0
  #last: SimulatedEvent | undefined

  /** @param recentMax - How many of the last events are kept in words, for {@link recent}. Default 0. */
  constructor(invariants: readonly Invariant[], recentMax = 0) {
    this.#invariants = invariants
    this.#watchers = invariants.filter((invariant) => invariant.onEvent !== undefined)
    this.#listeners = invariants.filter((invariant) => invariant.onSend !== undefined)
    this.#recentMax = recentMax
  }

  /** Events that have been watched. */
  get events(): number {
    return this.#events
  }

  /** The last events in words, the latest last. */
  get recent(): readonly string[] {
    return this.#recent
  }

  /** The last event. */
  get last(): Pick<Violation, 'timeMs' | 'peer' | 'event'> {
    const last = this.#last
    if (last === undefined) return { timeMs: 0, peer: -1, event: 'no event' }
    return { timeMs: last.time, peer: last.peer, event: `${last.what} ${last.kind} of protocol ${last.protocol}` }
  }

  /** Says which run it is, before it begins. */
  watch(run: ObservedRun): void {
    this.#run = run
  }

  /** @throws {@link InvariantError} `INVARIANT` where one does not hold. */
  onEvent(event: SimulatedEvent): void {
    if (!this.#begun) this.#begin()
    this.#events++
    this.#last = event
    if (this.#recentMax > 0) this.#remember(`${event.time} ms, peer ${event.peer}, ${describeEvent(event)}`)
    for (const invariant of this.#watchers) {
      const problem = invariant.onEvent?.(event)
      if (problem !== undefined) this.#fail(invariant, event.time, event.peer, describeEvent(event), problem)
    }
  }

  /** @throws {@link InvariantError} `INVARIANT` where one does not hold. */
  onSend(send: SimulatedSend): void {
    if (!this.#begun) this.#begin()
    if (this.#recentMax > 0) this.#remember(`${send.time} ms, peer ${send.from}, ${describeSend(send)}`)
    for (const invariant of this.#listeners) {
      const problem = invariant.onSend?.(send)
      if (problem !== undefined) this.#fail(invariant, send.time, send.from, describeSend(send), problem)
    }
  }

  #begin(): void {
    this.#begun = true
    const run = this.#run
    if (run === undefined) throw new UsageError('INVARIANT', 'say which run is watched: call watch(simulation)')
    for (const invariant of this.#invariants) invariant.begin?.(run)
  }

  #remember(line: string): void {
    if (this.#recent.length === this.#recentMax) this.#recent.shift()
    this.#recent.push(line)
  }

  #fail({ name }: Invariant, timeMs: number, peer: number, event: string, problem: string): never {
    throw new InvariantError({ invariant: name, timeMs, peer, event, problem })
  }
}

function describeEvent({ what, protocol, kind, from, message }: SimulatedEvent): string {
  if (what === 'timer') return `timer ${kind} of protocol ${protocol}`
  if (message === undefined) return what === 'online' && kind === 1 ? 'online without its state' : what
  const { value, stamp, length } = message
  const header = `value ${value}, stamp ${stamp}, ${length} words`
  return `${what === 'message' ? 'message' : `${what} message`} of kind ${kind} of protocol ${protocol} from ${from} (${header})`
}

function describeSend({ to, protocol, kind, value, stamp, copies }: SimulatedSend): string {
  return `sending kind ${kind} of protocol ${protocol} to ${to} (value ${value}, stamp ${stamp}), ${copies} copies arrive`
}
