import { type Archive, type Persistent, UsageError } from '@hearsay/core'

/** Those who look at a run, each at its own period. */
export class Observers implements Persistent {
  readonly #observers: { readonly periodMs: number; readonly observe: (nowMs: number) => void; dueMs: number }[] = []

  /** @throws {@link UsageError} when `periodMs` is not a finite number ≥ 1. */
  add(nowMs: number, periodMs: number, observe: (nowMs: number) => void): void {
    if (!(periodMs >= 1 && Number.isFinite(periodMs))) {
      throw new UsageError('PERIOD', `an observer's period is a finite number of milliseconds ≥ 1, not ${periodMs}`)
    }
    this.#observers.push({ periodMs, observe, dueMs: Math.ceil((nowMs + 1) / periodMs) * periodMs })
  }

  /** When one looks next, at most `untilMs`. */
  nextDue(untilMs: number): number {
    return this.#observers.reduce((earliest, { dueMs }) => Math.min(earliest, dueMs), untilMs)
  }

  /** Lets those look whose time has come. */
  look(nowMs: number): void {
    for (const observer of this.#observers) {
      if (observer.dueMs > nowMs) continue
      observer.observe(observer.dueMs)
      observer.dueMs += observer.periodMs
    }
  }

  persist(archive: Archive): void {
    for (const observer of this.#observers) observer.dueMs = archive.number(observer.dueMs)
  }
}
