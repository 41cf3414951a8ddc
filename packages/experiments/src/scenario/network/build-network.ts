import { ConfigurationError } from '@hearsay/core'
import {
  bandwidth,
  composeNetwork,
  coordinateNetwork,
  type Delay,
  duplication,
  gilbertElliottLoss,
  independentNetwork,
  type NetworkModel,
  oneWayReachability,
  partitions,
  reordering,
} from '@hearsay/simulator'
import type { WorldOptions } from '../scenario-options.ts'
import { setupSeed } from '../setup-stream.ts'
import { sparedByTranslators } from '../spare-peer.ts'
import type { BurstLoss, CycleDelay } from './network-options.ts'

/** The default of `headerBytes`: what is assumed of frames and headers on the wire. */
export const MESSAGE_HEADER_BYTES = 64

/** How much the access latencies of peers differ: the standard deviation of their logarithm. */
const ACCESS_SIGMA = 0.5

type Built = NetworkModel | undefined

/**
 * The network of a run.
 *
 * @param modelWords - Words of a whole model on the wire.
 * @param spared - A peer that everybody can reach, address translators or not.
 * @throws {@link ConfigurationError} `TRANSFER` where two options say how long a model takes.
 */
export function buildNetwork(options: WorldOptions, modelWords: number, spared?: number): NetworkModel {
  const { delay, loss, periodMs } = options
  const independent = independentNetwork({
    delay: inMilliseconds(delay, periodMs),
    loss: typeof loss === 'number' ? loss : 0,
  })
  const parts: readonly Built[] = [
    // What filters at the receiver comes before what queues there.
    natOf(options, spared),
    cutsOf(options),
    independent,
    typeof loss === 'number' ? undefined : burstsOf(loss, options),
    latencyOf(options),
    heldBackOf(options),
    duplicatesOf(options),
    linksOf(options, modelWords),
  ]
  return composeNetwork(parts.filter((part) => part !== undefined))
}

function natOf({ nat, peers, seed, periodMs }: WorldOptions, spared: number | undefined): Built {
  if (nat === undefined) return undefined
  const { share, timeout } = nat
  const timeoutMs = timeout === undefined ? {} : { timeoutMs: timeout * periodMs }
  const translators = oneWayReachability({ peers, seed: setupSeed(seed, 'network'), share, ...timeoutMs })
  return spared === undefined ? translators : sparedByTranslators(translators, spared)
}

function cutsOf({ partition = [], peers, seed, periodMs }: WorldOptions): Built {
  if (partition.length === 0) return undefined
  const timetable = partition.map(({ from, until, share, direction }) => ({
    ...{ fromMs: from * periodMs, untilMs: until * periodMs, groups: share, direction },
  }))
  return partitions({ peers, seed: setupSeed(seed, 'network'), timetable })
}

function burstsOf({ rate, cycles }: BurstLoss, { peers, periodMs }: WorldOptions): NetworkModel {
  const meanBadMs = cycles * periodMs
  return gilbertElliottLoss({
    peers,
    chain: { kind: 'timed', meanBadMs, meanGoodMs: (meanBadMs * (1 - rate)) / rate },
  })
}

function latencyOf({ latency, peers, seed, periodMs }: WorldOptions): Built {
  if (latency === undefined) return undefined
  const placement = { kind: 'square', sideMs: latency.side * periodMs } as const
  const access: Delay = { kind: 'lognormal', medianMs: latency.access * periodMs, sigma: ACCESS_SIGMA }
  const drawn = setupSeed(seed, 'network')
  return coordinateNetwork({ peers, seed: drawn, placement, ...(latency.access > 0 && { access }) })
}

function heldBackOf({ reorder, periodMs }: WorldOptions): Built {
  if (reorder === undefined) return undefined
  const { probability, cycles } = reorder
  return reordering({ probability, delay: { kind: 'uniform', minMs: 0, maxMs: cycles * periodMs } })
}

function duplicatesOf({ duplicate, periodMs }: WorldOptions): Built {
  if (duplicate === undefined) return undefined
  const { probability, cycles } = duplicate
  return duplication({ probability, delay: { kind: 'exponential', meanMs: cycles * periodMs } })
}

function linksOf(options: WorldOptions, modelWords: number): Built {
  const { bandwidth: links, transferCycles, headerBytes = MESSAGE_HEADER_BYTES, peers, seed, periodMs } = options
  if (transferCycles === undefined) {
    return links && bandwidth({ peers, seed: setupSeed(seed, 'network'), headerBytes, ...links })
  }
  if (links !== undefined) {
    throw new ConfigurationError('TRANSFER', '--transfer-cycles and --bandwidth both say what a model takes: give one')
  }
  const rate = ((headerBytes + 4 * modelWords) * 1000) / (transferCycles * periodMs)
  return bandwidth({ peers, headerBytes, upload: rate, download: rate, queues: false })
}

function inMilliseconds(delay: CycleDelay, periodMs: number): Delay {
  switch (delay.kind) {
    case 'constant':
      return { kind: 'constant', ms: delay.cycles * periodMs }
    case 'uniform':
      return { kind: 'uniform', minMs: delay.min * periodMs, maxMs: delay.max * periodMs }
    case 'normal':
      return { kind: 'normal', meanMs: delay.mean * periodMs, sdMs: delay.sd * periodMs }
    case 'lognormal':
      return { kind: 'lognormal', medianMs: delay.median * periodMs, sigma: delay.sigma }
    case 'exponential':
      return { kind: 'exponential', meanMs: delay.mean * periodMs, minMs: delay.min * periodMs }
    case 'table':
      return delay.table
  }
}
