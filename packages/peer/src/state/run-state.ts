import { isDeepStrictEqual } from 'node:util'
import type { ConfigurationError } from '@hearsay/core'
import type { Clock } from '../clock.ts'
import type { SignedManifest } from '../manifest-envelope.ts'
import type { ManifestHyperparameters, RunManifest } from '../manifest.ts'
import { refusal } from './state-format.ts'
import { readState, type SavedState } from './state-file.ts'

/** Where a peer keeps its state, and what it has kept so far. */
export interface RunState {
  readonly path: string
  readonly saved: SavedState | undefined
}

/**
 * Reads the state of a peer.
 *
 * @throws {@link ConfigurationError} `STATE_PEER` where it is another peer's; as {@link readState}.
 */
export async function openState(path: string, peer: string): Promise<RunState> {
  const saved = await readState(path)
  if (saved === undefined || saved.peer === peer) return { path, saved }
  throw refusal(
    'PEER',
    path,
    `is the state of the peer ${saved.peer}, and the key is that of ${peer}: name another folder`,
  )
}

/**
 * The run that a launcher goes on with: the one that it has launched, unless that is over; a run that is over makes room for another.
 *
 * @param manifestOf - What the peer would launch now, under a name and at a time.
 * @throws {@link ConfigurationError} `STATE_RUN` where the state is of a run of another peer, or with other settings.
 */
export function launchedBefore(
  { path, saved }: RunState,
  clock: Clock,
  manifestOf: (runId: string, startUnixMs: number) => RunManifest,
): SignedManifest | undefined {
  const signed = runOf({ path, saved }, clock)
  if (saved === undefined || signed === undefined) return undefined
  const { manifest } = signed
  if (manifest.launcher !== saved.peer) {
    throw taken(path, manifest, `and ${manifest.launcher} has launched it: join that one`)
  }
  const problem = difference(manifestOf(manifest.runId, manifest.startUnixMs), manifest)
  if (problem === undefined) return signed
  throw taken(path, manifest, `and this one differs in ${problem}: give it the same settings and rows`)
}

/** The run that a peer was in, unless it is over. */
export function runOf({ saved }: RunState, clock: Clock): SignedManifest | undefined {
  return saved === undefined || isOver(saved.signed.manifest, clock) ? undefined : saved.signed
}

/**
 * The state of a peer in a run, if it has one.
 *
 * @throws {@link ConfigurationError} `STATE_RUN` where the state is of another run that is not over.
 */
export function stateOf({ path, saved }: RunState, run: SignedManifest, clock: Clock): SavedState | undefined {
  if (saved === undefined || Buffer.compare(saved.signed.bytes, run.bytes) === 0) return saved
  const { manifest } = saved.signed
  if (isOver(manifest, clock)) return undefined
  throw taken(
    path,
    manifest,
    `and this is ${run.manifest.runId} of ${run.manifest.launcher}: join the one that it is of`,
  )
}

function isOver({ startUnixMs, cycles, periodMs }: RunManifest, clock: Clock): boolean {
  return clock.unixNow() >= startUnixMs + cycles * periodMs
}

function taken(path: string, { runId }: RunManifest, which: string): ConfigurationError {
  return refusal('RUN', path, `is of the run ${runId}, which is not over, ${which}, or name another folder`)
}

/** What people call the entries of a manifest. */
const NAMES: Record<keyof RunManifest, string> = {
  version: 'version',
  runId: 'name',
  protocol: 'method',
  federated: 'method, or settings of it',
  model: 'model, features or classes',
  hyperparameters: 'setting of learning',
  periodMs: 'period',
  cycles: 'number of cycles',
  startUnixMs: 'start',
  rowsMax: 'number of rows',
  rowNormMax: 'rows or scaling',
  viewSize: 'view size',
  aggregation: 'aggregation',
  scaling: 'rows or scaling',
  launcher: 'launcher',
}

/** In what two manifests differ first. */
function difference(one: RunManifest, other: RunManifest): string | undefined {
  const keys = Object.keys(NAMES) as (keyof RunManifest)[]
  const found = keys.find((key) => !isDeepStrictEqual(one[key], other[key]))
  if (found !== 'hyperparameters') return found && NAMES[found]
  return hyperparameter(one.hyperparameters, other.hyperparameters)
}

/** The first setting in which two runs learn otherwise: its own name is that of the option. */
function hyperparameter(one: ManifestHyperparameters, other: ManifestHyperparameters): string {
  const keys = Object.keys({ ...one, ...other }) as (keyof ManifestHyperparameters)[]
  return keys.find((key) => !isDeepStrictEqual(one[key], other[key])) ?? NAMES.hyperparameters
}
