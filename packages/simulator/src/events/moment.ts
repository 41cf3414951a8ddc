import { CHUNK, type TimingWheel } from './timing-wheel.ts'

/** The messages of one moment. */
export class Moment {
  /** First words of their records. */
  records: Int32Array = new Int32Array(64)

  /** Lists the records from chunk `first` on, in the order in which they were inserted. Returns how many there are. */
  collect({ nexts, counts, recordWords }: TimingWheel, first: number): number {
    let count = 0
    for (let chunk = first; chunk >= 0; chunk = nexts[chunk]) {
      const inChunk = counts[chunk]
      if (count + inChunk > this.records.length) this.#grow()
      for (let i = 0; i < inChunk; i++) this.records[count++] = (chunk * CHUNK + i) * recordWords
    }
    return count
  }

  #grow(): void {
    const records = new Int32Array(2 * this.records.length)
    records.set(this.records)
    this.records = records
  }
}
