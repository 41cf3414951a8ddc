import type { TransferRate, TransferRateClass } from '@hearsay/simulator'
import type { Command } from 'commander'
import type {
  AccessLinks,
  BurstLoss,
  Cut,
  Duplicates,
  HeldBack,
  Latencies,
  NetworkOptions,
  Translated,
} from '@hearsay/experiments/options'
import { delayFlag } from './delay-flag.ts'
import { formError, formFlag, parseNumbers, repeatedFlag } from './form.ts'
import { type NumberBounds, numberFlag, parseNumber } from './number-flag.ts'
import { parseInterval } from './interval-flag.ts'

/** The flags of the network. One that was not given is absent. */
export type NetworkFlags = Partial<Pick<NetworkOptions, 'delay'>> & Omit<NetworkOptions, 'delay'>

const SHARE: NumberBounds = { min: 0, max: 1 }
const CYCLES: NumberBounds = { min: 0, max: 1e6 }
const CYCLES_ABOVE: NumberBounds = { ...CYCLES, above: true }

const LOSS = 'PROBABILITY or burst:RATE,CYCLES'
const DUPLICATE = 'PROBABILITY[,CYCLES]'
const REORDER = 'PROBABILITY,CYCLES'
const LATENCY = 'SIDE[,ACCESS]'
const BANDWIDTH = 'UP,DOWN'
const PARTITION = 'FROM..UNTIL:SHARE[:leaving|:entering]'
const NAT = 'SHARE[,CYCLES]'

export function addDelayAndLossFlags(command: Command): Command {
  return command
    .addOption(delayFlag('(default: constant:1; none with --latency or --transfer-cycles)'))
    .addOption(
      formFlag('--loss <probability>', `messages lost: ${LOSS} (long-run rate, mean length)`, parseLoss).default(0),
    )
}

export function addNetworkModelFlags(command: Command): Command {
  return command
    .optionsGroup('Network models (all of them add up):')
    .addOption(
      formFlag('--duplicate <probability>', `messages sent twice, and how much later: ${DUPLICATE}`, parseDuplicate),
    )
    .addOption(
      formFlag('--reorder <probability>', `messages held back, by up to so many cycles: ${REORDER}`, parseReorder),
    )
    .addOption(
      formFlag(
        '--latency <cycles>',
        `latencies per link, for good: distance in a square with this side, access of both ends (its median): ${LATENCY}`,
        parseLatency,
      ),
    )
    .addOption(
      formFlag(
        '--bandwidth <rates>',
        `access links with queues, in bytes per virtual second: ${BANDWIDTH}, each a RATE or classes RATE:WEIGHT/RATE:WEIGHT`,
        parseBandwidth,
      ),
    )
    .addOption(
      numberFlag('--transfer-cycles <cycles>', 'a whole float32 model takes so long, anything else by its bytes', {
        ...CYCLES_ABOVE,
      }),
    )
    .addOption(
      repeatedFlag('--partition <cut>', `a share cut off from the rest, in cycles: ${PARTITION}`, parsePartition),
    )
    .addOption(
      formFlag(
        '--nat <share>',
        `peers that receive only from whom they have sent to in the last cycles (default: 300 virtual seconds): ${NAT}`,
        parseNat,
      ),
    )
}

/** @throws {@link ConfigurationError} `FLAG_FORM`, `FLAG_NUMBER`, as the other parsers here. */
export function parseLoss(text: string): number | BurstLoss {
  if (!text.startsWith('burst:')) return parseNumber('--loss', text, SHARE)
  const inside = { min: 1e-9, max: 0.999 }
  const [rate, cycles] = parseNumbers('--loss burst', LOSS, text.slice('burst:'.length), [inside, CYCLES_ABOVE])
  return { rate, cycles }
}

export function parseDuplicate(text: string): Duplicates {
  const [probability, cycles = 0] = parseNumbers('--duplicate', DUPLICATE, text, [SHARE, CYCLES], 1)
  return { probability, cycles }
}

export function parseReorder(text: string): HeldBack {
  const [probability, cycles] = parseNumbers('--reorder', REORDER, text, [SHARE, CYCLES])
  return { probability, cycles }
}

export function parseLatency(text: string): Latencies {
  const [side, access = 0] = parseNumbers('--latency', LATENCY, text, [CYCLES, CYCLES], 1)
  return { side, access }
}

export function parseBandwidth(text: string): AccessLinks {
  const rates = text.split(',')
  if (rates.length !== 2) throw formError('--bandwidth', BANDWIDTH, text)
  return { upload: parseRate(rates[0]), download: parseRate(rates[1]) }
}

function parseRate(text: string): TransferRate {
  const bounds = { min: 1, max: 1e15 }
  if (!text.includes(':')) return parseNumber('--bandwidth', text, bounds)
  const classes = text.split('/').map((word): TransferRateClass => {
    const [rate, weight, rest] = word.split(':')
    if (weight === undefined || rest !== undefined) {
      throw formError('--bandwidth', 'RATE or RATE:WEIGHT/RATE:WEIGHT', text)
    }
    return {
      bytesPerSecond: parseNumber('--bandwidth', rate, bounds),
      weight: parseNumber('--bandwidth', weight, { min: 0, above: true, max: 1e9 }),
    }
  })
  return classes
}

export function parsePartition(text: string): Cut {
  const [interval, share, direction = 'both', rest] = text.split(':')
  const isDirection = direction === 'both' || direction === 'leaving' || direction === 'entering'
  if (share === undefined || rest !== undefined || !isDirection) throw formError('--partition', PARTITION, text)
  const { from, until } = parseInterval('--partition', PARTITION, interval)
  return { from, until, share: parseNumber('--partition', share, SHARE), direction }
}

export function parseNat(text: string): Translated {
  const [share, timeout] = parseNumbers('--nat', NAT, text, [SHARE, CYCLES_ABOVE], 1)
  return timeout === undefined ? { share } : { share, timeout }
}
