import { type Guard, type Message, type Refusal, UsageError } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import { AGE_MAX, type ModelShape } from '@hearsay/learning'
import { MODEL } from './exchange/model-exchange.ts'
import type { Exchange, WeightEncoding } from './exchange/exchange-settings.ts'
import { ModelFormat } from './exchange/model-format.ts'
import { WeightCoder } from './exchange/weight-coder.ts'
import type { FlowSettings } from './flow-settings.ts'

/** How much faster than one merge a cycle ages grow at most, where each peer sends one model a cycle. */
const PROACTIVE_GROWTH = 4.32

/**
 * How much faster than one merge a cycle honest ages may grow. A peer that reacts to a model passes it on at once, and a
 * chain of reactions is as fast as the network; but every hop costs a token, and a cycle brings one to each peer.
 *
 * @param peers - Peers of the run, or more.
 */
export function ageGrowth({ kind }: FlowSettings, peers: number): number {
  return kind === 'proactive' ? PROACTIVE_GROWTH : Math.max(PROACTIVE_GROWTH, peers)
}

/** What an honest model can be, in one run. */
export interface ModelGuardOptions {
  readonly kernels: Kernels
  readonly shape: ModelShape
  /** Δ in milliseconds, > 0: what a cycle lasts. Of a partitioned model it is the period of its parts. */
  readonly periodMs: number
  /** U: the most rows that one update trains on, over all peers of the run, ≥ 1. */
  readonly updatesPerMerge: number
  /** The largest norm of an honest model of a given age; see `normBound` of `@hearsay/learning`. May be ∞. */
  readonly normMax: (age: number) => number
  /**
   * How much faster than one merge a cycle ages may grow along a chain of merges; see {@link ageGrowth}.
   *
   * @defaultValue 4.32
   */
  readonly growth?: number
  /** As in `GossipLearningOptions`. */
  readonly exchange?: Exchange
  /** As in `GossipLearningOptions`. */
  readonly weights?: WeightEncoding
}

/**
 * The guard at the entrance of gossip learning. Ages and weights are claims of strangers: since the merge keeps the
 * larger age, one liar would spread its age to everybody and stop their learning, so an age is held against what an
 * honest chain of merges could have reached since the run's start: growth · U · (c + 2) after c cycles.
 *
 * Weights are judged as they come out of their encoding. The norm of a part is held against the bound of a whole model:
 * each step of an update is a step on every part, so no part by itself can leave the ball that a model stays in. Those of a
 * subset may stem from several models and be longer by up to √n together, where each is near the edge of that ball: after
 * steps almost all of which have corrected a mistake. Such a message is refused.
 */
export class ModelGuard implements Guard {
  readonly #options: ModelGuardOptions
  readonly #growth: number
  readonly #format: ModelFormat
  readonly #coder: WeightCoder

  constructor(options: ModelGuardOptions) {
    this.#options = options
    this.#growth = options.growth ?? PROACTIVE_GROWTH
    if (!(options.periodMs > 0) || !(options.updatesPerMerge >= 1) || !(this.#growth > 0)) {
      throw new UsageError('MODEL_GUARD', 'a model guard needs periodMs > 0, updatesPerMerge ≥ 1 and growth > 0')
    }
    this.#format = new ModelFormat(options)
    this.#coder = new WeightCoder(options.kernels, this.#format.weights, this.#format.count(0))
  }

  /** The largest plausible age at `nowMs` milliseconds after the run's start. */
  ageMax(nowMs: number): number {
    const cycles = Math.max(0, nowMs) / this.#options.periodMs
    return Math.min(this.#growth * this.#options.updatesPerMerge * (cycles + 2), AGE_MAX)
  }

  inspect(message: Message, nowMs: number): Refusal | undefined {
    if (message.kind !== MODEL) return 'kind'
    if (!this.#format.isValue(message.value)) return 'value'
    if (message.length !== this.#format.words(message.value)) return 'dimension'
    if (!Number.isSafeInteger(message.stamp) || message.stamp < 0) return 'age-invalid'
    if (!(message.stamp <= this.ageMax(nowMs))) return 'age-implausible'
    const norm = this.#norm(message)
    if (!Number.isFinite(norm)) return 'not-finite'
    if (norm > this.#options.normMax(message.stamp) * this.#tolerance(message.value)) return 'norm'
    return undefined
  }

  #norm({ offset, length, value }: Message): number {
    const { kernels } = this.#options
    if (this.#format.isPlain) return kernels.norm(offset, length)
    const count = this.#format.count(value)
    return kernels.norm(this.#coder.decode(offset, count), count)
  }

  /** By how much rounding to an encoding can lengthen a row of weights: half a step at each of them. */
  #tolerance(value: number): number {
    const { weights } = this.#format
    if (weights === 'float32') return 1
    return weights === 'float16' ? 1 + 2 ** -10 : 1 + Math.sqrt(this.#format.count(value)) / 254
  }
}
