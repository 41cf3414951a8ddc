/** By how much the books may differ from 0, relative to what has entered: rounding. */
const TOLERANCE = 1e-9

/** The books of a conserved quantity: what peers hold, what is under way, what was lost, and what has entered. */
export class MassLedger {
  #held = 0
  #inFlight = 0
  #lost = 0
  #entered = 0
  #scale: number

  /** @param scale - Σ |what peers enter with|. */
  constructor(scale: number) {
    this.#scale = 1 + scale
  }

  /** A peer that holds `held` leaves, and enters with `entry`, which may be one and the same moment. */
  replace(held: number, entry: number): void {
    this.#held += entry - held
    this.#entered += entry - held
  }

  /** Mass that had left comes back. */
  reenter(mass: number): void {
    this.#entered += mass
  }

  /** What a peer holds has become more by `difference`. */
  hold(difference: number): void {
    this.#held += difference
  }

  send(mass: number): void {
    this.#inFlight += mass
  }

  receive(mass: number): void {
    this.#inFlight -= mass
  }

  /** What was under way is not going to arrive. */
  lose(mass: number): void {
    this.#inFlight -= mass
    this.#lost += mass
  }

  /** What is wrong with the sum, or `undefined`. */
  problem(what: string): string | undefined {
    const error = this.#held + this.#inFlight + this.#lost - this.#entered
    if (Math.abs(error) <= TOLERANCE * this.#scale) return undefined
    const books = `held ${this.#held} + in flight ${this.#inFlight} + lost ${this.#lost} - entered ${this.#entered}`
    return `${what} is not conserved: ${books} = ${error}`
  }
}
