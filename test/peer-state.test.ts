import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { randomStream } from '@hearsay/core'
import { fitScaling, largestNorm, partition, type RawDataset, selectRows } from '@hearsay/datasets'
import { loadBuiltinDataset } from '@hearsay/datasets/node'
import {
  generateKey,
  type LearningPeer,
  type LearningPeerOptions,
  type Progress,
  type RunSettings,
  startLearningPeer,
} from '@hearsay/peer'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { HearsayProcess, type Line } from './hearsay-process.ts'
import { PATIENCE } from './patience.ts'

// Real sockets, files and processes: peers that are started again go on from the state that they have kept.

const PEERS = 4
const ROWS_PER_PEER = 100
const PERIOD_MS = 60

const split = await loadBuiltinDataset('spambase')
const scaling = fitScaling(split.train, 'standardise')
const shards = partition(split.train, PEERS, { kind: 'iid', seed: 2 })
  .map((rows) => rows.slice(0, ROWS_PER_PEER))
  .map((rows) => selectRows(split.train, rows))
const rowNormMax = largestNorm(split.train, scaling)
const SETTINGS: RunSettings = {
  ...{ scaling, rowsMax: ROWS_PER_PEER, rowNormMax, model: 'logistic', lambda: 1e-3, eta: 100 },
  ...{ periodMs: PERIOD_MS, cycles: 100_000 },
}
/** Rounds of FedAdam, whose moments are of the state. */
const FEDADAM: RunSettings = {
  ...SETTINGS,
  method: { algorithm: { kind: 'fedadam' }, roundMs: PERIOD_MS, deadlineMs: 4 * PERIOD_MS },
}

let folder: string
const peers: LearningPeer[] = []
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hearsay-state-'))
})
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.stop()))
})
afterAll(() => rm(folder, { recursive: true }))

async function startPeer(index: number, options: Partial<LearningPeerOptions>): Promise<LearningPeer> {
  const random = randomStream(4, index)
  const peer = await startLearningPeer({ rows: shards[index], heldOut: split.test, random, ...options })
  peers.push(peer)
  return peer
}

/** The first progress, now or later, that `accept` takes. */
async function progressOf(peer: LearningPeer, accept: (progress: Progress) => boolean): Promise<Progress> {
  for await (const progress of peer.progress()) if (accept(progress)) return progress
  throw new Error('the run ended without that')
}

/** A peer of a run by gossip that has learned something, and stopped. */
async function stoppedPeer(state: string): Promise<void> {
  const launcher = await startPeer(0, { run: SETTINGS, state })
  await startPeer(1, { bootstrap: launcher.addresses })
  await progressOf(launcher, ({ age }) => age > 3 * ROWS_PER_PEER)
  await launcher.stop()
}

