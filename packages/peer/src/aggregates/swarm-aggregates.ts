import {
  type Context,
  type Guard,
  type Memory,
  type Message,
  NOBODY,
  type PeerSampler,
  type Protocol,
  type Refusal,
} from '@hearsay/core'
import { AggregateGuard, Counting, type EpochProtocol, Extrema, Moments, type ValueRange } from '@hearsay/protocols'
import type { Codec } from '../codec.ts'
import { createMessageCodec } from '../codecs/message-codec.ts'
import type { ProtocolMount } from '../hosted-protocol.ts'
import { ANSWER, type AggregateAnswer, ANSWER_WORDS_MAX, QUERY, writeAnswer } from './aggregate-answer.ts'
import { INSTANCES_MAX, type ManifestAggregation, type Metric } from './aggregation-settings.ts'
import { type BundleMember, ProtocolBundle } from './protocol-bundle.ts'

/** What {@link SwarmAggregates} are made of. */
export interface SwarmAggregatesOptions {
  /** Absent where the swarm does not aggregate: questions are answered all the same. */
  readonly aggregation?: ManifestAggregation | undefined
  /** Δ in milliseconds. */
  readonly periodMs: number
  readonly memory: Memory
  readonly sampler: PeerSampler
}

/** Values that honest peers can have. */
const RANGES: Record<Metric, ValueRange> = {
  error: { min: 0, max: 1 },
  age: { min: 0, max: Number.MAX_SAFE_INTEGER },
  rows: { min: 0, max: 2 ** 31 },
}

/**
 * On a busy machine replies are some cycles late: a stream to who pushed may still be to be opened. A reply that nobody awaits
 * any more is mass lost, and a push that is not remembered one refused.
 */
const LATE = { pending: 6, remembered: 24 }

/**
 * How far the clocks of machines may be apart. Who is refused too often is cut off from learning as well, so that it is much
 * more than what a good clock is off by; by as much a liar can carry all ahead, once.
 */
const SKEW_MS = 60_000

interface MetricProtocols {
  readonly metric: Metric
  readonly moments: Moments
  readonly extrema: Extrema
}

/**
 * What a learning peer knows of its whole swarm: how many peers there are, and mean, variance and extrema of some of
 * their numbers, epoch by epoch. All that runs beside the learning shares one stream to each peer, named `aggregates`:
 * questions and answers, then {@link Counting}, then {@link Moments} and {@link Extrema} of each metric. Once a cycle all of
 * them turn to the same partner, and what they say leaves in one block.
 */
export class SwarmAggregates {
  readonly mount: ProtocolMount
  readonly #counting: Counting | undefined
  readonly #metrics: readonly MetricProtocols[]
  readonly #epochMs: number

  constructor({ aggregation, periodMs, memory, sampler }: SwarmAggregatesOptions) {
    const epochCycles = aggregation?.epochCycles ?? 1
    const common = { peers: 1, periodMs, sampler: new PartnerOfTheTurn(sampler), memory, epochCycles, ...LATE }
    this.#epochMs = epochCycles * periodMs
    this.#counting = aggregation && new Counting({ ...common, instances: aggregation.instances })
    this.#metrics = (aggregation?.metrics ?? []).map((metric) => ({
      metric,
      moments: new Moments({ ...common, range: RANGES[metric] }),
      extrema: new Extrema({ ...common, range: RANGES[metric] }),
    }))
    const answerer = new AggregateAnswerer(memory, (nowMs) => this.answer(nowMs))
    const bundle = new ProtocolBundle([{ protocol: answerer, guard: answerer }, ...this.#protocols().map(guarded)], 1)
    this.mount = { protocol: bundle, codec: createAggregatesCodec(aggregation?.instances ?? 0), guard: bundle }
  }

  /** The number of peers as the last finished epoch says; `undefined` before that. */
  get count(): number | undefined {
    const count = this.#counting?.result(0)
    return count === undefined || Number.isNaN(count) ? undefined : count
  }

  /** Sets what this peer contributes from its next epoch on. Numbers out of range count as the nearest within. */
  observe(values: Readonly<Record<Metric, number>>): void {
    for (const { metric, moments, extrema } of this.#metrics) {
      const { min, max } = RANGES[metric]
      const value = Math.min(max, Math.max(min, values[metric]))
      moments.setValue(0, value)
      extrema.setValue(0, value)
    }
  }

  /** What the last finished epoch says. @param nowMs - Milliseconds of the run. */
  answer(nowMs: number): AggregateAnswer {
    const nextMs = this.#epochMs - (nowMs % this.#epochMs)
    const epochs = this.#protocols().map((protocol) => protocol.finishedEpoch(0))
    const epoch = Math.min(...epochs)
    if (this.#counting === undefined || epoch < 0) {
      return { aggregates: this.#counting !== undefined, epoch: -1, nextMs, count: null, metrics: {} }
    }
    const metrics = this.#metrics.map(({ metric, moments, extrema }) => [
      metric,
      { mean: moments.mean(0), variance: moments.variance(0), min: extrema.min(0), max: extrema.max(0) },
    ])
    return { aggregates: true, epoch, nextMs, count: this.count ?? null, metrics: Object.fromEntries(metrics) }
  }

  #protocols(): EpochProtocol[] {
    const counting = this.#counting === undefined ? [] : [this.#counting]
    return [...counting, ...this.#metrics.flatMap(({ moments, extrema }) => [moments, extrema])]
  }
}

/**
 * The codec of the stream `aggregates`; on the wire it is `proto/message.proto`.
 *
 * @param instances - Of the counting: what bounds the longest message. Default: the most that there are.
 */
export function createAggregatesCodec(instances: number = INSTANCES_MAX): Codec {
  return createMessageCodec({ name: 'aggregates', payloadWordsMax: Math.max(ANSWER_WORDS_MAX, 3 * instances) })
}

function guarded(protocol: EpochProtocol): BundleMember {
  const skewMs = Math.max(SKEW_MS, 3 * protocol.periodMs)
  return { protocol, guard: new AggregateGuard(protocol, { skewMs }) }
}

/** Draws one partner for all that one peer asks at one moment. */
class PartnerOfTheTurn implements PeerSampler {
  readonly #sampler: PeerSampler
  #drawnMs = Number.NaN
  #partner = NOBODY

  constructor(sampler: PeerSampler) {
    this.#sampler = sampler
  }

  selectPeer(context: Context): number {
    if (context.now !== this.#drawnMs) {
      this.#drawnMs = context.now
      this.#partner = this.#sampler.selectPeer(context)
    }
    return this.#partner
  }
}

/** Answers whoever asks, in the swarm or not. */
class AggregateAnswerer implements Protocol, Guard {
  readonly #memory: Memory
  readonly #answer: (nowMs: number) => AggregateAnswer
  readonly #outbox: number

  constructor(memory: Memory, answer: (nowMs: number) => AggregateAnswer) {
    this.#memory = memory
    this.#answer = answer
    this.#outbox = memory.allocate(ANSWER_WORDS_MAX)
  }

  inspect({ kind, length }: Message): Refusal | undefined {
    if (kind !== QUERY) return 'kind'
    return length === 0 ? undefined : 'dimension'
  }

  onStart(): void {}

  onTimeout(): void {}

  onMessage(context: Context, from: number): void {
    const answer = this.#answer(context.now)
    const length = writeAnswer(answer, this.#memory, this.#outbox)
    context.send(from, ANSWER, answer.aggregates ? answer.nextMs : -1, answer.epoch + 1, this.#outbox, length)
  }

  persist(): void {}
}
