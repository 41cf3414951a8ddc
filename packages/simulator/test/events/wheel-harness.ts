import { Occupancy, RING_MASK } from '../../src/events/occupancy.ts'
import { CHUNK, ticksOf, TimingWheel } from '../../src/events/timing-wheel.ts'

const WORDS = 6

/** A timing wheel driven as the simulation drives it, one record at a time. A record carries an id and a third of it. */
export class WheelHarness {
  readonly occupancy = new Occupancy()
  readonly wheel: TimingWheel
  /** Records of the current tick that are opened and not yet taken. */
  readonly #opened: [number, number][] = []

  constructor(records = 16) {
    this.wheel = new TimingWheel(WORDS, records, this.occupancy)
  }

  get now(): number {
    return this.wheel.now
  }

  get size(): number {
    return this.wheel.size + this.#opened.length
  }

  insert(time: number, id: number): void {
    const base = this.wheel.insert(ticksOf(Math.round(time) - this.wheel.now))
    this.wheel.words[base] = id
    this.wheel.doubles[base / 2 + 1] = id / 3
  }

  /** Takes the next record that is due by `until`, as [time, id]; `undefined` where none is, and now is then `until`. */
  take(until: number): [number, number] | undefined {
    if (this.#opened.length > 0) return this.wheel.now <= until ? this.#opened.shift() : undefined
    while (this.wheel.now <= until) {
      this.#open()
      if (this.#opened.length > 0) return this.#opened.shift()
      if (this.wheel.now === until) return undefined
      this.occupancy.remove(this.wheel.now & RING_MASK)
      this.wheel.advance(this.wheel.size === 0 ? until : this.wheel.nextDue(until))
    }
    return undefined
  }

  takeAll(until: number): [number, number][] {
    const taken: [number, number][] = []
    for (let next = this.take(until); next !== undefined; next = this.take(until)) taken.push(next)
    return taken
  }

  #open(): void {
    const { wheel } = this
    for (let chunk = wheel.open(); chunk >= 0;) {
      const next = wheel.nexts[chunk]
      for (let i = 0; i < wheel.counts[chunk]; i++) {
        const base = (chunk * CHUNK + i) * WORDS
        const id = wheel.words[base]
        if (wheel.doubles[base / 2 + 1] !== id / 3) throw new Error(`record ${id} has been overwritten`)
        this.#opened.push([wheel.now, id])
      }
      wheel.release(chunk)
      chunk = next
    }
  }
}
