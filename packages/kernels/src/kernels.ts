import type { Memory } from '@hearsay/core'

/** The loss whose gradient a pass descends; its number is what crosses into WebAssembly. */
export const Loss = {
  /** max(0, 1 − y⟨w,x⟩), y ∈ {−1, +1}: with η = 1/(λt), Pegasos (Shalev-Shwartz et al. 2011). */
  hinge: 0,
  /** log(1 + exp(−y⟨w,x⟩)), y ∈ {−1, +1}: logistic regression. */
  log: 1,
  /** ½(y − ⟨w,x⟩)², y ∈ {−1, +1}: Adaline. */
  squared: 2,
} as const
export type Loss = (typeof Loss)[keyof typeof Loss]

/**
 * Rows of a data set in memory, as a kernel reads them. Row i is the `stride` words from `rows + i·stride`: the
 * features, then, where a model has a bias, one word that is 1, then zeros. Its class, an integer ≥ 0, is the int32 at
 * `labels + i`.
 */
export interface RowRange {
  /** Offset of the first row; a multiple of four. */
  readonly rows: number
  /** Offset of the first label (int32). */
  readonly labels: number
  /** Number of rows, ≥ 0. */
  readonly count: number
}

/** What stays the same over all passes of a learner. Never changed once it has been passed to a kernel. */
export interface PassPlan {
  /** Words of a row and of one output's weights: a multiple of four. */
  readonly stride: number
  /** Index of the component that is the bias and is not regularised; −1 if the model has none, or regularises it. */
  readonly bias: number
  /** Regularisation λ ≥ 0. */
  readonly lambda: number
  /** η₀ > 0: the step size is η₀/t, or η₀ itself where `decay` is false. Pegasos: η₀ = 1/λ. */
  readonly eta: number
  /** Whether the step size decays as η₀/t. */
  readonly decay: boolean
  /** b: rows whose gradients are summed at the same w before one step is taken: 1 … {@link BATCH_MAX}. */
  readonly batch: number
}

/** The largest mini-batch of a {@link PassPlan}. */
export const BATCH_MAX = 4096

/**
 * Float32 vector kernels over one memory. Vectors are named by the offset of their first word, a multiple of four.
 * `length` may be any integer ≥ 0; the words between `length` and the next multiple of four belong to the vector and
 * must be zero, and stay zero. Vectors may be identical but must not overlap otherwise.
 *
 * There are two implementations with the same results to rounding: WebAssembly SIMD and plain JavaScript. Each of them
 * gives the same bits on every machine; encodings and decodings have the same bits in both.
 */
export interface Kernels {
  readonly backend: 'wasm-simd' | 'javascript'
  /** The memory that all offsets refer to. */
  readonly memory: Memory

  /** ⟨x, y⟩. */
  dot(x: number, y: number, length: number): number
  /** y ← y + αx. */
  axpy(alpha: number, x: number, y: number, length: number): void
  /** x ← αx. */
  scale(alpha: number, x: number, length: number): void
  /** y ← x. */
  copy(x: number, y: number, length: number): void
  /** target ← (wₓx + w_y·y)/(wₓ + w_y), weights ≥ 0; the plain mean where both weights are 0. */
  merge(target: number, x: number, weightX: number, y: number, weightY: number, length: number): void
  /** Scales x so that ‖x‖ ≤ normMax. Returns the norm before. */
  clip(x: number, length: number, normMax: number): number
  /** ‖x‖, accumulated in float64 so that no finite x overflows; NaN or ∞ exactly if a component is not finite. */
  norm(x: number, length: number): number

  /**
   * One pass of SGD over the rows, in their order, for the binary linear model at `model` with age `age`, where class
   * `positive` is y = +1 and every other class y = −1. For each batch of b rows, all gradients taken at the same w:
   * t ← t + b, η ← η₀/t (or η₀), w ← (1 − bηλ)w − η Σ ∇loss: each row’s gradient has its own λw, so that Pegasos forgets
   * at 1/t whatever its batch. The bias component is not scaled. The last batch may be smaller. The age after the pass is
   * `age + range.count`: the caller keeps it.
   */
  pass(plan: PassPlan, loss: Loss, model: number, age: number, range: RowRange, positive: number): void

  /**
   * The step of a received model, fused: `merge(target, received, weightReceived, last, weightLast)`, then, if
   * `replaceLast`, last ← received, then `pass` on target with age `age`.
   */
  mergePass(
    plan: PassPlan,
    loss: Loss,
    target: number,
    received: number,
    weightReceived: number,
    last: number,
    weightLast: number,
    replaceLast: boolean,
    age: number,
    range: RowRange,
    positive: number,
  ): void

  /**
   * As `pass`, for multinomial logistic regression: output k's weights are the `stride` words from `model + k·stride`,
   * and the loss of a row is −log softmax(scores) of its class. Labels are in 0 … classes − 1.
   */
  softmaxPass(plan: PassPlan, classes: number, model: number, age: number, range: RowRange): void

  /** Writes the float32 score ⟨w, xᵢ⟩ of each row to `target + i`. */
  scores(target: number, model: number, stride: number, range: RowRange): void

  /** The number of rows that a binary model gets wrong: a score > 0 predicts class `positive`, any other score not. */
  countErrors(model: number, stride: number, range: RowRange, positive: number): number

  /**
   * Writes x as ⌈length/2⌉ words of float16 (IEEE 754 binary16), two to a word, the first in its lower half: rounded to
   * the nearest, ties to even; what is beyond ±65504, and NaN, becomes ±65504. The target must not overlap x.
   */
  encodeFloat16(x: number, target: number, length: number): void
  /** Writes the `length` numbers that the float16 words at x hold; exact, ∞ and NaN included. No overlap. */
  decodeFloat16(x: number, target: number, length: number): void
  /**
   * Writes x, which is finite, as 1 + ⌈length/4⌉ words: a float32 scale, max |xᵢ|/127, then int8 multiples of it in
   * −127 … 127, four to a word, the first in its lowest byte: rounded to the nearest, ties to even. No overlap.
   */
  encodeInt8(x: number, target: number, length: number): void
  /** Writes the `length` numbers that the scale and the int8 words at x hold. No overlap. */
  decodeInt8(x: number, target: number, length: number): void
}