describe('a peer that is started again with its state', () => {
  test('goes on with the model of the last complete round as the server, and its optimiser', async () => {
    const state = path.join(folder, 'server')
    const server = await startPeer(0, { run: FEDADAM, state })
    expect(server.isResumed).toBe(false)
    const bootstrap = server.addresses
    const clients = await Promise.all([1, 2, 3].map((index) => startPeer(index, { bootstrap })))
    const isTrained = ({ age }: Progress): boolean => age > 3 * ROWS_PER_PEER
    await Promise.all([server, ...clients].map((peer) => progressOf(peer, isTrained)))
    await server.stop()
    const { age, round = 0, error } = server.now
    const orphaned = await Promise.all(clients.map((client) => progressOf(client, (now) => now.serverLost === true)))
    // The same flags again: the run is the same, and the port is another.
    const again = await startPeer(0, { run: FEDADAM, state })
    expect([again.isResumed, again.name, again.manifest.runId]).toEqual([...[true, server.name, server.manifest.runId]])
    expect(again.now).toMatchObject({ age, error })
    expect(again.weights).toEqual(server.weights)
    const next = await progressOf(again, (now) => now.age > age)
    expect(next.round).toBeGreaterThan(round)
    expect(next.error).toBeLessThan((error ?? 1) + 0.05)
    const found = await Promise.all(clients.map((client) => progressOf(client, (now) => now.age > age)))
    for (const [index, client] of found.entries()) expect(client.round).toBeGreaterThan(orphaned[index].round ?? 0)
  })

  test('goes on with its models by gossip, launcher or not', async () => {
    const states = [0, 1].map((index) => path.join(folder, `gossip-${index}`))
    const launcher = await startPeer(0, { run: SETTINGS, state: states[0] })
    const [address] = launcher.addresses
    const joiner = await startPeer(1, { bootstrap: [address], state: states[1] })
    await Promise.all([launcher, joiner].map((peer) => progressOf(peer, ({ age }) => age > 3 * ROWS_PER_PEER)))
    await Promise.all([launcher.stop(), joiner.stop()])
    const listen = [address.slice(0, address.indexOf('/p2p/'))]
    const relaunched = await startPeer(0, { run: SETTINGS, state: states[0], listen })
    // Nobody else is there who could have changed it.
    expect([relaunched.manifest.runId, relaunched.now.age]).toEqual([launcher.manifest.runId, launcher.now.age])
    expect(relaunched.weights).toEqual(launcher.weights)
    // It finds the run by the peer that it knew.
    const again = await startPeer(1, { state: states[1] })
    expect([again.name, again.isResumed]).toEqual([joiner.name, true])
    const older = Math.max(launcher.now.age, joiner.now.age) + 3 * ROWS_PER_PEER
    await Promise.all([again, relaunched].map((peer) => progressOf(peer, ({ age }) => age > older)))
  })

  test('goes on by itself where nobody is left whom it knew', async () => {
    const state = path.join(folder, 'alone')
    const launcher = await startPeer(0, { run: SETTINGS })
    const joiner = await startPeer(1, { bootstrap: launcher.addresses, state })
    await progressOf(joiner, ({ age }) => age > 3 * ROWS_PER_PEER)
    await Promise.all([launcher.stop(), joiner.stop()])
    const again = await startPeer(1, { state })
    expect([again.manifest, again.now.age]).toEqual([joiner.manifest, joiner.now.age])
    expect(again.weights).toEqual(joiner.weights)
  })

  test('is refused a state that is not whole, and leaves it alone', async () => {
    const state = path.join(folder, 'broken')
    await stoppedPeer(state)
    const file = path.join(state, 'run.state')
    const whole = await readFile(file)
    const codeWith = async (bytes: Uint8Array): Promise<string> => {
      await writeFile(file, bytes)
      const error: unknown = await startPeer(0, { run: SETTINGS, state }).catch((thrown: unknown) => thrown)
      expect(await readFile(file)).toEqual(Buffer.from(bytes))
      return (error as { readonly code: string }).code
    }
    const flipped = (at: number): Uint8Array => whole.with(at, whole[at] ^ 1)
    expect(await codeWith(whole.subarray(0, -9))).toBe('STATE_TRUNCATED')
    expect(await codeWith(whole.subarray(0, 20))).toMatch(/STATE_TRUNCATED|STATE_FOREIGN/)
    expect(await codeWith(new Uint8Array(0))).toBe('STATE_TRUNCATED')
    expect(await codeWith(Buffer.from('weights,age\n1,2\n'))).toBe('STATE_FOREIGN')
    expect(await codeWith(flipped(whole.length - 100))).toBe('STATE_DAMAGED')
    expect(await codeWith(flipped(whole.length - 1))).toBe('STATE_DAMAGED')
    await writeFile(file, whole)
    expect((await startPeer(0, { run: SETTINGS, state })).isResumed).toBe(true)
  })

  test('is refused the state of another run, of other settings, or of another peer', async () => {
    const state = path.join(folder, 'other')
    await stoppedPeer(state)
    const refused = (options: Partial<LearningPeerOptions>): Promise<LearningPeer> =>
      startPeer(0, { state, ...options })
    await expect(refused({ run: { ...SETTINGS, lambda: 0.5 } })).rejects.toMatchObject({
      code: 'STATE_RUN',
      message: expect.stringContaining(
        'and this one differs in lambda: give it the same settings and rows, or name another folder',
      ) as string,
    })
    const stranger = await startPeer(2, { run: SETTINGS })
    await expect(refused({ bootstrap: stranger.addresses, expectedLauncher: stranger.name })).rejects.toMatchObject({
      code: 'STATE_RUN',
      message: expect.stringContaining(`and this is ${stranger.manifest.runId}`) as string,
    })
    const key = await readFile(path.join(state, 'peer.key'))
    await rm(path.join(state, 'peer.key'))
    await expect(refused({ run: SETTINGS })).rejects.toMatchObject({ code: 'STATE_KEY' })
    expect(await readdir(state)).toEqual(['run.state'])
    const privateKey = await generateKey()
    await expect(refused({ run: SETTINGS, privateKey })).rejects.toMatchObject({ code: 'STATE_PEER' })
    await writeFile(path.join(state, 'peer.key'), key)
    expect((await refused({ run: SETTINGS })).isResumed).toBe(true)
  })

  test('is refused a state that was learned from other rows, launcher or not', async () => {
    const state = path.join(folder, 'rows')
    const launcher = await startPeer(0, { run: SETTINGS, state })
    const joined = path.join(folder, 'rows-joiner')
    const bootstrap = launcher.addresses
    await (await startPeer(1, { bootstrap, state: joined })).stop()
    const other = startPeer(1, { bootstrap, state: joined, rows: shards[2] })
    await expect(other).rejects.toMatchObject({ code: 'STATE_UNFIT' })
    expect((await startPeer(1, { bootstrap, state: joined })).isResumed).toBe(true)
    await launcher.stop()
    // The settings say all that the manifest says: only the state knows the rows.
    const relaunched = startPeer(0, { run: SETTINGS, state, rows: shards[2] })
    await expect(relaunched).rejects.toMatchObject({ code: 'STATE_UNFIT' })
  })

  test('has its folder alone', async () => {
    const state = path.join(folder, 'alone-there')
    const first = await startPeer(0, { run: SETTINGS, state })
    await expect(startPeer(1, { bootstrap: first.addresses, state })).rejects.toMatchObject({
      code: 'STATE_IN_USE',
      message: `the state folder ${state} is in use by process ${process.pid}: stop that, or name another folder`,
    })
    await first.stop()
    expect((await readdir(state)).toSorted()).toEqual(['peer.key', 'run.state'])
    expect((await startPeer(0, { run: SETTINGS, state })).isResumed).toBe(true)
  })

  test('begins another run where that of the state is over', async () => {
    const state = path.join(folder, 'over')
    const run: RunSettings = { ...SETTINGS, cycles: 3 }
    const first = await startPeer(0, { run, state })
    await first.finished
    await first.stop()
    const second = await startPeer(0, { run, state })
    expect(second.isResumed).toBe(false)
    expect(second.manifest.runId).not.toBe(first.manifest.runId)
    expect(second.name).toBe(first.name)
  })

  test('cannot start where its state cannot be kept', async () => {
    const file = path.join(folder, 'a file')
    await writeFile(file, '')
    await expect(startPeer(0, { run: SETTINGS, state: file })).rejects.toMatchObject({ code: 'STATE_FOLDER' })
    await expect(startPeer(0, { run: SETTINGS, state: '' })).rejects.toMatchObject({ code: 'STATE_FOLDER' })
  })
})

