/** A model of one peer's own at a measured cycle. */
export interface Point {
  /** 0–1, on the held-out rows. */
  readonly error: number
  readonly age: number
}
