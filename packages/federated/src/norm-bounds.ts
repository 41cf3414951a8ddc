import type { PassPlan } from '@hearsay/kernels'
import { AGE_MAX, type LinearModel, type ModelShape, normBound } from '@hearsay/learning'
import type { FederatedAlgorithm } from './algorithm.ts'
import type { FederatedFormat } from './exchange/federated-format.ts'

/** What the norms of honest models and updates follow from. */
export interface NormBoundsOptions extends FederatedFormat {
  readonly algorithm: FederatedAlgorithm
  readonly model: LinearModel
  /** λ, η₀, its decay, and B. */
  readonly plan: PassPlan
  readonly shape: ModelShape
  /** The norm that no row exceeds, its bias aside. */
  readonly rowNormMax: number
  /** The most rows of one local training. */
  readonly rowsMax: number
}

/** The largest norms of honest messages, as a `FederatedGuard` takes them. */
export interface NormBounds {
  readonly normMax: (age: number) => number
  readonly updateNormMax: number
}

const UNBOUNDED: NormBounds = { normMax: () => Number.POSITIVE_INFINITY, updateNormMax: Number.POSITIVE_INFINITY }
/** Float32 rounding, and half a step of an encoding at each weight, generously. */
const ROUNDING = 1.1

/**
 * Bounds on the norms of what honest peers send in a run on linear models. Where λ and decaying steps bound what a client
 * can learn, they bound a mean of clients too. An adaptive rule goes about η_s a weight and round, whatever λ is, and a mean
 * update that is more than added leaves the clients behind: there are no bounds then, and a guard refuses only what is not
 * finite.
 */
export function federatedNormBounds(options: NormBoundsOptions): NormBounds {
  const { algorithm, model, plan, shape, rowNormMax, rowsMax, exchange } = options
  const isGradient = algorithm.kind === 'fedsgd'
  if (algorithm.kind !== 'fedprox' && algorithm.kind !== 'fedavg' && !isGradient) return UNBOUNDED
  if (algorithm.kind === 'fedavg' && (algorithm.serverEta ?? 1) > 1) return UNBOUNDED
  // A step of FedSGD is one on as many rows as a shard has.
  const steps = isGradient ? { ...plan, batch: rowsMax } : plan
  // Each weight of a subsampled mean may come from another client: what a whole model is bounded by, each weight is.
  const spread = ROUNDING * (exchange?.kind === 'subsampled' ? Math.sqrt(shape.outputs * shape.dimension) : 1)
  // In the round of the model's age a client makes up to `rowsMax` more steps.
  const normMax = (age: number): number => spread * normBound(model, steps, shape, rowNormMax, age + rowsMax)
  if (!isGradient) return { normMax, updateNormMax: 2 * normMax(AGE_MAX) }
  const slope = model === 'adaline' ? Number.POSITIVE_INFINITY : 1
  const gradient = slope * Math.sqrt(shape.outputs * (rowNormMax ** 2 + 1))
  return { normMax, updateNormMax: ROUNDING * gradient }
}
