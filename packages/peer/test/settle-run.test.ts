import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { expect, test } from 'vitest'
import type { Announcements } from '../src/announcements.ts'
import { peerNameOf } from '../src/identity.ts'
import { parseSignedManifest, signManifest } from '../src/manifest-envelope.ts'
import { settle, type SettlingOptions } from '../src/settle-run.ts'
import { VirtualClock } from '../src/virtual-clock.ts'
import { manifestOf } from './manifest-support.ts'

const [own, launcher, other] = (await Promise.all(
  [1, 2, 3].map((seed) => generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(seed))),
)) as [PrivateKey, PrivateKey, PrivateKey]

const rows = { load: () => Promise.reject(new Error('not loaded')), features: 2 }

/** A peer that has been in a run of `launcher`, and of which nobody tells it now. */
async function settling(options: Partial<SettlingOptions>) {
  const clock = new VirtualClock()
  const bytes = await signManifest(manifestOf(launcher, { startUnixMs: 0, cycles: 1000 }), launcher)
  const kept = await parseSignedManifest(bytes)
  const announced: Uint8Array[] = []
  const heard = Promise.withResolvers<unknown>()
  const announcements = {
    signed: kept,
    announceManifest: async (signed: Uint8Array): Promise<void> => {
      announced.push(signed)
      heard.resolve(undefined)
    },
    awaitManifest: async (signal: AbortSignal) => {
      signal.addEventListener('abort', () => heard.reject(signal.reason as Error))
      await heard.promise
    },
  } as unknown as Announcements
  const saved = { path: 'run.state', peer: peerNameOf(own), signed: kept, contacts: [], rows: 0, archive: bytes }
  const settled = settle({
    ...{ options: { rows, ...options }, state: { path: 'run.state', saved }, privateKey: own, announcements, clock },
  })
  settled.catch(() => {})
  return { clock, announced, settled, kept }
}

test.each([undefined, peerNameOf(launcher)])(
  'a peer that hears of no run goes on with its own: launcher %s',
  async (expectedLauncher) => {
    const { clock, announced, settled, kept } = await settling({ ...(expectedLauncher && { expectedLauncher }) })
    clock.run(2999)
    expect(announced).toEqual([])
    clock.run(3000)
    expect(announced).toEqual([kept.bytes])
    expect(await settled).toBe(kept)
  },
)

test('a run that it was in is not gone on with where another launcher’s is wanted', async () => {
  const expectedLauncher = peerNameOf(other)
  const { clock, announced, settled } = await settling({ expectedLauncher, joinDeadlineMs: 5000 })
  clock.run(5000)
  await expect(settled).rejects.toMatchObject({ code: 'NO_RUN' })
  expect(announced).toEqual([])
})

test('waiting for a run ends with the user’s patience', async () => {
  const patience = new AbortController()
  const { clock, announced, settled } = await settling({ signal: patience.signal })
  clock.run(1000)
  patience.abort(new Error('enough'))
  await expect(settled).rejects.toThrow('enough')
  clock.run(100_000)
  expect(announced).toEqual([])
})
