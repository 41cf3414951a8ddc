import { ConfigurationError } from '@hearsay/core'
import { orList } from '../flags/choice-flag.ts'

/** What `hearsay aggregate` can be asked for. */
export const AGGREGATES = ['count', 'mean', 'sum', 'min', 'max', 'variance'] as const

export type Aggregate = (typeof AGGREGATES)[number]

/** @throws {@link ConfigurationError} `AGGREGATE`. */
export function parseAggregate(text: string): Aggregate {
  const found = AGGREGATES.find((name) => name === text)
  if (found !== undefined) return found
  throw new ConfigurationError('AGGREGATE', `ask for ${orList(AGGREGATES)}, not ${JSON.stringify(text)}`)
}
