import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPair, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadOrCreateKey, peerNameOf } from '../src/identity.ts'

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'hearsay-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

describe('a key file', () => {
  it('is made at first, for its owner alone, and gives the same identity ever after', async () => {
    const path = join(await folder(), 'deep', 'down', 'peer.key')
    const made = await loadOrCreateKey(path)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(peerNameOf(await loadOrCreateKey(path))).toBe(peerNameOf(made))
    expect(peerNameOf(made)).toMatch(/^12D3KooW/)
  })

  it('is the same for all who make it at once, and leaves no draft', async () => {
    const home = await folder()
    const keys = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateKey(join(home, 'peer.key'))))
    expect(new Set(keys.map(peerNameOf)).size).toBe(1)
    expect(await readdir(home)).toEqual(['peer.key'])
  })

  it('is refused, and left alone, when it holds something else', async () => {
    const path = join(await folder(), 'peer.key')
    const secp = Buffer.from(privateKeyToProtobuf(await generateKeyPair('secp256k1'))).toString('base64')
    for (const content of ['', 'not base64!', 'AAAA', secp, 'A'.repeat(10_000)]) {
      await writeFile(path, content)
      await expect(loadOrCreateKey(path)).rejects.toMatchObject({ code: 'KEY_MALFORMED' })
      expect(await readFile(path, 'utf8')).toBe(content)
    }
  })

  it('is refused by name where its keys do not belong together', async () => {
    const path = join(await folder(), 'peer.key')
    await loadOrCreateKey(path)
    const key = Buffer.from(await readFile(path, 'latin1'), 'base64')
    for (const at of [key.length - 1, key.length - 40]) {
      await writeFile(path, Buffer.from(key.with(at, key[at] ^ 1)).toString('base64'))
      await expect(loadOrCreateKey(path)).rejects.toMatchObject({
        code: 'KEY_MALFORMED',
        message: expect.stringContaining(`${path} holds no key: it is damaged`) as string,
      })
    }
  })

  it('is an error of the environment when it cannot be read or made', async () => {
    const home = await folder()
    await expect(loadOrCreateKey(home)).rejects.toMatchObject({ code: 'KEY_FILE' })
    await writeFile(join(home, 'file'), '')
    await expect(loadOrCreateKey(join(home, 'file', 'peer.key'))).rejects.toMatchObject({ code: 'KEY_FILE' })
  })
})
