import { type PeerSampler, UsageError } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import type { Learner } from '@hearsay/learning'
import type { ModelExchange } from '../exchange/model-exchange.ts'
import type { PeerModels } from '../exchange/peer-models.ts'
import { StaticGraph } from '../static-graph.ts'
import { isUndirected } from '../topology/is-undirected.ts'
import type { BiasCorrection } from './bias-correction.ts'
import type { Correction } from './correction.ts'
import { NeighbourCache } from './neighbour-cache.ts'
import { PassThrough } from './pass-through.ts'

/** What corrections are made of. */
export interface BiasCorrectionInputs {
  readonly kernels: Kernels
  readonly sampler: PeerSampler
  readonly models: PeerModels
  readonly learner: Learner
  readonly exchange: ModelExchange
}

/** @throws {@link UsageError} `CORRECTION` where peers have no degrees: they select each other over no undirected graph. */
export function createBiasCorrection(correction: Correction, inputs: BiasCorrectionInputs): BiasCorrection {
  const { kernels, sampler: graph, models, learner, exchange } = inputs
  if (!(graph instanceof StaticGraph && isUndirected(graph))) {
    throw new UsageError('CORRECTION', `${correction} needs a sampler that is an undirected StaticGraph`)
  }
  if (correction === 'pass-through') return new PassThrough(kernels, graph, models, exchange)
  return new NeighbourCache({ kernels, graph, models, learner, isMetropolis: correction === 'metropolis' })
}
