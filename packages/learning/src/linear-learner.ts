import { type Archive, UsageError } from '@hearsay/core'
import { BATCH_MAX, type Kernels, type Loss, type PassPlan } from '@hearsay/kernels'
import { agedBy, type AgeRule, mergedAge } from './ages.ts'
import type { Learner, PartMerge } from './learner.ts'
import { type LinearModel, lossOf } from './linear-model.ts'
import { mergeGapOf, type MergeRuleOptions } from './merge-rule.ts'
import type { ModelShape } from './model-shape.ts'
import type { Shards } from './shards.ts'
import { ShardTurns } from './shard-turns.ts'

/** How a peer makes its next model from a received one and a partner (Ormándi, Hegedűs, Jelasity 2013, algorithm 2). */
export type Creation = 'RW' | 'MU' | 'UM'

/** What a {@link LinearLearner} learns, and how. */
export interface LinearLearnerOptions extends MergeRuleOptions {
  readonly model: LinearModel
  /**
   * Regularisation λ ≥ 0.
   *
   * @defaultValue 1e-4
   */
  readonly lambda?: number
  /**
   * η₀ > 0.
   *
   * @defaultValue 1/λ, which makes the hinge loss Pegasos; 10⁻⁴ for Adaline.
   */
  readonly eta?: number
  /**
   * Whether η = η₀/t (true) or η = η₀ (false).
   *
   * @defaultValue true; false for Adaline
   */
  readonly decay?: boolean
  /**
   * Whether the bias, of a model that has one, is regularised like any other weight (the authors' code of Hegedűs, Danner,
   * Jelasity 2021). With η₀λ = 1, what the first rows do to it then fades as 1/t, otherwise hardly ever.
   *
   * @defaultValue false
   */
  readonly regulariseBias?: boolean
  /**
   * Rows whose gradients, λw among them, are summed before a step is taken, 1 … 4096.
   *
   * @defaultValue 1
   */
  readonly batch?: number
  /**
   * Random walk: `update(received)`; `MU`: `update(merge(partner, received))`; `UM`: `merge(update(partner),
   * update(received))`.
   *
   * @defaultValue 'MU'
   */
  readonly creation?: Creation
  /**
   * The largest share that a received model may have in one merge, in (0, 1]. ½ blunts a peer that lies about ages; 1
   * is what the papers do.
   *
   * @defaultValue 1
   */
  readonly mergeShareMax?: number
  /**
   * The most rows that one update trains on, ≥ 1. A larger shard is trained on in turns: each update goes on where the
   * peer's last one ended.
   *
   * @defaultValue Infinity
   */
  readonly rowsPerUpdate?: number
}

/** Linear models over shards in kernel memory: Pegasos, logistic regression, Adaline (one-vs-all) and softmax. */
export class LinearLearner implements Learner {
  readonly shape: ModelShape
  readonly plan: PassPlan
  /** For `MU` alone: the other ways of making a model train the received one, which has to be whole. */
  readonly mergePart: PartMerge | undefined
  readonly #kernels: Kernels
  readonly #softmax: boolean
  readonly #loss: Loss
  readonly #creation: Creation
  /** Whether merge and training are one call of a kernel. */
  readonly #isFused: boolean
  readonly #ageWeighted: boolean
  readonly #ageRule: AgeRule
  /** Ages further apart than this are not averaged. */
  readonly #mergeGap: number
  readonly #mergeShareMax: number
  readonly #scratch: number
  readonly #turns: ShardTurns
  readonly #steps: Float64Array | undefined

