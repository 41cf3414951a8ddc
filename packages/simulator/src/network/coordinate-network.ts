import { type Random, randomStream, UsageError } from '@hearsay/core'
import { checkAtLeast, checkInteger } from './checks.ts'
import { type Delay, delaySampler } from './delay.ts'
import type { NetworkModel } from './network-model.ts'
import { SetupPurpose } from './setup-streams.ts'
import { weightedChoice } from './weighted-choice.ts'

/** Latencies that are stable per link, from where peers are. */
export interface CoordinateNetworkOptions {
  /** Peers of the run. */
  readonly peers: number
  /** Places the peers: a safe integer ≥ 0. */
  readonly seed: number
  /** Where peers are. Distances in the space are milliseconds. */
  readonly placement: SquarePlacement | RegionPlacement
  /**
   * Dimensions of the space, 1 … 8.
   *
   * @defaultValue 2
   */
  readonly dimensions?: number
  /**
   * What each message takes besides, ≥ 0 ms.
   *
   * @defaultValue 0
   */
  readonly baseMs?: number
  /**
   * The delay between each peer and the core of the network, drawn once per peer and paid at both ends: the height of
   * Vivaldi's coordinates.
   *
   * @defaultValue none
   */
  readonly access?: Delay
  /**
   * What is added for each message anew.
   *
   * @defaultValue none
   */
  readonly jitter?: Delay
}

/** Uniform over a square, or a cube. */
export interface SquarePlacement {
  readonly kind: 'square'
  /** Length of a side in milliseconds, ≥ 0. */
  readonly sideMs: number
}

/** Clusters around centres. */
export interface RegionPlacement {
  readonly kind: 'regions'
  readonly regions: readonly Region[]
}

/** One cluster of peers. */
export interface Region {
  /** One coordinate in milliseconds for each dimension. */
  readonly centreMs: readonly number[]
  /** Standard deviation of the peers' coordinates around it, in milliseconds, ≥ 0. */
  readonly spreadMs: number
  /**
   * Share of the peers that are placed here, in proportion, ≥ 0.
   *
   * @defaultValue 1
   */
  readonly weight?: number
}

/** A network that knows what it takes from peer to peer. */
export interface CoordinateNetwork extends NetworkModel {
  /** The latency of the link between two peers in either direction, without jitter, in milliseconds. */
  latencyMs(from: number, to: number): number
}

/**
 * Latency = base + access of both ends + Euclidean distance of the peers' coordinates, and jitter (the model with heights
 * of Dabek, Cox, Kaashoek, Morris, "Vivaldi: a decentralized network coordinate system", 2004, §2.6 and §5.4).
 *
 * @throws {@link UsageError} `PEERS`, `COORDINATES`, `DELAY`, `WEIGHTS` when an option is out of its range.
 */
export function coordinateNetwork(options: CoordinateNetworkOptions): CoordinateNetwork {
  const { peers, seed, placement, dimensions = 2, baseMs = 0, access } = options
  checkInteger('PEERS', 'the number of peers', peers, 1)
  checkInteger('COORDINATES', 'the number of dimensions', dimensions, 1, 8)
  checkAtLeast('COORDINATES', 'the base of latencies', baseMs, 0)
  const place = placement.kind === 'square' ? inSquare(placement, dimensions) : inRegions(placement, dimensions)
  const coordinates = new Float64Array(peers * dimensions)
  const heights = new Float64Array(peers)
  const random = randomStream(seed, 0, SetupPurpose.coordinates)
  const height = access === undefined ? undefined : delaySampler(access)
  for (let peer = 0; peer < peers; peer++) {
    place(random, coordinates, peer * dimensions)
    if (height !== undefined) heights[peer] = height.draw(random)
  }
  const latencyMs = (from: number, to: number): number => {
    let square = 0
    for (let a = from * dimensions, b = to * dimensions, i = 0; i < dimensions; i++) {
      const difference = coordinates[a + i] - coordinates[b + i]
      square += difference * difference
    }
    return baseMs + (heights[from] + heights[to]) + Math.sqrt(square)
  }
  const leastHeight = heights.reduce((least, value) => Math.min(least, value))
  return withJitter(latencyMs, baseMs + (leastHeight + leastHeight), options.jitter)
}

function withJitter(
  latencyMs: (from: number, to: number) => number,
  leastMs: number,
  jitter: Delay | undefined,
): CoordinateNetwork {
  if (jitter === undefined) {
    return { minimumDelayMs: leastMs, latencyMs, transfer: (_random, from, to) => latencyMs(from, to) }
  }
  const { draw, minimumMs } = delaySampler(jitter)
  const transfer = (random: Random, from: number, to: number): number => latencyMs(from, to) + draw(random)
  return { minimumDelayMs: leastMs + minimumMs, latencyMs, transfer }
}

/** Writes the coordinates of one peer from `offset` on. */
type Place = (random: Random, coordinates: Float64Array, offset: number) => void

function inSquare({ sideMs }: SquarePlacement, dimensions: number): Place {
  checkAtLeast('COORDINATES', 'the side of the square', sideMs, 0)
  return (random, coordinates, offset) => {
    for (let i = 0; i < dimensions; i++) coordinates[offset + i] = sideMs * random.float64()
  }
}

function inRegions({ regions }: RegionPlacement, dimensions: number): Place {
  for (const { centreMs, spreadMs } of regions) {
    checkAtLeast('COORDINATES', 'the spread of a region', spreadMs, 0)
    if (centreMs.length !== dimensions || !centreMs.every(Number.isFinite)) {
      throw new UsageError(
        'COORDINATES',
        `the centre of a region has ${dimensions} finite coordinates, not ${centreMs.join(', ')}`,
      )
    }
  }
  const choose = weightedChoice(regions.map(({ weight = 1 }) => weight))
  return (random, coordinates, offset) => {
    const { centreMs, spreadMs } = regions[choose(random)]
    for (let i = 0; i < dimensions; i++) coordinates[offset + i] = centreMs[i] + spreadMs * random.normal()
  }
}
