import type { Archive, Message, Persistent } from '@hearsay/core'
import { CHANGE } from '../events/timer-record.ts'
import { checkPauses, type Pause } from './pause.ts'

/** An event of a paused peer. The payload's block is its own until it is handled. */
export interface DeferredEvent {
  /** The sender of a message; −1 for a timer. */
  readonly from: number
  /** Protocol · 128 + kind or timer. */
  readonly type: number
  readonly value: number
  readonly stamp: number
  readonly offset: number
  readonly length: number
}

const NONE: readonly DeferredEvent[] = []

/** Type of the timer that begins pause 0; the next one ends it, and so on. */
const FIRST: number = CHANGE + 1

/** Which peers are paused, and what waits for them. */
export class PausedPeers implements Persistent {
  readonly #pauses: readonly Pause[]
  /** When each peer resumes; 0 where it is not paused. */
  readonly #untilMs: Float64Array
  readonly #waiting = new Map<number, DeferredEvent[]>()

  /** @throws {@link UsageError} `PAUSE`, `INTERVAL`. */
  constructor(peers: number, pauses: readonly Pause[]) {
    this.#pauses = checkPauses(peers, pauses)
    this.#untilMs = new Float64Array(peers)
  }

  /** Calls `set` with the type and the time of each timer that `peer` needs, before any other of its timers is set. */
  schedule(peer: number, set: (type: number, timeMs: number) => void): void {
    // Beginnings first: where a pause follows on another one, the peer does not run in between.
    for (const [index, { fromMs, peers }] of this.#pauses.entries())
      if (peers[peer] === 1) set(FIRST + 2 * index, fromMs)
    for (const [index, { untilMs, peers }] of this.#pauses.entries()) {
      if (peers[peer] === 1 && untilMs < Number.POSITIVE_INFINITY) set(FIRST + 2 * index + 1, untilMs)
    }
  }

  /** Whether a timer of {@link schedule} begins a pause. */
  begins(type: number): boolean {
    return ((type - FIRST) & 1) === 0
  }

  isPaused(peer: number): boolean {
    return this.#untilMs[peer] > 0
  }

  /** A peer that is online is paused. Where pauses overlap, the one that ends last decides. */
  begin(peer: number, type: number): void {
    const { untilMs } = this.#pauses[(type - FIRST) >> 1]
    this.#untilMs[peer] = Math.max(this.#untilMs[peer], untilMs)
  }

  /** Whether `peer`, for which a pause ends at `nowMs`, resumes. */
  ends(peer: number, nowMs: number): boolean {
    return this.#untilMs[peer] === nowMs
  }

  deferTimer(peer: number, type: number): void {
    this.#defer(peer, { from: -1, type, value: 0, stamp: 0, offset: 0, length: 0 })
  }

  deferMessage(peer: number, from: number, type: number, { value, stamp, offset, length }: Message): void {
    this.#defer(peer, { from, type, value, stamp, offset, length })
  }

  /** The peer runs, or is gone. Returns what has waited for it, in order. */
  release(peer: number): readonly DeferredEvent[] {
    this.#untilMs[peer] = 0
    const waiting = this.#waiting.get(peer) ?? NONE
    this.#waiting.delete(peer)
    return waiting
  }

  persist(archive: Archive): void {
    archive.array(this.#untilMs)
    const peers = [...this.#waiting.keys()].sort((a, b) => a - b)
    const count = archive.number(peers.length)
    if (archive.restoring) this.#waiting.clear()
    for (let i = 0; i < count; i++) {
      const peer = archive.number(peers[i])
      const saved = this.#waiting.get(peer) ?? NONE
      const events = Array.from({ length: archive.number(saved.length) }, (_, at) => persistEvent(archive, saved[at]))
      this.#waiting.set(peer, events)
    }
  }

  #defer(peer: number, event: DeferredEvent): void {
    const waiting = this.#waiting.get(peer)
    if (waiting === undefined) this.#waiting.set(peer, [event])
    else waiting.push(event)
  }
}

function persistEvent(archive: Archive, event: DeferredEvent | undefined): DeferredEvent {
  return {
    from: archive.number(event?.from ?? 0),
    type: archive.number(event?.type ?? 0),
    value: archive.number(event?.value ?? 0),
    stamp: archive.number(event?.stamp ?? 0),
    offset: archive.number(event?.offset ?? 0),
    length: archive.number(event?.length ?? 0),
  }
}
