/** What a swarm can aggregate of its peers. */
export const METRICS = ['error', 'age', 'rows'] as const

/**
 * A number that every learning peer has: the 0–1 error of its model on the rows that it trains on (1 while the model is
 * untrained), the age of its model, or the number of rows that it trains on.
 */
export type Metric = (typeof METRICS)[number]

/** How a swarm aggregates while it learns. */
export interface AggregationSettings {
  /**
   * Whose mean, variance, minimum and maximum every peer learns; none twice. Each costs four messages of 20 to 30 bytes a cycle.
   *
   * @defaultValue `['error']`
   */
  readonly metrics?: readonly Metric[]
  /**
   * γ: cycles of an epoch, an integer in 1 … 1 048 574. After each, peers have a new answer.
   *
   * @defaultValue a third of the run, but at least 10 and at most 30
   */
  readonly epochCycles?: number
  /**
   * Instances that count the peers, an integer in 1 … 64; a message has 12 bytes for each.
   *
   * @defaultValue 8
   */
  readonly instances?: number
}

/** As in {@link AggregationSettings}, with nothing left open. */
export type ManifestAggregation = Required<AggregationSettings>

/** The most instances that a manifest can name. */
export const INSTANCES_MAX = 64

const EPOCH_CYCLES_MIN = 10
const EPOCH_CYCLES_DEFAULT = 30

/** The settings with their defaults for a run of so many cycles. */
export function completeAggregation(settings: AggregationSettings, cycles: number): ManifestAggregation {
  // Three epochs, and two cycles for the last peer to take its last turn.
  const third = Math.floor((cycles - 2) / 3)
  return {
    metrics: settings.metrics ?? ['error'],
    epochCycles: settings.epochCycles ?? Math.min(EPOCH_CYCLES_DEFAULT, Math.max(EPOCH_CYCLES_MIN, third)),
    instances: settings.instances ?? 8,
  }
}
