import type { Exploration, FaultSubject } from '@hearsay/simulator'
import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { ExitCode, exitCodeOf } from '../exit-code.ts'
import { assertSeeds } from '../flags/data-flags.ts'
import { drained, writeJsonLine } from '../output/json-lines.ts'
import type { Session } from '../session.ts'
import type { ExploreEvent, ExploreProgress, ExploreRun, ExploreSummary } from './events.ts'
import { ExploreText } from './explore-text.ts'
import { type Batch, exploreBatch, type ExploredBatch, findSubject } from './explored.ts'
import { exploreOnThreads } from './explorer-threads.ts'
import { SHIPPED } from './subjects/shipped.ts'

/** The flags of `hearsay simulate --explore`, as they were parsed. */
export interface ExploreFlags {
  /** Seeds to explore, ≥ 1. */
  readonly explore: number
  /** The first of them. */
  readonly seed: number
  readonly protocol?: string
  /** @defaultValue all cores */
  readonly workers?: number
  readonly json?: boolean
}

/** Seeds that a thread explores at a time: a fraction of a second. */
const BATCH_RUNS = 8
/** Events that are told before a violation, where a single run was asked for. */
const RECENT_MAX = 20

/**
 * `hearsay simulate --explore`. Returns the exit code.
 *
 * @param subjects - What is explored instead of the protocols of Hearsay, in this thread.
 */
export async function explore(
  flags: ExploreFlags,
  session: Session,
  subjects?: readonly FaultSubject[],
): Promise<number> {
  const { protocol, explore: runs, seed } = flags
  assertSeeds(seed, runs, '--explore')
  const known = subjects ?? SHIPPED
  const protocols = protocol === undefined ? known.map(({ name }) => name) : [findSubject(protocol, known).name]
  const batches = Math.ceil(runs / BATCH_RUNS)
  const workers = subjects === undefined ? Math.min(flags.workers ?? availableParallelism(), batches) : 1
  const { stdout, signal } = session
  const text = flags.json === true ? undefined : new ExploreText(session)
  const tell = (event: ExploreEvent): void => (text === undefined ? writeJsonLine(stdout, event) : text.tell(event))
  tell({ type: 'start', runs, seed, protocols, workers })
  const results = workers > 1 ? exploreOnThreads(batchesOf(flags), workers) : exploreHere(batchesOf(flags), known)
  const tally = new Tally(flags, session)
  for await (const batch of results) {
    for (const event of tally.add(batch)) tell(event)
    await drained(stdout, signal)
    if (signal.aborted) break
  }
  const summary = tally.summary()
  tell(summary)
  if (summary.interrupted) return exitCodeOf(signal.reason)
  return summary.violations === 0 ? ExitCode.done : ExitCode.different
}

function* batchesOf({ explore: runs, seed, protocol }: ExploreFlags): Generator<Batch, void> {
  const recentMax = runs === 1 ? RECENT_MAX : 0
  for (let done = 0; done < runs; done += BATCH_RUNS) {
    yield { firstSeed: seed + done, runs: Math.min(BATCH_RUNS, runs - done), protocol, recentMax }
  }
}

async function* exploreHere(
  batches: Iterable<Batch>,
  subjects: readonly FaultSubject[],
): AsyncGenerator<ExploredBatch, void, void> {
  for (const batch of batches) {
    // Signals live in the event loop.
    await setImmediate()
    yield exploreBatch(batch, subjects)
  }
}

/** Adds up what has been explored. */
class Tally {
  readonly #flags: ExploreFlags
  readonly #now: () => number
  readonly #startMs: number
  readonly #progressMs: number
  #toldMs: number
  #runs = 0
  #events = 0
  #violations = 0

  constructor(flags: ExploreFlags, { now }: Session) {
    this.#flags = flags
    this.#now = now
    this.#startMs = now()
    this.#toldMs = this.#startMs
    this.#progressMs = flags.json === true ? 1000 : 250
  }

  /** What is to be told of a batch. */
  *add({ runs, events, findings }: ExploredBatch): Generator<ExploreEvent> {
    this.#runs += runs
    this.#events += events
    for (const finding of findings) {
      if (finding.violation !== undefined) this.#violations++
      if (finding.violation !== undefined || this.#flags.explore === 1) yield runEvent(finding)
    }
    const now = this.#now()
    if (now - this.#toldMs < this.#progressMs || this.#runs === this.#flags.explore) return
    this.#toldMs = now
    yield this.#progress(now)
  }

  summary(): ExploreSummary {
    const seconds = (this.#now() - this.#startMs) / 1000
    return {
      type: 'summary',
      interrupted: this.#runs < this.#flags.explore,
      runs: this.#runs,
      events: this.#events,
      violations: this.#violations,
      seconds,
      runsPerSecond: seconds > 0 ? this.#runs / seconds : 0,
    }
  }

  #progress(now: number): ExploreProgress {
    const runs = this.#flags.explore
    const runsPerSecond = (this.#runs / (now - this.#startMs)) * 1000
    const etaSeconds = (runs - this.#runs) / runsPerSecond
    return { type: 'progress', done: this.#runs, runs, violations: this.#violations, runsPerSecond, etaSeconds }
  }
}

function runEvent({ subject, violation, ...explored }: Exploration): ExploreRun {
  const { seed, peers, cycles, plan, recent, traceHash } = explored
  const replay = `hearsay simulate --explore 1 --seed ${seed} --protocol ${subject}`
  const told = { seed, peers, cycles, plan, recent, traceHash, replay }
  return { type: 'run', protocol: subject, ...told, violation: violation ?? null }
}
