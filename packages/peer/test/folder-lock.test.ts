import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeFolder } from '../src/files/make-folder.ts'
import { lockFolder } from '../src/state/folder-lock.ts'
import { loadStateKey, openFolder } from '../src/state/state-folder.ts'

let home: string
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'hearsay-lock-'))
})
afterAll(() => rm(home, { recursive: true }))

async function newFolder(): Promise<{ readonly folder: string; readonly file: string }> {
  const folder = await mkdtemp(path.join(home, 'state-'))
  return { folder, file: path.join(folder, 'peer.lock') }
}

describe('the lock of a state folder', () => {
  it.each(['', `${2 ** 30}\n`])('is of one, until it is released, whatever was left behind: %j', async (left) => {
    const { folder, file } = await newFolder()
    if (left !== '') await writeFile(file, left)
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)))
    const locks = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    expect(locks).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'STATE_IN_USE' })
    }
    await locks[0].release()
    expect(await readdir(folder)).toEqual([])
    const next = await lockFolder(folder)
    // The one that was released has no more to say.
    await locks[0].release()
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'STATE_IN_USE' })
    await next.release()
  })

  it('is taken over from a process that has ended, and from what is no lock', async () => {
    const { folder, file } = await newFolder()
    const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
    await once(child, 'exit')
    for (const left of [`${child.pid}\n`, `${child.pid} boot:1\n`, '', 'anything']) {
      await writeFile(file, left)
      const lock = await lockFolder(folder)
      expect(Number.parseInt(await readFile(file, 'latin1'))).toBe(process.pid)
      await lock.release()
    }
  })

  it('is held by a living process of which no more is known than its number', async () => {
    const { folder, file } = await newFolder()
    await writeFile(file, `${process.ppid}\n`)
    await expect(lockFolder(folder)).rejects.toThrow(`is in use by process ${process.ppid}`)
  })

  it.runIf(process.platform === 'linux')('is taken over where another process has its number now', async () => {
    const { folder, file } = await newFolder()
    await writeFile(file, `${process.ppid} another-boot:1\n`)
    await (await lockFolder(folder)).release()
    expect(await readdir(folder)).toEqual([])
  })
})

describe('a state folder', () => {
  it('is made with those above it, and is no file', async () => {
    const { folder, file } = await newFolder()
    const deep = path.join(folder, 'deep', 'down')
    await Promise.all([makeFolder(deep), makeFolder(deep), makeFolder(`${deep}/`)])
    expect((await stat(deep)).isDirectory()).toBe(true)
    await writeFile(file, '')
    await expect(openFolder(file)).rejects.toMatchObject({ code: 'STATE_FOLDER' })
    await expect(openFolder('')).rejects.toMatchObject({ code: 'STATE_FOLDER' })
    await expect(openFolder(path.join(file, 'below'))).rejects.toMatchObject({ code: 'STATE_NOT_WRITTEN' })
  })

  it.runIf(process.platform === 'linux')('is refused where the system lets nobody make any', async () => {
    await expect(openFolder('/proc/none/below')).rejects.toMatchObject({ code: 'STATE_NOT_WRITTEN' })
  })

  it('gets no new key where there is a state of another', async () => {
    const { folder } = await newFolder()
    await writeFile(path.join(folder, 'run.state'), 'x')
    await expect(loadStateKey(folder)).rejects.toMatchObject({ code: 'STATE_KEY' })
    expect(await readdir(folder)).toEqual(['run.state'])
  })
})
