import type { Archive, Persistent } from '@hearsay/core'

/** What a server has done so far. */
export interface ServerCounts {
  /** Rounds that have changed the model. */
  readonly rounds: number
  /** Rounds that ended with fewer updates than they needed. */
  readonly voidRounds: number
  /** Clients that were asked to train, over all rounds. */
  readonly asked: number
  /** Updates that have entered a mean. */
  readonly used: number
  /** Clients that had not answered when their round ended. */
  readonly missing: number
  /** Updates of former rounds, which came too late. */
  readonly late: number
  /** Updates that came twice, or that nobody had asked for. */
  readonly ignored: number
}

/** {@link ServerCounts}, as the server counts them. */
export class ServerCounters implements ServerCounts, Persistent {
  rounds = 0
  voidRounds = 0
  asked = 0
  used = 0
  missing = 0
  late = 0
  ignored = 0

  persist(archive: Archive): void {
    this.rounds = archive.number(this.rounds)
    this.voidRounds = archive.number(this.voidRounds)
    this.asked = archive.number(this.asked)
    this.used = archive.number(this.used)
    this.missing = archive.number(this.missing)
    this.late = archive.number(this.late)
    this.ignored = archive.number(this.ignored)
  }
}
