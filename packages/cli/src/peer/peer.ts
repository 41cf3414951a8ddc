import { crc32 } from 'node:zlib'
import { ConfigurationError, EnvironmentError, randomStream, RemoteError } from '@hearsay/core'
import { hearsayCommand } from '@hearsay/experiments'
import {
  type LearningPeer,
  type LearningPeerOptions,
  loadOrCreateKey,
  loadStateKey,
  peerNameOf,
  startLearningPeer,
} from '@hearsay/peer'
import { PEER_DEFAULTS, type PeerFlags } from './peer-flags.ts'
import { ExitCode, exitCodeOf } from '../exit-code.ts'
import { writeJsonLine } from '../output/json-lines.ts'
import type { Session } from '../session.ts'
import { checkLogFile, openLogFile } from '../swarm/log-file.ts'
import type { PeerEvent, PeerStart } from './events.ts'
import { mlpSettingsOf, mlpTaskOf, wantsMlp } from '../swarm/mlp/mlp-flags.ts'
import { networkName, networkOfRun, openMlp } from './peer-network.ts'
import { OwnRows, parsePeerFiles } from './peer-rows.ts'
import { PeerReport } from './peer-report.ts'
import { PeerText } from './peer-text.ts'
import { RUN_FLAG_NAMES, type RunFlags, runSettingsOf } from './run-flags.ts'

/** Milliseconds between two lines of progress. */
const PROGRESS_MS = 1000

/** `hearsay peer`. Returns the exit code. */
export async function peer(flags: PeerFlags, session: Session): Promise<number> {
  const startedMs = session.now()
  const files = parsePeerFiles(flags)
  const identity = await identityOf(flags)
  const rows = new OwnRows(files, identity.seed)
  const learner = await start(await peerOptions(flags, rows, identity, session))
  const text = flags.json === true ? undefined : new PeerText(session, joinHint(flags))
  const tell = (event: PeerEvent): void =>
    text === undefined ? writeJsonLine(session.stdout, event) : text.tell(event)
  try {
    refuseOver(learner, flags)
    const report = new PeerReport(learner)
    tell(startEvent(learner, flags, rows.testRows))
    const isOver = await follow(learner, report, session, tell)
    const last = isOver ? await learner.finished : await leave(learner)
    tell(report.summary(last, { interrupted: !isOver, seconds: (session.now() - startedMs) / 1000 }))
    if (!isOver) return exitCodeOf(session.signal.reason)
    if (flags.stay === true) await aborted(session.signal)
    return ExitCode.done
  } finally {
    await learner.stop()
  }
}

async function peerOptions(
  flags: PeerFlags,
  rows: OwnRows,
  { seed, privateKey }: Identity,
  { signal }: Session,
): Promise<LearningPeerOptions> {
  const { bootstrap, state, log, listen, announce, launcher, network, joinTimeout, backend } = flags
  if (bootstrap === undefined && launcher !== undefined) throw wrong('--launcher goes with --bootstrap')
  if (bootstrap !== undefined) refuseRunFlags(flags)
  if (log !== undefined) await checkLogFile(log)
  const role =
    bootstrap === undefined
      ? await launchOptions(flags, rows)
      : { rows: await rows.forRun(), bootstrap, model: networkOfRun(backend ?? 'auto') }
  return {
    ...{ ...role, network, signal, random: randomStream(seed), joinDeadlineMs: joinTimeout * 1000 },
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(state === undefined ? {} : { state }),
    ...(listen === undefined ? {} : { listen }),
    ...(announce === undefined ? {} : { announce }),
    ...(launcher === undefined ? {} : { expectedLauncher: launcher }),
    ...(log === undefined ? {} : { log: openLogFile(log)({}) }),
  }
}

async function launchOptions(
  flags: PeerFlags,
  rows: OwnRows,
): Promise<Pick<LearningPeerOptions, 'rows' | 'heldOut' | 'run' | 'model'>> {
  const isMlp = wantsMlp(flags)
  const run = isMlp ? mlpSettingsOf(flags, PEER_DEFAULTS) : runSettingsOf(flags, PEER_DEFAULTS)
  const own = await rows.read(flags.classes)
  if (!isMlp) return { ...own, run }
  const { featureNames, classNames } = own.rows
  const model = await openMlp(mlpTaskOf(flags, { features: featureNames.length, classes: classNames.length }))
  return { ...own, run, model }
}

