import { ConfigurationError, type PeerSampler, type Protocol } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import { NewsCast, randomOutGraph, UniformSampler } from '@hearsay/protocols'
import type { ScenarioOptions } from './scenario-options.ts'
import { setupStream } from './setup-stream.ts'

const DEGREE = 10
const VIEW_SIZE = 20

/** Peer selection, and the protocol that maintains it, if one does. */
export interface BuiltOverlay {
  readonly sampler: PeerSampler
  readonly protocol?: Protocol
}

/** @throws {@link ConfigurationError} `DEGREE` where there are too few peers. */
export function buildOverlay(options: ScenarioOptions, kernels: Kernels): BuiltOverlay {
  switch (options.overlay) {
    case 'uniform':
      return { sampler: new UniformSampler(options.peers) }
    case 'static':
      return { sampler: randomOutGraph(options.peers, checkDegree(options), setupStream(options.seed, 'overlay')) }
    case 'newscast': {
      const newscast = buildNewsCast(options, kernels)
      return { sampler: newscast, protocol: newscast }
    }
  }
}

function checkDegree({ peers, degree = Math.min(DEGREE, peers - 1) }: ScenarioOptions): number {
  if (degree < peers) return degree
  throw new ConfigurationError('DEGREE', `a degree of ${degree} needs more than ${degree} peers, not ${peers}`)
}

/**
 * Views start with random contacts, as after a bootstrap that worked: peers that are there from the start. Who joins later,
 * or has lost its view, begins with them as well.
 */
function buildNewsCast(options: ScenarioOptions, kernels: Kernels): NewsCast {
  const { peers, periodMs, jitter, viewSize = VIEW_SIZE } = options
  const newscast = new NewsCast({ peers, memory: kernels.memory, periodMs, jitter, viewSize })
  const initial = options.join?.initial ?? peers
  const random = setupStream(options.seed, 'overlay')
  const contacts = Math.min(viewSize, initial - 1)
  const { starts, neighbours } = randomOutGraph(initial, contacts, random)
  for (let peer = 0; peer < initial; peer++) {
    for (let i = starts[peer]; i < starts[peer + 1]; i++) newscast.addContact(peer, neighbours[i])
  }
  for (let peer = initial; peer < peers; peer++) {
    for (let i = 0; i < viewSize; i++) newscast.addContact(peer, random.below(initial))
  }
  return newscast
}
