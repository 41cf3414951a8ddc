import { EnvironmentError } from '@hearsay/core'
import type { AggregateAnswer, Metric } from '@hearsay/peer'
import { orList } from '../flags/choice-flag.ts'
import type { Aggregate } from './aggregates.ts'

/** One line of `hearsay aggregate --json`. */
export interface AggregateEvent {
  readonly type: 'aggregate'
  readonly aggregate: Aggregate
  /** Absent for the count. */
  readonly of?: Metric
  readonly value: number
  /** The epoch that has ended, from 0. */
  readonly epoch: number
  /** Peers that the same epoch has counted; `null` where that is not known. */
  readonly count: number | null
  /** Milliseconds until the next epoch ends. */
  readonly nextMs: number
}

/**
 * What was asked for, out of what a peer has answered.
 *
 * @throws {@link EnvironmentError} `NO_METRIC` where the swarm does not aggregate that; `NO_COUNT` where it has none.
 */
export function eventOf(answer: AggregateAnswer, aggregate: Aggregate, metric: Metric | undefined): AggregateEvent {
  const { epoch, count, nextMs } = answer
  if (aggregate === 'count') return { type: 'aggregate', aggregate, value: counted(count), epoch, count, nextMs }
  const available = Object.keys(answer.metrics) as Metric[]
  const of = metric ?? available[0]
  const found = of === undefined ? undefined : answer.metrics[of]
  if (of === undefined || found === undefined) {
    const instead = available.length === 0 ? 'it only counts its peers' : `it has ${orList(available)}`
    throw new EnvironmentError('NO_METRIC', `the swarm does not aggregate ${of ?? 'any numbers'}: ${instead}`)
  }
  const value = aggregate === 'sum' ? found.mean * counted(count) : found[aggregate]
  return { type: 'aggregate', aggregate, of, value, epoch, count, nextMs }
}

function counted(count: number | null): number {
  if (count !== null) return count
  throw new EnvironmentError('NO_COUNT', 'the last epoch has not counted the peers: wait for the next one')
}
