/**
 * The kinds of messages of federated learning.
 *
 * - `checkIn`, client → server: "I am here". No payload, no header numbers.
 * - `model`, server → client: value = age of the global model, stamp = round, payload = the model.
 * - `update`, client → server: stamp = round, payload = what the client would add to the model, value = see
 *   {@link updateValue}.
 * - `leave`, client → server: "I am about to go".
 */
export const FederatedKind = { checkIn: 0, model: 1, update: 2, leave: 3 } as const

const SEEDS = 2 ** 32

/** The most rows that one update may say it was trained on: with 32 bits of a seed behind them they fit a float64. */
export const UPDATE_ROWS_MAX: number = 2 ** 21 - 1

/** The header of an update: the rows that it was trained on, and as the fraction the seed that names its subset of weights. */
export function updateValue(rows: number, seed: number): number {
  return rows + seed / SEEDS
}

/** Rows that an update was trained on. */
export function updateRows(value: number): number {
  return Math.floor(value)
}

/** The seed in 0 … 2³² − 1 of the subset that an update carries. */
export function updateSeed(value: number): number {
  return (value - Math.floor(value)) * SEEDS
}
