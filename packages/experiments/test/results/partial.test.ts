import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { CellStore } from '../../src/results/cell-store.ts'
import { removeLeftovers, replaceFile, withPartial } from '../../src/results/partial.ts'
import { temporaryFolder } from './folders.ts'
import { sampleResult } from './sample-results.ts'

/** A file or folder that was brought to the disk. */
interface Synced {
  readonly inode: number
  /** What `look` said before. */
  readonly seen: boolean
}

/** Keeps a book of what is brought to the disk. @param look - Whether the new content could be seen. */
async function watchDisk(look: () => boolean): Promise<readonly Synced[]> {
  const handle = await open(import.meta.filename)
  const type = Object.getPrototypeOf(handle) as FileHandle
  await handle.close()
  const synced: Synced[] = []
  const spy = vi.spyOn(type, 'sync').mockImplementation(async function (this: FileHandle) {
    synced.push({ inode: (await this.stat()).ino, seen: look() })
  })
  onTestFinished(() => spy.mockRestore())
  return synced
}

const inodeOf = (path: string): number => statSync(path).ino

// What a power cut leaves behind depends on the order of two things: bytes reach the disk, and names come to mean them.

describe('replaceFile', () => {
  it('brings the content to the disk before its name means it, and the name after that', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'a.json')
    writeFileSync(path, 'old')
    const synced = await watchDisk(() => readFileSync(path, 'utf8') === 'new')
    await replaceFile(path, 'new')
    expect(synced).toEqual([
      { inode: inodeOf(path), seen: false },
      { inode: inodeOf(folder), seen: true },
    ])
    expect(readdirSync(folder)).toEqual(['a.json'])
  })
})

describe('a cell', () => {
  it('is on the disk with all its files before it has its name', async () => {
    const store = new CellStore(temporaryFolder())
    const cell = join(store.folder, 'abcdefgh')
    const synced = await watchDisk(() => existsSync(cell))
    await store.write('abcdefgh', sampleResult(1))
    const before = synced.filter(({ seen }) => !seen).map(({ inode }) => inode)
    const parts = [cell, ...readdirSync(cell).map((name) => join(cell, name))]
    expect(before.toSorted()).toEqual(parts.map(inodeOf).toSorted())
    expect(synced.at(-1)).toEqual({ inode: inodeOf(store.folder), seen: true })
  })

  it('stays the first one that was stored', async () => {
    const store = new CellStore(temporaryFolder())
    await store.write('abcdefgh', sampleResult(1))
    await store.write('abcdefgh', sampleResult(2))
    expect(await store.read('abcdefgh')).toEqual({ result: sampleResult(1) })
    expect(readdirSync(store.folder)).toEqual(['abcdefgh'])
  })
})

describe('removeLeftovers', () => {
  it('leaves what this process is writing, and takes what it has given up', async () => {
    const folder = temporaryFolder()
    const name = await withPartial(folder, async (partial) => {
      mkdirSync(partial)
      await removeLeftovers(folder)
      expect(existsSync(partial)).toBe(true)
      return partial
    })
    expect(readdirSync(folder)).toEqual([])
    mkdirSync(name)
    await removeLeftovers(folder)
    expect(readdirSync(folder)).toEqual([])
  })

  it('has nothing to do after work that failed', async () => {
    const folder = temporaryFolder()
    const work = withPartial(folder, (partial) => {
      writeFileSync(partial, 'half')
      return Promise.reject(new Error('no more'))
    })
    await expect(work).rejects.toThrow('no more')
    expect(readdirSync(folder)).toEqual([])
  })
})
