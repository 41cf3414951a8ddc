import { CHANGE } from './events/timer-record.ts'
import { ticksOf } from './events/timing-wheel.ts'
import type { DeferredEvent, PausedPeers } from './faults/paused-peers.ts'
import type { ProtocolStack } from './protocol-stack.ts'
import type { Sessions } from './sessions.ts'
import type { SimulatedContext } from './simulated-context.ts'
import type { SimulationOptions } from './simulation-options.ts'
import type { SimulatedEvent, Tap } from './tap.ts'
import type { TraceHash } from './trace-hash.ts'

/** Takes the events that have waited for a paused peer. */
export interface DeferredEventHandler {
  /** The peer has resumed. */
  handleDeferred(peer: number, event: DeferredEvent, now: number): void
  /** The peer is gone. */
  missDeferred(peer: number, event: DeferredEvent, now: number): void
}

/** What peers' changes act on. */
export interface PeerChangesInputs {
  readonly stack: ProtocolStack
  readonly context: SimulatedContext
  readonly trace: TraceHash
  readonly sessions: Sessions | undefined
  readonly pauses: PausedPeers | undefined
  readonly handler: DeferredEventHandler
}

/** Peers that come and go, stand still and resume. Nothing here is done for an ordinary event. */
export class PeerChanges {
  readonly #inputs: PeerChangesInputs
  readonly #bootstrap: SimulationOptions['bootstrap']
  readonly #tap: Tap | undefined

  constructor(inputs: PeerChangesInputs, { bootstrap, tap }: SimulationOptions) {
    this.#inputs = inputs
    this.#bootstrap = bootstrap
    this.#tap = tap
  }

  /** Begins the run for `peer`. */
  start(peer: number): void {
    const { sessions, pauses, stack, context } = this.#inputs
    pauses?.schedule(peer, (type, timeMs) => context.setTimerOf(peer, type, timeMs))
    if (sessions !== undefined) {
      const change = sessions.start(peer)
      this.#schedule(peer, change, 0)
      if (!sessions.isOnline(peer)) return
    }
    stack.start(context, peer, 0)
  }

  /** A timer has fired that is no protocol's. */
  change(peer: number, type: number, now: number): void {
    const { sessions, pauses } = this.#inputs
    if (type === CHANGE && sessions !== undefined) this.#comeOrGo(sessions, peer, now)
    else if (pauses !== undefined && sessions?.isOnline(peer) !== false) this.#pauseOrResume(pauses, peer, type, now)
  }

  #comeOrGo(sessions: Sessions, peer: number, now: number): void {
    const next = sessions.change(peer, now)
    this.#schedule(peer, next, now)
    this.#inputs.trace.addTimer(peer, now, CHANGE)
    if (sessions.isOnline(peer)) {
      this.#tell('online', peer, now, this.#comeOnline(sessions, peer, now) ? 1 : 0)
    } else {
      const { pauses, handler } = this.#inputs
      for (const event of pauses?.release(peer) ?? []) handler.missDeferred(peer, event, now)
      this.#tell('offline', peer, now)
    }
  }

  /** Returns whether the peer has lost its state. */
  #comeOnline(sessions: Sessions, peer: number, now: number): boolean {
    const { stack, context } = this.#inputs
    const isFirst = sessions.isFirst(peer)
    const isStateLost = !isFirst && sessions.isStateLost(peer, now)
    if (isStateLost) stack.forget(context, peer, now)
    if (isFirst || isStateLost) this.#bootstrap?.(peer, sessions.random(peer))
    stack.start(context, peer, now)
    return isStateLost
  }

  #pauseOrResume(pauses: PausedPeers, peer: number, type: number, now: number): void {
    const { handler, trace } = this.#inputs
    if (pauses.begins(type)) {
      pauses.begin(peer, type)
      trace.addTimer(peer, now, type)
      this.#tell('pause', peer, now)
    } else if (pauses.ends(peer, now)) {
      trace.addTimer(peer, now, type)
      this.#tell('resume', peer, now)
      for (const event of pauses.release(peer)) handler.handleDeferred(peer, event, now)
    }
  }

  #schedule(peer: number, time: number, now: number): void {
    if (time === Number.POSITIVE_INFINITY) return
    this.#inputs.context.setTimerOf(peer, CHANGE, ticksOf(time - now))
  }

  #tell(what: SimulatedEvent['what'], peer: number, time: number, kind = 0): void {
    this.#tap?.onEvent?.({ time, what, peer, protocol: -1, from: -1, kind, message: undefined })
  }
}