  /**
   * @param steps - Where rows that models are trained on are counted, each as often as it is: one entry for each shard, and
   *   twice as much in an update of UM, which trains two models. Default: nowhere.
   * @throws {@link UsageError} when an option is out of its range.
   */
  constructor(kernels: Kernels, shards: Shards, options: LinearLearnerOptions, steps?: Float64Array) {
    this.shape = shards.shape
    if (options.model === 'softmax' && this.shape.outputs !== this.shape.classes) {
      throw new UsageError('MODEL_SHAPE', 'softmax needs one output per class: make its shape with shapeOf')
    }
    this.plan = passPlan(shards.shape, options)
    this.#kernels = kernels
    this.#turns = new ShardTurns(shards, options.rowsPerUpdate)
    this.#steps = steps
    this.#softmax = options.model === 'softmax'
    this.#loss = lossOf(options.model)
    this.#creation = options.creation ?? 'MU'
    this.#isFused = this.#creation === 'MU' && !this.#softmax
    this.#ageWeighted = options.merge !== 'mean'
    this.#mergeGap = mergeGapOf(options)
    this.#ageRule = options.ageRule ?? 'max'
    this.#mergeShareMax = options.mergeShareMax ?? 1
    if (!(this.#mergeShareMax > 0 && this.#mergeShareMax <= 1)) {
      throw new UsageError('MERGE_SHARE', `mergeShareMax is in (0, 1], not ${options.mergeShareMax}`)
    }
    this.#scratch = kernels.memory.allocate(shards.shape.words)
    this.mergePart =
      this.#creation === 'MU'
        ? (target, received, receivedAge, own, ownAge, words) =>
            this.#mergeWords(target, received, receivedAge, own, ownAge, words)
        : undefined
  }

  update(peer: number, model: number, age: number): number {
    const range = this.#turns.next(peer)
    if (this.#steps !== undefined) this.#steps[peer] += range.count
    if (this.#softmax) {
      this.#kernels.softmaxPass(this.plan, this.shape.classes, model, age, range)
    } else {
      for (let output = 0; output < this.shape.outputs; output++) {
        this.#kernels.pass(
          this.plan,
          this.#loss,
          model + output * this.shape.stride,
          age,
          range,
          this.#positive(output),
        )
      }
    }
    return agedBy(age, range.count)
  }

  create(
    peer: number,
    target: number,
    received: number,
    receivedAge: number,
    partner: number,
    partnerAge: number,
    replacePartner: boolean,
  ): number {
    if (!this.#isFused)
      return this.#createApart(peer, target, received, receivedAge, partner, partnerAge, replacePartner)
    const { outputs, stride } = this.shape
    const weightR = this.#weightOfReceived(receivedAge, partnerAge)
    const weightP = this.#weightOfPartner(receivedAge, partnerAge)
    const age = mergedAge(this.#ageRule, receivedAge, partnerAge)
    const range = this.#turns.next(peer)
    if (this.#steps !== undefined) this.#steps[peer] += range.count
    for (let output = 0; output < outputs; output++) {
      const at = output * stride
      const positive = this.#positive(output)
      this.#kernels.mergePass(
        this.plan,
        this.#loss,
        target + at,
        received + at,
        weightR,
        partner + at,
        weightP,
        replacePartner,
        age,
        range,
        positive,
      )
    }
    return agedBy(age, range.count)
  }

  /** target ← merge of the models at `a` and `b`, without training. Returns the merged age. */
  merge(target: number, a: number, ageA: number, b: number, ageB: number): number {
    return this.#mergeWords(target, a, ageA, b, ageB, this.shape.words)
  }

  forget(peer: number): void {
    this.#turns.restart(peer)
  }

  persist(archive: Archive): void {
    this.#turns.persist(archive)
    if (this.#steps !== undefined) archive.array(this.#steps)
  }

  #mergeWords(target: number, a: number, ageA: number, b: number, ageB: number, words: number): number {
    const weightA = this.#weightOfReceived(ageA, ageB)
    const weightB = this.#weightOfPartner(ageA, ageB)
    this.#kernels.merge(target, a, weightA, b, weightB, words)
    return mergedAge(this.#ageRule, ageA, ageB)
  }

  /** What no fused kernel does: RW, UM, and softmax. */
  #createApart(
    peer: number,
    target: number,
    received: number,
    receivedAge: number,
    partner: number,
    partnerAge: number,
    replacePartner: boolean,
  ): number {
    const { words } = this.shape
    if (this.#creation === 'MU') {
      const age = this.merge(target, received, receivedAge, partner, partnerAge)
      if (replacePartner) this.#kernels.copy(received, partner, words)
      return this.update(peer, target, age)
    }
    if (this.#creation === 'UM') this.#kernels.copy(partner, this.#scratch, words)
    this.#kernels.copy(received, target, words)
    if (replacePartner) this.#kernels.copy(received, partner, words)
    const age = this.update(peer, target, receivedAge)
    if (this.#creation === 'RW') return age
    return this.merge(target, target, age, this.#scratch, this.update(peer, this.#scratch, partnerAge))
  }

  /** The class whose rows are y = +1 for an output: class 1 in a model of two classes. */
  #positive(output: number): number {
    return this.shape.outputs === 1 ? 1 : output
  }

  /** Kernels divide by the sum of the weights, so that ages serve as they are. */
  #weightOfReceived(received: number, partner: number): number {
    if (this.#mergeShareMax < 1) return this.#cappedShare(received, partner)
    if (partner - received > this.#mergeGap) return 0
    return this.#ageWeighted ? received : 1
  }

  #weightOfPartner(received: number, partner: number): number {
    if (this.#mergeShareMax < 1) return 1 - this.#cappedShare(received, partner)
    if (received - partner > this.#mergeGap) return 0
    return this.#ageWeighted ? partner : 1
  }

  #cappedShare(received: number, partner: number): number {
    if (partner - received > this.#mergeGap) return 0
    const isMean = !this.#ageWeighted || received + partner === 0
    const share = received - partner > this.#mergeGap ? 1 : isMean ? 0.5 : received / (received + partner)
    return Math.min(share, this.#mergeShareMax)
  }
}

/** The defaults of {@link LinearLearnerOptions}, filled in and checked. */
export function passPlan(shape: ModelShape, options: LinearLearnerOptions): PassPlan {
  const adaline = options.model === 'adaline'
  const lambda = options.lambda ?? 1e-4
  const eta = options.eta ?? (adaline ? 1e-4 : 1 / lambda)
  const batch = options.batch ?? 1
  if (!(lambda >= 0 && Number.isFinite(lambda))) {
    throw new UsageError('LAMBDA', `λ is a finite number ≥ 0, not ${lambda}`)
  }
  if (!(eta > 0 && Number.isFinite(eta))) {
    throw new UsageError('ETA', `η₀ is a finite number > 0, not ${eta}; where λ = 0 it has no default`)
  }
  if (!Number.isInteger(batch) || batch < 1 || batch > BATCH_MAX) {
    throw new UsageError('BATCH', `a batch is an integer in 1 … ${BATCH_MAX}, not ${batch}`)
  }
  const bias = options.regulariseBias === true ? -1 : shape.bias
  return { stride: shape.stride, bias, lambda, eta, decay: options.decay ?? !adaline, batch }
}
