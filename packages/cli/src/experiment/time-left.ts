import type { PlannedCell } from '@hearsay/experiments/run'

/** The share of a first cell that says something of the whole: before, its thread and its data are only being loaded. */
const ENOUGH = 0.15

/** How long a grid still takes, from how long its cells took: a contestant's cells take about as long as each other. */
export class TimeLeft {
  readonly #now: () => number
  readonly #workers: number
  readonly #waiting: Map<string, PlannedCell>
  readonly #running = new Map<string, { readonly cell: PlannedCell; readonly start: number; share: number }>()
  /** Group → durations in milliseconds, their sum and number. */
  readonly #taken = new Map<string, { sum: number; count: number }>()

  /** @param now - A monotonic clock in milliseconds. */
  constructor(open: readonly PlannedCell[], workers: number, now: () => number) {
    this.#now = now
    this.#workers = workers
    this.#waiting = new Map(open.map((cell) => [cell.id, cell]))
  }

  get running(): number {
    return this.#running.size
  }

  start(cell: PlannedCell): void {
    this.#waiting.delete(cell.id)
    this.#running.set(cell.id, { cell, start: this.#now(), share: 0 })
  }

  progress({ id }: PlannedCell, share: number): void {
    const running = this.#running.get(id)
    if (running !== undefined) running.share = share
  }

  /** @returns What the cell took, in milliseconds. */
  end(cell: PlannedCell): number {
    const duration = this.#now() - (this.#running.get(cell.id)?.start ?? this.#now())
    this.#running.delete(cell.id)
    for (const group of ['', groupOf(cell)]) {
      const { sum, count } = this.#taken.get(group) ?? { sum: 0, count: 0 }
      this.#taken.set(group, { sum: sum + duration, count: count + 1 })
    }
    return duration
  }

  /** In seconds; undefined as long as nothing is known. */
  get seconds(): number | undefined {
    const now = this.#now()
    let work = 0
    let longest = 0
    for (const { cell, start, share } of this.#running.values()) {
      const elapsed = now - start
      // Half-way through, a cell itself tells best.
      const whole =
        share >= 0.5 ? elapsed / share : (this.#expected(cell) ?? (share > ENOUGH ? elapsed / share : undefined))
      if (whole === undefined) return undefined
      const left = Math.max(0, whole - elapsed)
      work += left
      longest = Math.max(longest, left)
    }
    for (const cell of this.#waiting.values()) {
      const whole = this.#expected(cell) ?? this.#expectedFromRunning(now)
      if (whole === undefined) return undefined
      work += whole
      longest = Math.max(longest, whole)
    }
    return Math.max(longest, work / this.#workers) / 1000
  }

  #expected(cell: PlannedCell): number | undefined {
    const taken = this.#taken.get(groupOf(cell)) ?? this.#taken.get('')
    return taken === undefined ? undefined : taken.sum / taken.count
  }

  /** Before anything has ended. */
  #expectedFromRunning(now: number): number | undefined {
    const known = [...this.#running.values()].filter(({ share }) => share > ENOUGH)
    if (known.length === 0) return undefined
    return known.reduce((sum, { start, share }) => sum + (now - start) / share, 0) / known.length
  }
}

function groupOf({ contestant, levels }: PlannedCell): string {
  return JSON.stringify([contestant, ...Object.values(levels)])
}
