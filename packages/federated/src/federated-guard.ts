import { type Guard, type Message, type Refusal, UsageError } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import { AGE_MAX, type ModelShape } from '@hearsay/learning'
import { ModelFormat, WeightCoder } from '@hearsay/protocols'
import { type FederatedFormat, updateFormat } from './exchange/federated-format.ts'
import { FederatedKind, UPDATE_ROWS_MAX, updateRows, updateSeed } from './messages.ts'

/** What honest messages of federated learning can be, in one run. */
export interface FederatedGuardOptions extends FederatedFormat {
  readonly kernels: Kernels
  readonly shape: ModelShape
  /** As in `FederatedLearningOptions`: rounds take this long or longer. */
  readonly roundMs: number
  /** The most rows that one local training makes steps on, E times those of the largest shard: 1 … 2²¹ − 1. */
  readonly rowsMax: number
  /** The largest norm of an honest model of a given age; see `normBound` of `@hearsay/learning`. May be ∞. */
  readonly normMax: (age: number) => number
  /**
   * The largest norm of an honest update, > 0: twice that of a model, or for FedSGD the largest norm of a row.
   *
   * @defaultValue Infinity
   */
  readonly updateNormMax?: number | undefined
}

/** A kind of payload. */
interface Payload {
  readonly format: ModelFormat
  readonly coder: WeightCoder
}

/**
 * The guard at the entrance of federated learning. Rounds cannot be ahead of time: after t milliseconds there have been
 * t/roundMs of them, and the model is no older than that many trainings. Weights are judged as they come out of their
 * encoding. That a model comes from the server and an update was asked for, the protocol itself makes sure.
 *
 * A client may still send any update within the norm, and claim `rowsMax` rows for it.
 */
export class FederatedGuard implements Guard {
  readonly #options: FederatedGuardOptions
  readonly #model: Payload
  readonly #update: Payload

  /** @throws {@link UsageError} `FEDERATED_GUARD`, `EXCHANGE` when an option is out of its range. */
  constructor(options: FederatedGuardOptions) {
    const {
      kernels,
      shape,
      roundMs,
      rowsMax,
      updateNormMax = Number.POSITIVE_INFINITY,
      modelWeights = 'float32',
    } = options
    const isValid = roundMs >= 1 && rowsMax >= 1 && rowsMax <= UPDATE_ROWS_MAX && updateNormMax > 0
    if (!isValid) {
      throw new UsageError(
        'FEDERATED_GUARD',
        `a federated guard needs roundMs ≥ 1, rowsMax in 1 … ${UPDATE_ROWS_MAX} and updateNormMax > 0`,
      )
    }
    this.#options = options
    const payload = (format: ModelFormat): Payload => ({
      format,
      coder: new WeightCoder(kernels, format.weights, format.count(0)),
    })
    this.#model = payload(new ModelFormat({ shape, weights: modelWeights }))
    this.#update = payload(updateFormat(shape, options))
  }

  /** The largest number of a round at `nowMs` milliseconds after the run's start; clocks may differ by a round. */
  roundMax(nowMs: number): number {
    return Math.floor(Math.max(0, nowMs) / this.#options.roundMs) + 2
  }

  inspect(message: Message, nowMs: number): Refusal | undefined {
    const { kind, stamp } = message
    if (kind === FederatedKind.checkIn || kind === FederatedKind.leave) return inspectBare(message)
    if (kind !== FederatedKind.model && kind !== FederatedKind.update) return 'kind'
    if (!Number.isSafeInteger(stamp) || stamp < 1) return 'age-invalid'
    if (!(stamp <= this.roundMax(nowMs))) return 'age-implausible'
    return kind === FederatedKind.model ? this.#inspectModel(message, nowMs) : this.#inspectUpdate(message)
  }

  #inspectModel(message: Message, nowMs: number): Refusal | undefined {
    const { value: age, length } = message
    if (length !== this.#model.format.words(0)) return 'dimension'
    if (!Number.isSafeInteger(age) || age < 0) return 'age-invalid'
    if (!(age <= Math.min(this.roundMax(nowMs) * this.#options.rowsMax, AGE_MAX))) return 'age-implausible'
    return this.#inspectWeights(message, this.#model, this.#options.normMax(age))
  }

  #inspectUpdate(message: Message): Refusal | undefined {
    const { value, length } = message
    const { format } = this.#update
    const rows = updateRows(value)
    const seed = updateSeed(value)
    if (!(rows >= 1 && rows <= this.#options.rowsMax && format.isValue(seed))) return 'value'
    if (length !== format.words(0)) return 'dimension'
    return this.#inspectWeights(message, this.#update, this.#options.updateNormMax ?? Number.POSITIVE_INFINITY)
  }

  #inspectWeights({ offset, length }: Message, { format, coder }: Payload, normMax: number): Refusal | undefined {
    const { kernels } = this.#options
    const count = format.count(0)
    const norm = format.isPlain ? kernels.norm(offset, length) : kernels.norm(coder.decode(offset, count), count)
    if (!Number.isFinite(norm)) return 'not-finite'
    return norm > normMax * roundingOf(format) ? 'norm' : undefined
  }
}

/** By how much rounding to an encoding can lengthen a row of weights: half a step at each of them. */
function roundingOf(format: ModelFormat): number {
  if (format.weights === 'float32') return 1
  return format.weights === 'float16' ? 1 + 2 ** -10 : 1 + Math.sqrt(format.count(0)) / 254
}

function inspectBare({ value, stamp, length }: Message): Refusal | undefined {
  if (length !== 0) return 'dimension'
  return value === 0 && stamp === 0 ? undefined : 'value'
}
