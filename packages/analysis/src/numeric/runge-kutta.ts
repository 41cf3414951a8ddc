/** Writes dx/dt at `state` into `derivative`. The system does not depend on time itself. */
export type VectorField = (state: Float64Array, derivative: Float64Array) => void

/** The classic method of Runge and Kutta of order 4, with a fixed step: its error falls with step⁴. */
export class RungeKutta {
  /** x(t), advanced in place. */
  readonly state: Float64Array
  readonly #field: VectorField
  readonly #slopes: readonly Float64Array[]
  readonly #probe: Float64Array

  /** @param start - x(0), copied. */
  constructor(field: VectorField, start: ArrayLike<number>) {
    this.#field = field
    this.state = Float64Array.from(start)
    this.#slopes = [0, 1, 2, 3].map(() => new Float64Array(start.length))
    this.#probe = new Float64Array(start.length)
  }

  /** Advances by `duration`, in `steps` equal steps. */
  advance(duration: number, steps = 1): void {
    const step = duration / steps
    for (let i = 0; i < steps; i++) this.#step(step)
  }

  #step(step: number): void {
    const { state } = this
    const [first, second, third, fourth] = this.#slopes
    this.#field(state, first)
    this.#field(this.#towards(first, step / 2), second)
    this.#field(this.#towards(second, step / 2), third)
    this.#field(this.#towards(third, step), fourth)
    for (let i = 0; i < state.length; i++) {
      state[i] += (step / 6) * (first[i] + 2 * second[i] + 2 * third[i] + fourth[i])
    }
  }

  #towards(slope: Float64Array, step: number): Float64Array {
    for (let i = 0; i < slope.length; i++) this.#probe[i] = this.state[i] + step * slope[i]
    return this.#probe
  }
}