/** What tells a peer from others. */
interface Identity {
  readonly seed: number
  readonly privateKey: LearningPeerOptions['privateKey']
}

/** A peer that keeps its state has the same key and, unless it is told another, the same seed every time. */
async function identityOf(flags: PeerFlags): Promise<Identity> {
  const { seed, state } = flags
  const privateKey = await keyOf(flags)
  const isKept = privateKey !== undefined && state !== undefined
  return { seed: seed ?? (isKept ? crc32(peerNameOf(privateKey)) : randomSeed()), privateKey }
}

async function keyOf({ key, state }: PeerFlags): Promise<Identity['privateKey']> {
  if (key !== undefined) return await loadOrCreateKey(key)
  return state === undefined ? undefined : await loadStateKey(state)
}

/** @throws {@link ConfigurationError} `RUN_FLAGS` where a peer that joins a run wants to decide on it. */
function refuseRunFlags(flags: PeerFlags): void {
  const names = Object.entries(RUN_FLAG_NAMES).flatMap(([key, name]) =>
    flags[key as keyof RunFlags] === undefined ? [] : [name],
  )
  if (flags.classes !== undefined) names.push('--classes')
  if (flags.hidden !== undefined) names.push('--hidden')
  if (names.length === 0) return
  throw new ConfigurationError('RUN_FLAGS', `with --bootstrap, the run decides: leave out ${names.join(', ')}`)
}

/** What does not fit the run is, to this peer's user, a wrong file or flag. */
async function start(options: LearningPeerOptions): Promise<LearningPeer> {
  try {
    return await startLearningPeer(options)
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error
    throw new ConfigurationError(error.code, error.message, { cause: error })
  }
}

/** @throws {@link EnvironmentError} `RUN_OVER`. */
function refuseOver({ manifest }: LearningPeer, { stay }: PeerFlags): void {
  const endUnixMs = manifest.startUnixMs + manifest.cycles * manifest.periodMs
  const agoS = (Date.now() - endUnixMs) / 1000
  if (agoS < 0 || stay === true) return
  throw new EnvironmentError(
    'RUN_OVER',
    `the run ${manifest.runId} was over ${agoS.toFixed(0)} s ago: launch another one, or take part as it is with --stay`,
  )
}

/** Tells progress until the run is over (true) or the user wants to leave (false). */
async function follow(
  learner: LearningPeer,
  report: PeerReport,
  { signal, now }: Session,
  tell: (event: PeerEvent) => void,
): Promise<boolean> {
  let isOver = false
  let dueMs = Number.NEGATIVE_INFINITY
  const reading = (async () => {
    for await (const progress of learner.progress()) {
      isOver ||= progress.final === true && !signal.aborted
      if (signal.aborted) return
      if (now() < dueMs && progress.final !== true) continue
      dueMs = now() + PROGRESS_MS
      tell(report.progress(progress))
    }
  })()
  await Promise.race([reading, aborted(signal)])
  return isOver
}

async function leave(learner: LearningPeer): Promise<Awaited<LearningPeer['finished']>> {
  await learner.stop()
  return await learner.finished
}

function startEvent(learner: LearningPeer, flags: PeerFlags, testRows: number): PeerStart {
  const { name, addresses, manifest, now, isResumed, backend } = learner
  const { model, hyperparameters, periodMs, cycles, runId, launcher, federated } = manifest
  return {
    type: 'start',
    role: flags.bootstrap === undefined ? 'launcher' : 'joiner',
    ...(isResumed ? { resumed: { age: now.age, ...(now.round === undefined ? {} : { round: now.round }) } } : {}),
    method: federated?.algorithm.kind ?? 'gossip',
    ...{ peer: name, addresses, network: flags.network, run: runId, launcher, periodMs, cycles },
    ...{ rows: now.rows ?? 0, testRows },
    ...{ model: networkName(manifest), features: model.features, classes: model.classNames },
    ...(backend === undefined ? { lambda: hyperparameters.lambda } : { backend: backend.why }),
  }
}

/** How others join, as it is typed here. */
function joinHint({ label, network }: PeerFlags): string {
  const named = network === 'default' ? '' : ` --network ${network}`
  return `${hearsayCommand()} peer --data FILE --label ${label ?? 'COLUMN'}${named}`
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]
}

function wrong(message: string): ConfigurationError {
  return new ConfigurationError('FLAGS', message)
}
