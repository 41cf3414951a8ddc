import { type Archive, ConfigurationError, type Random } from '@hearsay/core'
import { checkInteger } from '../network/checks.ts'
import type { Availability } from './availability.ts'

/** Several reasons to be away. */
export interface ComposeAvailabilityOptions {
  /** Peers of the run. */
  readonly peers: number
  readonly parts: readonly Availability[]
}

/**
 * A peer is online while all parts have it online: churn, and a crash, and a date of joining. State is lost when a part
 * that was away during the absence says so. The parts of an absent peer go on, and cost time, as if it were there.
 *
 * @throws {@link UsageError} `PEERS` when the number of peers is none.
 */
export function composeAvailability({ peers, parts }: ComposeAvailabilityOptions): Availability {
  checkInteger('PEERS', 'the number of peers', peers, 1)
  return new Composition(peers, parts)
}

/** The part has the peer online. */
const ONLINE = 1
/** The part has been asked for its next change. */
const ASKED = 2
/** The part was offline at some time of the peer's present absence, or its last one. */
const AWAY = 4

/** Changes of parts that may pass without one of the peer, before two parts are taken to never be online together. */
const IDLE_CHANGES_MAX = 2 ** 22

/** Runs ahead of each peer: its parts stand where the change stands that was announced last. */
class Composition implements Availability {
  readonly #parts: readonly Availability[]
  /** Row = peer · parts + part. */
  readonly #flags: Uint8Array
  /** When the part changes next. */
  readonly #nextMs: Float64Array

  constructor(peers: number, parts: readonly Availability[]) {
    this.#parts = parts
    this.#flags = new Uint8Array(peers * parts.length)
    this.#nextMs = new Float64Array(peers * parts.length)
  }

  isOnlineAtStart(random: Random, peer: number): boolean {
    const row = peer * this.#parts.length
    for (let part = 0; part < this.#parts.length; part++) {
      this.#flags[row + part] = this.#parts[part].isOnlineAtStart(random, peer) ? ONLINE : 0
    }
    return this.#isOnline(row)
  }

  nextChangeMs(random: Random, peer: number, nowMs: number, online: boolean): number {
    const row = peer * this.#parts.length
    this.#askFirst(random, peer, nowMs)
    if (!online) this.#beginAbsence(row)
    for (let changes = 0; changes < IDLE_CHANGES_MAX; changes++) {
      const part = this.#nextPart(row)
      if (part < 0 || (!online && this.#isOfflineForGood(row))) return Number.POSITIVE_INFINITY
      const changeMs = this.#nextMs[row + part]
      this.#change(random, peer, part, online ? 0 : AWAY)
      // Parts that change at the same moment change together: no session or absence lasts for no time at all.
      if (this.#isOnline(row) !== online && !this.#changesAt(row, changeMs)) return Math.max(nowMs, changeMs)
    }
    throw new ConfigurationError(
      'AVAILABILITY',
      `peer ${peer} stays ${online ? 'online' : 'offline'} from ${nowMs} ms on although its parts change all the time: ` +
        'parts that are never online together make no peer; leave one of them away',
    )
  }

  isStateLost(random: Random, peer: number, nowMs: number): boolean {
    const row = peer * this.#parts.length
    let lost = false
    for (let part = 0; part < this.#parts.length; part++) {
      if ((this.#flags[row + part] & AWAY) === 0) continue
      lost = (this.#parts[part].isStateLost?.(random, peer, nowMs) ?? false) || lost
    }
    return lost
  }

  persist(archive: Archive): void {
    archive.array(this.#flags)
    archive.array(this.#nextMs)
    for (const part of this.#parts) part.persist?.(archive)
  }

  #askFirst(random: Random, peer: number, nowMs: number): void {
    const row = peer * this.#parts.length
    for (let part = 0; part < this.#parts.length; part++) {
      const flags = this.#flags[row + part]
      if ((flags & ASKED) !== 0) continue
      this.#flags[row + part] = flags | ASKED
      this.#nextMs[row + part] = this.#parts[part].nextChangeMs(random, peer, nowMs, (flags & ONLINE) !== 0)
    }
  }

  #beginAbsence(row: number): void {
    for (let i = row; i < row + this.#parts.length; i++) {
      const online = (this.#flags[i] & ONLINE) !== 0
      this.#flags[i] = online ? this.#flags[i] & ~AWAY : this.#flags[i] | AWAY
    }
  }

  #change(random: Random, peer: number, part: number, awayMark: number): void {
    const i = peer * this.#parts.length + part
    const online = (this.#flags[i] & ONLINE) === 0
    this.#flags[i] = online ? this.#flags[i] | ONLINE : (this.#flags[i] & ~ONLINE) | awayMark
    this.#nextMs[i] = this.#parts[part].nextChangeMs(random, peer, this.#nextMs[i], online)
  }

  #isOnline(row: number): boolean {
    for (let i = row; i < row + this.#parts.length; i++) {
      if ((this.#flags[i] & ONLINE) === 0) return false
    }
    return true
  }

  #isOfflineForGood(row: number): boolean {
    for (let i = row; i < row + this.#parts.length; i++) {
      if ((this.#flags[i] & ONLINE) === 0 && this.#nextMs[i] === Number.POSITIVE_INFINITY) return true
    }
    return false
  }

  #changesAt(row: number, timeMs: number): boolean {
    for (let i = row; i < row + this.#parts.length; i++) {
      if (this.#nextMs[i] <= timeMs) return true
    }
    return false
  }

  /** The part that changes next, −1 for none. */
  #nextPart(row: number): number {
    let next = -1
    let earliestMs = Number.POSITIVE_INFINITY
    for (let part = 0; part < this.#parts.length; part++) {
      if (this.#nextMs[row + part] >= earliestMs) continue
      next = part
      earliestMs = this.#nextMs[row + part]
    }
    return next
  }
}