describe('hearsay peer --state', () => {
  test('a server that is killed in a round goes on after its last complete one', async () => {
    const files = await Promise.all(shards.map((rows, index) => writeCsv(`rows-${index}.csv`, rows)))
    const heldOut = await writeCsv('held-out.csv', split.test)
    const flags = (index: number): string[] => ['peer', '--data', files[index], '--label', 'kind', '--test', heldOut]
    const launch = (port: string): HearsayProcess =>
      new HearsayProcess(
        ...[...flags(0), '--method', 'fedavg', '--model', 'logistic', '--lambda', '0.001', '--eta', '100'],
        ...['--period', '50', '--round', '300', '--deadline', '1200', '--cycles', '100000'],
        ...['--state', path.join(folder, 'killed'), '--listen', `/ip4/127.0.0.1/tcp/${port}`],
      )
    const first = launch('0')
    const [address] = (await startOf(first))['addresses'] as string[]
    const second = launch('0')
    expect(await second.ended).toBe(3)
    expect(second.stderr).toContain(`is in use by process ${first.pid}: stop that, or name another folder`)
    const clients = [1, 2].map((index) => new HearsayProcess(...flags(index), '--bootstrap', address))
    const isTrained = ({ type, age }: Line): boolean => type === 'progress' && Number(age) > 3 * ROWS_PER_PEER
    await Promise.all(clients.map((client) => client.line(isTrained)))
    const before = await first.line(isTrained)
    // What is being written now may be older.
    for (let i = 0; i < 2; i++) await written(path.join(folder, 'killed', 'run.state'))
    first.signal('SIGKILL')
    await first.ended
    const lost = await Promise.all(clients.map((client) => client.line(({ serverLost }) => serverLost === true)))
    const again = launch(address.split('/')[4])
    const { resumed, addresses, run } = await startOf(again)
    expect([addresses, run]).toEqual([[address], (await startOf(first))['run']])
    const { age, round } = resumed as { readonly age: number; readonly round: number }
    // A round more than was told, or some: what is told once a second is of cycles.
    expect(age).toBeGreaterThanOrEqual(Number(before['age']))
    for (const client of lost) expect(age).toBeGreaterThanOrEqual(Number(client['age']) - 2 * ROWS_PER_PEER)
    const next = await again.line((line) => line.type === 'progress' && Number(line['age']) > age)
    expect(next['error']).toBeLessThan(Number(before['error']) + 0.05)
    expect(next['round']).toBeGreaterThan(round)
    for (const client of clients) {
      await client.line(({ type, age: own, serverLost }) => {
        return type === 'progress' && Number(own) > age && serverLost === undefined
      })
    }
  })
})

/** Resolves when the file has been written once more. */
async function written(file: string): Promise<void> {
  const { mtimeMs } = await stat(file)
  await vi.waitFor(async () => expect((await stat(file)).mtimeMs).toBeGreaterThan(mtimeMs), PATIENCE)
}

function startOf(peer: HearsayProcess): Promise<Line> {
  return peer.line(({ type }) => type === 'start')
}

async function writeCsv(
  name: string,
  { featureNames, classNames, features, labels, rows }: RawDataset,
): Promise<string> {
  const width = featureNames.length
  const lines = Array.from({ length: rows }, (_, row) => {
    return [...features.subarray(row * width, (row + 1) * width), classNames[labels[row]]].join(',')
  })
  const file = path.join(folder, name)
  await writeFile(file, `${[[...featureNames, 'kind'].join(','), ...lines].join('\n')}\n`)
  return file
}
