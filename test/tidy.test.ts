import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { allowedImports, layers, packageName } from '../scripts/lib/layers.mjs'
import { inRoot, packageFolders, readManifest, root } from '../scripts/lib/workspace.mjs'

// Style is a test: what neither the compiler nor the linter covers.

const folders: string[] = packageFolders().filter((folder) => folder.startsWith('packages'))
const withSources = [...folders, 'bench'].filter((folder) => existsSync(inRoot(folder, 'src')))
const publishable = folders.filter((folder) => readManifest(folder).private !== true)
const isOurs = (file: string): boolean => !/(^|\/)(node_modules|dist|\.cache|coverage)(\/|$)/.test(file)
const listed = (pattern: string): string[] => globSync(pattern, { cwd: root }).filter(isOurs).sort()
const workspaceNames = new Set([...layers, 'testkit'].map(packageName))
const workspaceOnly = (dependencies: object = {}): string[] =>
  Object.keys(dependencies).filter((name) => workspaceNames.has(name))

describe('import direction', () => {
  it('knows every package', () => {
    for (const folder of folders) expect([...layers, 'testkit']).toContain(path.basename(folder))
  })

  it.each(folders)('%s depends only on packages below it', (folder) => {
    const allowed = allowedImports(path.basename(folder)).map(packageName)
    for (const name of workspaceOnly(readManifest(folder).dependencies)) expect(allowed).toContain(name)
  })

  it.each(folders)('%s is built after what it depends on', (folder) => {
    const { references } = JSON.parse(readFileSync(inRoot(folder, 'tsconfig.json'), 'utf8'))
    const referenced = references.map((reference: { path: string }) => packageName(path.basename(reference.path)))
    expect(referenced.sort()).toEqual(workspaceOnly(readManifest(folder).dependencies).sort())
  })

  it('builds every package', () => {
    const { references } = JSON.parse(readFileSync(inRoot('tsconfig.json'), 'utf8'))
    const built = references.map((reference: { path: string }) => reference.path)
    for (const folder of withSources) expect(built).toContain(folder)
  })
})

describe('publishable packages', () => {
  it.each(publishable)('%s has the fields that all of them have', (folder) => {
    const manifest = readManifest(folder)
    expect(manifest).toMatchObject({
      name: packageName(path.basename(folder)),
      license: readManifest('.').license,
      type: 'module',
      repository: { directory: folder },
      exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
      files: expect.arrayContaining(['dist', 'README.md']),
    })
    expect(manifest.description).toMatch(/\.$/)
  })

  it.each(publishable)('%s explains itself', (folder) => {
    expect(readFileSync(inRoot(folder, 'README.md'), 'utf8')).toMatch(/^# .+\n[^]*```/)
  })
})

describe('tables of exports', () => {
  const tables = publishable
    .map((folder) => ({ folder, names: listedExports(readFileSync(inRoot(folder, 'README.md'), 'utf8')) }))
    .filter(({ names }) => names.length > 0)

  it.each(tables)('$folder exports what its README lists', ({ folder, names }) => {
    const sources = listed(`${folder}/src/**/{index,node,options}.ts`).map((file) => readFileSync(inRoot(file), 'utf8'))
    const exported = new Set(sources.join('\n').match(/\w+/g))
    expect(names.filter((name) => !exported.has(name))).toEqual([])
  })

  it('are read', () => {
    expect(tables.length).toBeGreaterThan(6)
    const table = '| `a` | b |\n\n| export | what it is |\n|---|---|\n| `c`, `d` of `@x/y` | `e` |\n\n| `f` | g |\n'
    expect(listedExports(table)).toEqual(['c', 'd'])
  })
})

describe('documents', () => {
  it.each(listed('**/*.md'))('%s mentions only what exists', (file) => {
    expect(missingPaths(readFileSync(inRoot(file), 'utf8'), path.dirname(file))).toEqual([])
  })

  it('finds what does not exist', () => {
    const text = 'See [there](./gone.md#top), [web](https://example.org), `docs/gone.md` and `packages/<name>/src`.'
    expect(missingPaths(text, 'packages')).toEqual(['./gone.md', 'docs/gone.md'])
  })

  it('accepts what exists, from the root or from the folder of the document', () => {
    const text = '[a](../../package.json), `packages/core/package.json`, `test/tidy.test.ts`, `bench/dist/main.js`'
    expect(missingPaths(text, 'packages/core')).toEqual([])
  })
})

/**
 * What stands in relative links and, as a path, in backticks, without what a command makes. A path in backticks may
 * start at the root or at the document's folder.
 */
function missingPaths(markdown: string, folder: string): string[] {
  const links = [...markdown.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target) && !existsSync(inRoot(folder, target)))
  const quoted = [...markdown.matchAll(/`((?:packages|bench|test|scripts|docs|datasets|experiments)\/[\w./-]*)`/g)]
    .map(([, target]) => target)
    .filter((target) => !/\/(dist|generated|node_modules)\b/.test(target))
    .filter((target) => !existsSync(inRoot(target)) && !existsSync(inRoot(folder, target)))
  return [...links, ...quoted]
}

/** The names in the first column of a table of exports. */
function listedExports(markdown: string): string[] {
  const [, table = ''] = /^\| export \| .*\n([^]*?)(?:\n\n|$(?![^]))/m.exec(markdown) ?? []
  const cells = table.split('\n').map((line) => line.split('|')[1] ?? '')
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name))
}
