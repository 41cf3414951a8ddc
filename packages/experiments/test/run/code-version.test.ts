import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { type CodePart, codeDigest } from '../../src/run/code-digest.ts'
import { codeVersion } from '../../src/run/code-version.ts'
import { gitState } from '../../src/run/git-state.ts'
import { temporaryFolder } from '../results/folders.ts'

vi.mock(import('../../src/run/code-digest.ts'), async (original) => ({
  codeDigest: vi.fn<typeof codeDigest>((await original()).codeDigest),
}))
vi.mock(import('../../src/run/git-state.ts'), async (original) => ({
  gitState: vi.fn<typeof gitState>((await original()).gitState),
}))

/** Those whose modules decide results, beside this one. */
const PACKAGES = 'core datasets federated kernels learning protocols simulator tfjs'
  .split(' ')
  .map((name) => `@hearsay/${name}`)

describe('codeDigest', () => {
  it('follows from modules and from versions of what they import, not from where they lie', async () => {
    const part = (changes: Readonly<Record<string, string>> = {}, versions = { other: '1.0.0' }): CodePart => {
      const folder = temporaryFolder()
      mkdirSync(join(folder, 'inner'))
      const files = { 'a.js': 'a', 'inner/b.wasm': 'b', 'inner/c.ts': 'c', 'a.d.ts': 'types', ...changes }
      for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
      return { name: 'part', folder, versions }
    }
    const digest = await codeDigest([part()])
    expect(digest).toMatch(/^[0-9a-f]{64}$/)
    expect(await codeDigest([part({ 'a.d.ts': 'other types', 'README.md': 'words' })])).toBe(digest)
    const others = [
      [part({ 'a.js': 'A' })],
      [part({ 'inner/b.wasm': 'B' })],
      [part({ 'inner/c.ts': 'C' })],
      [part({ 'd.js': '' })],
      [part({}, { other: '1.0.1' })],
      [{ ...part(), name: 'other' }],
      [part(), part()],
    ]
    const digests = await Promise.all(others.map(codeDigest))
    expect(new Set([digest, ...digests]).size).toBe(8)
  })
})

describe('codeVersion', () => {
  it('is always the same', async () => {
    const [one, other] = await Promise.all([codeVersion(), codeVersion()])
    expect(one).toEqual(other)
    expect(one).toMatchObject({
      version: expect.stringMatching(/^\d/),
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it('follows from scenarios, trials, and all packages that decide a result, with the versions of TensorFlow.js', async () => {
    await codeVersion()
    const parts = vi.mocked(codeDigest).mock.lastCall?.[0] ?? []
    expect(parts.map(({ name }) => name)).toEqual([...PACKAGES, 'scenario', 'trial'])
    const tfjs = parts.find(({ name }) => name === '@hearsay/tfjs')
    expect(tfjs?.versions).toMatchObject({ '@tensorflow/tfjs-core': expect.stringMatching(/^\d/) })
    expect(Object.keys(tfjs?.versions ?? {}).some((name) => name.startsWith('@hearsay/'))).toBe(false)
  })

  it('asks git about its own package and about all of these', async () => {
    const git = vi.mocked(gitState)
    git.mockResolvedValueOnce({ commit: 'a commit', dirty: true })
    expect(await codeVersion()).toMatchObject({ commit: 'a commit', dirty: true })
    const manifests = git.mock.lastCall?.[0].map((folder) => readFileSync(join(folder, 'package.json'), 'utf8')) ?? []
    const names = manifests.map((text) => (JSON.parse(text) as { readonly name: string }).name)
    expect(names.toSorted()).toEqual([...PACKAGES, '@hearsay/experiments'].toSorted())
  })
})

describe('gitState', () => {
  it('says of a checkout whether it has changes', async () => {
    const checkout = temporaryFolder()
    const git = (...words: readonly string[]): string =>
      execFileSync(
        'git',
        ['-C', checkout, '-c', 'user.name=x', '-c', 'user.email=x@y', '-c', 'commit.gpgsign=false', ...words],
        { encoding: 'utf8' },
      )
    const [one, other] = ['one', 'other'].map((name) => join(checkout, name))
    for (const folder of [one, other]) {
      mkdirSync(folder)
      writeFileSync(join(folder, 'package.json'), '{}')
    }
    git('init', '-q')
    git('add', 'one')
    git('commit', '-qm', 'One')
    const commit = git('rev-parse', 'HEAD').trim()
    expect(await gitState([one])).toEqual({ commit, dirty: false })
    expect(await gitState([one, other])).toEqual({})
    writeFileSync(join(one, 'new.ts'), '')
    expect(await gitState([one])).toEqual({ commit, dirty: true })
  })

  it('has no commit where git does not track the package', async () => {
    const folder = join(temporaryFolder(), 'node_modules', 'x')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{}')
    expect(await gitState([folder])).toEqual({})
    expect(await gitState([join(folder, 'gone')])).toEqual({})
  })
})
