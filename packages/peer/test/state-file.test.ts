import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import { type Archive, ConfigurationError, type Persistent } from '@hearsay/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateKey, peerNameOf } from '../src/identity.ts'
import { signManifest } from '../src/manifest-envelope.ts'
import { formatState, parseState } from '../src/state/state-format.ts'
import { readState, restoreState, writeState } from '../src/state/state-file.ts'
import { StateKeeper } from '../src/state/state-keeper.ts'
import { manifestOf } from './manifest-support.ts'

const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength })
const contents = fc.record({
  peer: fc.string(),
  contacts: fc.array(fc.string({ maxLength: 40 }), { maxLength: 5 }),
  rows: fc.nat(),
  manifest: bytes(60),
  archive: fc.array(bytes(30), { maxLength: 4 }),
})

function fileOf({ manifest, archive, ...header }: typeof contents extends fc.Arbitrary<infer T> ? T : never): Buffer {
  return Buffer.concat(formatState(header, manifest, archive))
}

/** A number and an array, which count how often they are visited. */
class Counted implements Persistent {
  visits = 0
  value = 0
  readonly values = new Float32Array(3)

  persist(archive: Archive): void {
    this.visits++
    this.value = archive.number(this.value)
    archive.array(this.values)
  }
}

let folder: string
let manifest: Uint8Array
let peer: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hearsay-state-'))
  const key = await generateKey()
  peer = peerNameOf(key)
  manifest = await signManifest(manifestOf(key), key)
})
afterAll(() => rm(folder, { recursive: true }))

function keeperOf(file: string, state: Persistent, failures: unknown[] = []): StateKeeper {
  return new StateKeeper({
    ...{ path: file, peer, rows: 5, manifest, state, contacts: () => ['/ip4/127.0.0.1/tcp/1/p2p/x'] },
    onFailure: (error) => failures.push(error),
  })
}

describe('the file of a state', () => {
  it('gives back what it was made of', () => {
    fc.assert(
      fc.property(contents, (made) => {
        const { header, manifest: signed, archive } = parseState('x', new Uint8Array(fileOf(made)))
        expect([header.peer, header.contacts, header.rows]).toEqual([made.peer, made.contacts, made.rows])
        expect(signed).toEqual(made.manifest)
        expect(Buffer.from(archive)).toEqual(Buffer.concat(made.archive))
      }),
    )
  })

  it('is refused where a byte is missing, too many, or another', () => {
    fc.assert(
      fc.property(contents, fc.nat(), fc.integer({ min: 1, max: 255 }), (made, at, change) => {
        const file = fileOf(made)
        const position = at % file.length
        const changed = Buffer.from(file)
        changed[position] ^= change
        for (const broken of [file.subarray(0, position), Buffer.concat([file, Buffer.of(change)]), changed]) {
          expect(() => parseState('x', broken)).toThrow(ConfigurationError)
        }
      }),
    )
  })

  it('is refused where another version, or another machine, has written it', () => {
    const file = fileOf({ peer: 'p', contacts: [], rows: 0, manifest: new Uint8Array(3), archive: [] })
    const rewritten = (from: string, to: string): Buffer => {
      const text = file.toString('latin1').replace(from, to)
      const changed = Buffer.from(text, 'latin1')
      changed.writeUInt32LE(crc32(changed.subarray(0, -4)), changed.length - 4)
      return changed
    }
    const version = /"version":"([^"]+)"/.exec(file.toString('latin1'))?.[1] ?? ''
    const older = version.replace(/^\d/, '9')
    expect(() => parseState('it', rewritten(version, older))).toThrow(`it was written by version ${older}`)
    expect(() => parseState('it', rewritten('"little"', '"big"   '))).toThrow('on a big-endian machine')
    expect(() => parseState('it', rewritten('"contacts"', '"contents"'))).toThrow('it is no state of a peer')
    expect(() => parseState('it', rewritten('state 1', 'state 2'))).toThrow('it is no state of a peer')
    expect(parseState('it', rewritten('"p"', '"q"')).header.peer).toBe('q')
  })

  it('holds nothing that anybody else may read, and leaves no draft behind', async () => {
    const file = path.join(folder, 'new', 'run.state')
    await writeState(file, [Buffer.from('a'), Buffer.from('b')])
    await writeState(file, [Buffer.from('second')])
    expect(await readFile(file, 'utf8')).toBe('second')
    expect(await readdir(path.dirname(file))).toEqual(['run.state'])
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const blocked = writeState(path.join(file, 'below'), [])
    await expect(blocked).rejects.toMatchObject({ code: 'STATE_NOT_WRITTEN' })
  })
})

describe('a state', () => {
  it('is restored whole, or not where it does not fit', async () => {
    const file = path.join(folder, 'run.state')
    const state = new Counted()
    state.value = 7
    state.values.set([1, 2, 3])
    await keeperOf(file, state).begin()
    const saved = await readState(file)
    if (saved === undefined) throw new Error('there is a file')
    expect([saved.peer, saved.contacts, saved.signed.manifest.launcher]).toEqual([
      ...[peer, ['/ip4/127.0.0.1/tcp/1/p2p/x'], peer],
    ])
    const restored = new Counted()
    restoreState(saved, restored)
    expect([restored.value, [...restored.values]]).toEqual([7, [1, 2, 3]])
    const shorter: Persistent = { persist: (archive) => void archive.number(0) }
    const other: Persistent = { persist: (archive) => archive.array(new Int32Array(2)) }
    const longer: Persistent = { persist: (archive) => [state, state].forEach((each) => each.persist(archive)) }
    for (const target of [shorter, other, longer]) {
      expect(() => restoreState(saved, target)).toThrow(expect.objectContaining({ code: 'STATE_UNFIT' }) as Error)
    }
    expect(await readState(path.join(folder, 'absent'))).toBeUndefined()
    await expect(readState(folder)).rejects.toMatchObject({ code: 'STATE_NOT_READ' })
  })

  it('is of no use without a manifest that its launcher has signed', async () => {
    const file = path.join(folder, 'forged')
    const forged = manifest.with(manifest.length - 1, manifest[manifest.length - 1] ^ 1)
    await writeFile(file, fileOf({ peer, contacts: [], rows: 0, manifest: forged, archive: [] }))
    await expect(readState(file)).rejects.toMatchObject({ code: 'STATE_FOREIGN' })
  })

  it('is written one at a time, and at last as it is', async () => {
    const file = path.join(folder, 'many')
    const state = new Counted()
    const keeper = keeperOf(file, state)
    for (let i = 1; i <= 100; i++) {
      state.value = i
      keeper.keep()
    }
    await keeper.settled()
    const saved = await readState(file)
    const restored = new Counted()
    if (saved !== undefined) restoreState(saved, restored)
    expect(restored.value).toBe(100)
    // The first, and one more for all that came while it was written.
    expect(state.visits).toBe(2)
    keeper.keep()
    await keeper.settled()
    expect(state.visits).toBe(3)
  })

  it('goes on being kept after a write that failed', async () => {
    const failures: unknown[] = []
    const file = path.join(folder, 'blocked', 'run.state')
    await writeFile(path.dirname(file), '')
    const keeper = keeperOf(file, new Counted(), failures)
    await expect(keeper.begin()).rejects.toMatchObject({ code: 'STATE_NOT_WRITTEN' })
    keeper.keep()
    await keeper.settled()
    expect(failures).toMatchObject([{ code: 'STATE_NOT_WRITTEN' }])
    await rm(path.dirname(file))
    keeper.keep()
    await keeper.settled()
    expect([(await readState(file))?.peer, failures.length]).toEqual([peer, 1])
  })
})
