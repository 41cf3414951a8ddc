import type { FederatedAlgorithm } from '@hearsay/federated'
import { BATCH_MAX } from '@hearsay/kernels'
import { exchangeProblem, WEIGHT_ENCODINGS } from '@hearsay/protocols'
import { z } from 'zod'
import type { ManifestFederated } from './federated-settings.ts'

const DAY_MS = 86_400_000
/** A client trains in one handler: what a stranger's manifest can ask of it is bounded. */
const EPOCHS_MAX = 1000
const NUMBER_MAX = 1e12
const UPDATES_MAX = 1e6

const duration = z.number().min(1).max(DAY_MS)
const positive = z.number().positive().max(NUMBER_MAX).exactOptional()
const beta = z.number().min(0).lt(1).exactOptional()
const epochs = z.int().min(1).max(EPOCHS_MAX).exactOptional()

const algorithm: z.ZodType<FederatedAlgorithm> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fedavg'), epochs, serverEta: positive }),
  z.strictObject({ kind: z.literal('fedsgd') }),
  z.strictObject({ kind: z.literal('fedprox'), epochs, mu: z.number().min(0).max(NUMBER_MAX) }),
  z.strictObject({
    ...{ kind: z.enum(['fedadam', 'fedyogi', 'fedadagrad']), epochs, serverEta: positive },
    ...{ beta1: beta, beta2: beta, tau: positive },
  }),
])

/** What a manifest says of federated learning. */
export const federatedSchema: z.ZodType<ManifestFederated> = z
  .strictObject({
    algorithm,
    fraction: z.number().positive().max(1),
    roundMs: duration,
    deadlineMs: duration,
    updatesMin: z.int().min(1).max(UPDATES_MAX),
    serverTrains: z.boolean(),
    exchange: z.strictObject({ kind: z.literal('subsampled'), share: z.number().positive().max(1) }).exactOptional(),
    weights: z.enum(WEIGHT_ENCODINGS).exactOptional(),
    modelWeights: z.enum(WEIGHT_ENCODINGS).exactOptional(),
  })
  .refine(({ roundMs, deadlineMs }) => deadlineMs >= roundMs, 'has a deadline before the end of the shortest round')

/** What a run's federated learning has to fit. */
export interface FederatedFit {
  readonly protocol: 'gossip-learning' | 'federated-learning'
  readonly federated?: ManifestFederated
  readonly rowsMax: number
}

/** Why what is valid by itself does not fit the run. */
export function federatedProblem(
  { protocol, federated, rowsMax }: FederatedFit,
  parameters: number,
): string | undefined {
  if ((protocol === 'federated-learning') !== (federated !== undefined)) {
    return `goes with the protocol federated-learning, and the protocol with it, not with ${protocol}`
  }
  if (federated === undefined) return undefined
  if (federated.algorithm.kind === 'fedsgd' && rowsMax > BATCH_MAX) {
    return `FedSGD takes all rows of a peer in one step, ${BATCH_MAX} at most, and rowsMax is ${rowsMax}`
  }
  return federated.exchange && exchangeProblem(federated.exchange, { parameters })
}
