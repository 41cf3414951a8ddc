import { EnvironmentError, UsageError } from '@hearsay/core'
import type { RawDataset } from '@hearsay/datasets'
import type { PrivateKey } from '@libp2p/interface'
import type { Announcements } from './announcements.ts'
import type { Clock } from './clock.ts'
import { entropy } from './entropy.ts'
import { peerNameOf } from './identity.ts'
import type { NetworkSource } from './learning/network-source.ts'
import type { PeerNetwork } from './learning/network.ts'
import type { RowSource } from './learning/peer-rows.ts'
import { type SignedManifest, signManifest } from './manifest-envelope.ts'
import { manifestOf, type RunSettings } from './run-settings.ts'
import { launchedBefore, runOf, type RunState } from './state/run-state.ts'

/** Milliseconds after which a peer that has heard of no run goes on with the one that it has kept. */
const KEPT_RUN_MS = 3000

/** What a peer brings; as in `LearningPeerOptions`. */
export interface SettlingOptions {
  readonly rows: RawDataset | RowSource
  readonly model?: PeerNetwork | NetworkSource | undefined
  readonly run?: RunSettings
  readonly expectedLauncher?: string
  readonly joinDeadlineMs?: number
  readonly signal?: AbortSignal
}

/** Who looks for a run. */
export interface Settling {
  readonly options: SettlingOptions
  /** What the peer has kept. */
  readonly state: RunState | undefined
  readonly privateKey: PrivateKey
  readonly announcements: Announcements
  readonly clock: Clock
}

/** The run's manifest: one of this peer's, which it announces, or the first that it hears of. */
export async function settle(settling: Settling): Promise<SignedManifest> {
  const { options, announcements } = settling
  if (options.run !== undefined) await announcements.announceManifest(await launch(settling, options.run))
  await heard(settling)
  if (announcements.signed === undefined) throw new UsageError('NO_MANIFEST', 'the announcements hold no manifest')
  return announcements.signed
}

/** A new run's signed manifest, or that of the run which this peer has launched before. */
async function launch(
  { options: { rows, model }, state, privateKey, clock }: Settling,
  run: RunSettings,
): Promise<Uint8Array> {
  if ('load' in rows) throw new UsageError('ROWS', 'a peer that launches a run has its rows at hand')
  if (model !== undefined && 'load' in model)
    throw new UsageError('NETWORK', 'a peer that launches a run has its network at hand')
  const launcher = peerNameOf(privateKey)
  const common = { launcher, rows, unixNowMs: clock.unixNow(), network: model }
  const before =
    state &&
    launchedBefore(state, clock, (runId, startUnixMs) => manifestOf({ ...run, startUnixMs }, { ...common, runId }))
  if (before !== undefined) return before.bytes
  const runId = `run-${entropy().toString(36)}`
  return await signManifest(manifestOf(run, { ...common, runId }), privateKey)
}

/** @throws {@link EnvironmentError} `NO_RUN`; the signal's reason. */
async function heard({ options, state, announcements, clock }: Settling): Promise<void> {
  const waiting = new AbortController()
  const { joinDeadlineMs: deadlineMs = 60_000, expectedLauncher, signal } = options
  const reason = new EnvironmentError(
    'NO_RUN',
    `no run was heard of in ${deadlineMs / 1000} s: is a bootstrap peer up, and is its address right?`,
  )
  const cancel = clock.schedule(deadlineMs, () => waiting.abort(reason))
  // Where all whom the peer knew are gone, or too busy, it is in the run that it was in.
  const kept = state && runOf(state, clock)
  const isExpected = expectedLauncher === undefined || kept?.manifest.launcher === expectedLauncher
  const cancelKept = clock.schedule(KEPT_RUN_MS, () => {
    if (kept !== undefined && isExpected)
      announcements.announceManifest(kept.bytes).catch((error: Error) => waiting.abort(error))
  })
  try {
    await announcements.awaitManifest(
      AbortSignal.any(signal === undefined ? [waiting.signal] : [waiting.signal, signal]),
    )
  } finally {
    cancel()
    cancelKept()
  }
}
