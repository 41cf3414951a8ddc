import type { Memory, Message, Refusal } from '@hearsay/core'
import { type Metric, METRICS } from './aggregation-settings.ts'

/** Mean, variance and extrema of one metric over the peers of a swarm. */
export interface MetricAggregate {
  readonly mean: number
  /** Of the population, ≥ 0. */
  readonly variance: number
  readonly min: number
  readonly max: number
}

/** What a peer's last finished epoch says of its swarm. */
export interface AggregateAnswer {
  /** Whether the swarm aggregates at all. */
  readonly aggregates: boolean
  /** The epoch that has finished, from 0; −1 before the first, with no count and no metrics. */
  readonly epoch: number
  /** Milliseconds until the peer expects the next one, ≥ 0. */
  readonly nextMs: number
  /** The number of peers, estimated at the epoch's start; `null` where it is not known. */
  readonly count: number | null
  readonly metrics: Readonly<Partial<Record<Metric, MetricAggregate>>>
}

/** Asks a peer for its {@link AggregateAnswer}. No content. */
export const QUERY = 0
/**
 * Stamp: the epoch plus one, 0 before the first has finished. Value: milliseconds until the next; −1 where the swarm does not
 * aggregate. Payload: the count as float64, NaN where it is not known; then, for each metric, its number in {@link METRICS}
 * and mean, variance, minimum and maximum as float64. A float64 takes two words, the low one first.
 */
export const ANSWER = 1

const COUNT_WORDS = 2
const METRIC_WORDS = 9

/** Words of the longest answer. */
export const ANSWER_WORDS_MAX: number = COUNT_WORDS + METRIC_WORDS * METRICS.length

const double = new Float64Array(1)
const halves = new Int32Array(double.buffer)

/** Writes the payload of an answer to memory. @returns Its words. */
export function writeAnswer(answer: AggregateAnswer, memory: Memory, offset: number): number {
  const words = memory.int32
  writeDouble(words, offset, answer.count ?? Number.NaN)
  let at = offset + COUNT_WORDS
  for (const [number, metric] of METRICS.entries()) {
    const aggregate = answer.metrics[metric]
    if (aggregate === undefined) continue
    words[at] = number
    const { mean, variance, min, max } = aggregate
    for (const [i, value] of [mean, variance, min, max].entries()) writeDouble(words, at + 1 + 2 * i, value)
    at += METRIC_WORDS
  }
  return at - offset
}

/** Reads an answer that a stranger sent, or says why it is none. */
export function readAnswer(message: Message, memory: Memory): AggregateAnswer | Refusal {
  const { kind, value, stamp, offset, length } = message
  if (kind !== ANSWER) return 'kind'
  const count = (length - COUNT_WORDS) / METRIC_WORDS
  if (!Number.isInteger(count) || count < 0 || count > METRICS.length) return 'dimension'
  if (!(value >= 0 || value === -1) || value === Number.POSITIVE_INFINITY) return 'value'
  const words = memory.int32
  const metrics: Partial<Record<Metric, MetricAggregate>> = {}
  for (let at = offset + COUNT_WORDS; at < offset + length; at += METRIC_WORDS) {
    const metric = METRICS[words[at]]
    if (metric === undefined || metrics[metric] !== undefined) return 'malformed'
    const [mean, variance, min, max] = [1, 3, 5, 7].map((word) => readDouble(words, at + word))
    if (!(variance >= 0 && min <= max && Number.isFinite(mean + variance + min + max))) return 'value'
    metrics[metric] = { mean, variance, min, max }
  }
  const peers = readDouble(words, offset)
  if (peers < 0 || peers === Number.POSITIVE_INFINITY) return 'value'
  return {
    aggregates: value >= 0,
    epoch: stamp - 1,
    nextMs: Math.max(0, value),
    count: Number.isNaN(peers) ? null : peers,
    metrics,
  }
}

function writeDouble(words: Int32Array, at: number, value: number): void {
  double[0] = value
  words[at] = halves[0]
  words[at + 1] = halves[1]
}

function readDouble(words: Int32Array, at: number): number {
  halves[0] = words[at]
  halves[1] = words[at + 1]
  return double[0]
}
