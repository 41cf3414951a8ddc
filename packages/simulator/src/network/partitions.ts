import { randomStream, UsageError } from '@hearsay/core'
import { checkInteger, checkInterval, checkProbability } from './checks.ts'
import { drawShare } from './draw-share.ts'
import { LOST, type NetworkModel } from './network-model.ts'
import { SetupPurpose } from './setup-streams.ts'

/** Cuts between groups of peers, by timetable. */
export interface PartitionsOptions {
  /** Peers of the run. */
  readonly peers: number
  /**
   * Draws the shares: a safe integer ≥ 0.
   *
   * @defaultValue 0
   */
  readonly seed?: number
  /** In any order; cuts may overlap. */
  readonly timetable: readonly Partition[]
}

/** One cut. Messages within a group are never touched. */
export interface Partition {
  /** When it begins, ≥ 0. */
  readonly fromMs: number
  /** When it has healed; may be Infinity. */
  readonly untilMs: number
  /**
   * Who is cut off from whom: lists of peers, where all peers in no list are one group more; or the share in [0, 1] of peers,
   * drawn by seed, that is cut off from the rest.
   */
  readonly groups: number | readonly (readonly number[])[]
  /**
   * What is lost: all that crosses between groups, or only what leaves, or only what enters, the one group that is
   * listed or drawn.
   *
   * @defaultValue 'both'
   */
  readonly direction?: 'both' | 'leaving' | 'entering'
}

/** The group of the peers in no list; lists have the numbers from 1 on. */
const REST = 0
const GROUPS_MAX = 2 ** 16 - 1

/**
 * A part for {@link composeNetwork} that loses what is sent across a cut. Messages that are under way when it begins still
 * arrive.
 *
 * @throws {@link UsageError} `PEERS`, `PARTITION`, `INTERVAL` when an option is out of its range.
 */
export function partitions({ peers, seed = 0, timetable }: PartitionsOptions): NetworkModel {
  checkInteger('PEERS', 'the number of peers', peers, 1)
  const cuts = timetable.map((partition, index) => cutOf(partition, index, peers, seed))
  const beginMs = cuts.reduce((earliest, { fromMs }) => Math.min(earliest, fromMs), Number.POSITIVE_INFINITY)
  const endMs = cuts.reduce((latest, { untilMs }) => Math.max(latest, untilMs), 0)
  return {
    minimumDelayMs: 0,
    transfer: (_random, from, to, _words, nowMs) => {
      if (nowMs < beginMs || nowMs >= endMs) return 0
      for (let i = 0; i < cuts.length; i++) {
        if (separates(cuts[i], from, to, nowMs)) return LOST
      }
      return 0
    },
  }
}

interface Cut {
  readonly fromMs: number
  readonly untilMs: number
  /** The number of each peer's group. */
  readonly groups: Uint16Array
  readonly direction: 'both' | 'leaving' | 'entering'
}

function separates(cut: Cut, from: number, to: number, nowMs: number): boolean {
  if (nowMs < cut.fromMs || nowMs >= cut.untilMs || cut.groups[from] === cut.groups[to]) return false
  if (cut.direction === 'both') return true
  return cut.direction === 'leaving' ? cut.groups[to] === REST : cut.groups[from] === REST
}

function cutOf(partition: Partition, index: number, peers: number, seed: number): Cut {
  const { fromMs, untilMs, groups, direction = 'both' } = partition
  const what = `partition ${index + 1}`
  checkInterval(what, fromMs, untilMs)
  if (typeof groups === 'number') {
    checkProbability('PARTITION', `${what}: the share that is cut off`, groups)
    const drawn = drawShare(randomStream(seed, index, SetupPurpose.partitions), peers, groups)
    return { fromMs, untilMs, groups: Uint16Array.from(drawn), direction }
  }
  if (direction !== 'both' && groups.length !== 1) {
    throw new UsageError('PARTITION', `${what}: a cut in one direction lists one group, not ${groups.length}`)
  }
  return { fromMs, untilMs, groups: numberGroups(what, groups, peers), direction }
}

function numberGroups(what: string, groups: readonly (readonly number[])[], peers: number): Uint16Array {
  if (groups.length > GROUPS_MAX) throw new UsageError('PARTITION', `${what} has more than ${GROUPS_MAX} groups`)
  const numbers = new Uint16Array(peers)
  for (const [index, group] of groups.entries()) {
    for (const peer of group) {
      checkInteger('PARTITION', `${what}: a peer of a group`, peer, 0, peers - 1)
      if (numbers[peer] !== REST) throw new UsageError('PARTITION', `${what}: peer ${peer} is in two groups`)
      numbers[peer] = index + 1
    }
  }
  return numbers
}
