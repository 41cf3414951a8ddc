import { ConfigurationError, randomStream } from '@hearsay/core'
import { type Exploration, exploreSeed, type FaultSubject } from '@hearsay/simulator'

/** Some seeds to explore, one after the other. */
export interface Batch {
  readonly firstSeed: number
  readonly runs: number
  /** The subject of all of them; where nothing is said, each seed chooses its own. */
  readonly protocol: string | undefined
  /** Events before a violation that are told. */
  readonly recentMax: number
}

/** What came out of a {@link Batch}. */
export interface ExploredBatch {
  readonly runs: number
  /** Events of all runs. */
  readonly events: number
  /** The runs with a violation; of a batch of one, that run in any case. */
  readonly findings: readonly Exploration[]
}

/** The stream that a seed chooses its subject from. */
const SUBJECTS = 0
const PURPOSE = 64

/** Explores a batch. */
export function exploreBatch(
  { firstSeed, runs, protocol, recentMax }: Batch,
  subjects: readonly FaultSubject[],
): ExploredBatch {
  const findings: Exploration[] = []
  let events = 0
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const explored = exploreSeed(subjectOf(seed, protocol, subjects), seed, recentMax)
    events += explored.events
    if (explored.violation !== undefined || runs === 1) findings.push(explored)
  }
  return { runs, events, findings }
}

function subjectOf(seed: number, protocol: string | undefined, subjects: readonly FaultSubject[]): FaultSubject {
  if (protocol !== undefined) return findSubject(protocol, subjects)
  return subjects[randomStream(seed, SUBJECTS, PURPOSE).below(subjects.length)]
}

/** @throws {@link ConfigurationError} `PROTOCOL` where there is none of that name. */
export function findSubject(name: string, subjects: readonly FaultSubject[]): FaultSubject {
  const subject = subjects.find((known) => known.name === name)
  if (subject !== undefined) return subject
  const known = subjects.map((other) => other.name).join(', ')
  throw new ConfigurationError('PROTOCOL', `--protocol: give one of ${known}, not ${JSON.stringify(name)}`)
}
