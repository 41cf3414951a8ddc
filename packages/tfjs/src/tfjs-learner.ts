import { alignWords, type Archive, UsageError } from '@hearsay/core'
import type { Kernels, RowRange } from '@hearsay/kernels'
import {
  agedBy,
  type AgeRule,
  type Creation,
  type Learner,
  mergedAge,
  type ModelShape,
  type Shards,
  ShardTurns,
} from '@hearsay/learning'
import type { BackendChoice } from './backend/select-backend.ts'
import { MergeWeights } from './merge-weights.ts'
import type { SharedModel } from './model/shared-model.ts'
import type { ModelSchema } from './schema/model-schema.ts'
import { TfjsEvaluator } from './tfjs-evaluator.ts'
import type { TfjsLearnerOptions } from './tfjs-learner-options.ts'

/**
 * A `tf.LayersModel` as a learner like the linear ones. Make one with `tfjsLearner`.
 *
 * - A model is one row of float32 weights, in the order of `FlatWeights`. Merges are those of the kernels on the whole row.
 * - A model of age 0 is the initial one, whatever its words say: peers begin with rows of zeros, and a network whose weights are
 *   all zero learns nothing.
 * - An update goes over the peer's rows in their order, in batches. Its age is in rows.
 * - Every update begins with a fresh optimiser: moments and velocities live as long as an update does, and cost no memory per peer.
 * - The same rows and options give the same bits on the same backend and machine, if the model draws nothing of its own, as a
 *   `dropout` without a seed does. Between backends and engines results differ by rounding.
 */
export class TfjsLearner implements Learner {
  /** Of a model's row: one output of all weights. */
  readonly shape: ModelShape
  readonly backend: BackendChoice
  readonly schema: ModelSchema
  readonly #kernels: Kernels
  readonly #shared: SharedModel
  readonly #turns: ShardTurns
  readonly #weights: MergeWeights
  readonly #ageRule: AgeRule
  readonly #creation: Creation
  readonly #epochs: number
  readonly #batch: number
  readonly #mu: number
  readonly #scratch: number
  readonly #rows: ModelShape
  readonly #steps: Float64Array | undefined

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(shared: SharedModel, shards: Shards, backend: BackendChoice, options: TfjsLearnerOptions) {
    const { kernels, epochs = 1, batch = 32, mu = 0 } = options
    const { features, classes } = shards.shape
    const { count } = shared.weights
    const words = alignWords(count)
    this.shape = { features, classes, outputs: 1, dimension: count, bias: -1, stride: words, words }
    this.backend = backend
    this.schema = shared.schema
    this.#kernels = kernels
    this.#shared = shared
    this.#rows = shards.shape
    this.#steps = options.steps
    this.#turns = new ShardTurns(shards, options.rowsPerUpdate)
    this.#weights = new MergeWeights(options)
    this.#ageRule = options.ageRule ?? 'max'
    this.#creation = options.creation ?? 'MU'
    this.#epochs = positiveInteger('EPOCHS', 'epochs', epochs)
    this.#batch = positiveInteger('BATCH', 'batch', batch)
    if (!(mu >= 0 && Number.isFinite(mu))) throw new UsageError('MU', `μ is a finite number ≥ 0, not ${mu}`)
    this.#mu = mu
    this.#scratch = kernels.memory.allocate(words)
  }

  /** Offset of the initial model in the host's memory. */
  get initial(): number {
    return this.#shared.initial
  }

  update(peer: number, model: number, age: number): number {
    const range = this.#turns.next(peer)
    if (range.count === 0) return age
    this.#shared.train(model, this.#known(model, age), range, {
      ...{ epochs: this.#epochs, batch: this.#batch, mu: this.#mu },
    })
    const rows = range.count * this.#epochs
    if (this.#steps !== undefined) this.#steps[peer] += rows
    return agedBy(age, rows)
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

  /** target ← merge of the models at `a` and `b`, without training. Returns the merged age. */
  merge(target: number, a: number, ageA: number, b: number, ageB: number): number {
    const weightA = this.#weights.of(ageA, ageB)
    const weightB = this.#weights.of(ageB, ageA)
    this.#kernels.merge(target, this.#known(a, ageA), weightA, this.#known(b, ageB), weightB, this.shape.words)
    return mergedAge(this.#ageRule, ageA, ageB)
  }

  /** Measures models on rows of the shape of the shards, such as those that `loadRows` gives. */
  evaluator(range: RowRange): TfjsEvaluator {
    return new TfjsEvaluator(this.#kernels, this.#shared, this.#rows.classes, range)
  }

  forget(peer: number): void {
    this.#turns.restart(peer)
  }

  persist(archive: Archive): void {
    this.#turns.persist(archive)
    if (this.#steps !== undefined) archive.array(this.#steps)
  }

  /** Gives back what TensorFlow.js holds. The learner and its evaluators are of no use afterwards. Idempotent. */
  dispose(): void {
    this.#shared.dispose()
  }

  #known(model: number, age: number): number {
    return age === 0 ? this.#shared.initial : model
  }
}

function positiveInteger(code: string, name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value
  throw new UsageError(code, `${name} is an integer ≥ 1, not ${value}`)
}
