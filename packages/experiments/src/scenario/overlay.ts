import { ConfigurationError, type PeerSampler, type Protocol } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import {
  NewsCast,
  randomGraph,
  randomOutGraph,
  regularGraph,
  ringGraph,
  scaleFreeGraph,
  type StaticGraph,
  UniformSampler,
} from '@hearsay/protocols'
import { type Liveness, OnlineNeighbours } from './online-neighbours.ts'
import type { Overlay, WorldOptions } from './scenario-options.ts'
import { setupStream } from './setup-stream.ts'

const DEGREE = 10
const VIEW_SIZE = 20

/** Peer selection, and the protocol that maintains it, if one does. */
export interface BuiltOverlay {
  readonly sampler: PeerSampler
  readonly protocol?: Protocol
}

/**
 * @param isOnline - Tells who is online, to peers that know it of their neighbours.
 * @throws {@link ConfigurationError} `DEGREE` where there are too few peers; `ONLINE` where peers cannot know who is online.
 */
export function buildOverlay(options: WorldOptions, kernels: Kernels, isOnline?: Liveness): BuiltOverlay {
  if (options.onlineNeighbours === true) return { sampler: onlineNeighbours(options, isOnline) }
  switch (options.overlay) {
    case 'uniform':
      return { sampler: new UniformSampler(options.peers) }
    case 'newscast': {
      const newscast = buildNewsCast(options, kernels)
      return { sampler: newscast, protocol: newscast }
    }
    default:
      return { sampler: buildGraph(options, options.overlay) }
  }
}

function onlineNeighbours(options: WorldOptions, isOnline: Liveness | undefined): OnlineNeighbours {
  const { overlay } = options
  if (overlay !== 'uniform' && overlay !== 'newscast' && isOnline !== undefined) {
    return new OnlineNeighbours(buildGraph(options, overlay), isOnline)
  }
  throw new ConfigurationError(
    'ONLINE',
    'peers know who is online in gossip learning over a fixed graph, in one thread',
  )
}

/**
 * The same graph at every call with the same options.
 *
 * @throws {@link ConfigurationError} `DEGREE` where there are too few peers.
 */
export function buildGraph(options: WorldOptions, overlay: Exclude<Overlay, 'uniform' | 'newscast'>): StaticGraph {
  const { peers, seed } = options
  const degree = checkDegree(options)
  const random = setupStream(seed, 'overlay')
  switch (overlay) {
    case 'static':
      return randomOutGraph(peers, degree, random)
    case 'scale-free':
      return scaleFreeGraph(peers, degree, random)
    case 'regular':
      return regularGraph(peers, checkRegular(degree, peers), random)
    case 'ring':
      return ringGraph(peers, checkRegular(degree, peers))
    case 'random':
      return randomGraph(peers, degree, random)
  }
}

/** In a graph without direction, an odd number of peers cannot all have an odd degree. */
function checkRegular(degree: number, peers: number): number {
  const isFit = degree === 1 ? peers === 2 : (degree * peers) % 2 === 0
  if (isFit) return degree
  throw new ConfigurationError('DEGREE', `${peers} peers cannot all have a degree of ${degree}: take one that is even`)
}

function checkDegree({ peers, degree = Math.min(DEGREE, peers - 1) }: WorldOptions): number {
  if (degree < peers) return degree
  throw new ConfigurationError('DEGREE', `a degree of ${degree} needs more than ${degree} peers, not ${peers}`)
}

/**
 * Views start with random contacts, as after a bootstrap that worked: peers that are there from the start. Who joins later,
 * or has lost its view, begins with them as well.
 */
function buildNewsCast(options: WorldOptions, kernels: Kernels): NewsCast {
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
