import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inRoot, workspaceNode } from '../scripts/lib/workspace.mjs'

// A rule that never fires looks like a rule that is kept: each is broken once here, in a copy of the configuration.

const planted: Record<string, readonly [file: string, source: string, rule: string]> = {
  'the wall clock': ['core/src/a.ts', 'export const now = Date.now()', 'no-restricted-globals'],
  'a date': ['kernels/src/a.ts', 'export const now = new Date()', 'no-restricted-globals'],
  'the clock by way of globalThis': [
    'core/src/b.ts',
    'export const f = globalThis.setTimeout',
    'no-restricted-globals',
  ],
  'the monotonic clock': ['learning/src/a.ts', 'export const now = performance.now()', 'no-restricted-globals'],
  'a timer': ['protocols/src/a.ts', 'setTimeout(() => undefined, 1)', 'no-restricted-globals'],
  'an interval': ['federated/src/a.ts', 'setInterval(() => undefined, 1)', 'no-restricted-globals'],
  'a microtask': ['simulator/src/a.ts', 'queueMicrotask(() => undefined)', 'no-restricted-globals'],
  'the environment': ['simulator/src/b.ts', 'export const home = process.env.HOME', 'no-restricted-globals'],
  'entropy from crypto': ['core/src/c.ts', 'export const id = crypto.randomUUID()', 'no-restricted-globals'],
  'entropy from Math': ['simulator/src/c.ts', 'export const x = Math.random()', 'no-restricted-properties'],
  'entropy taken out of Math': ['core/src/d.ts', 'export const { random } = Math', 'no-restricted-properties'],
  'a module of Node': ['kernels/src/b.ts', "import { readFile } from 'node:fs'\nreadFile", 'no-nodejs-modules'],
  'an import upwards': ['core/src/e.ts', "export { x } from '@hearsay/kernels'", 'no-restricted-imports'],
  'a type from above': ['learning/src/b.ts', "export type { X } from '@hearsay/peer'", 'no-restricted-imports'],
  'a lazy import upwards': ['peer/src/a.ts', "export const f = () => import('hearsay')", 'no-restricted-imports'],
  'a file of a package above': [
    'core/src/f.ts',
    "export { x } from '@hearsay/peer/dist/x.js'",
    'no-restricted-imports',
  ],
  'a neighbour by its path': ['peer/src/b.ts', "export { x } from '../../core/src/index.ts'", 'no-restricted-imports'],
  'the test helpers': ['peer/src/c.ts', "export { x } from '@hearsay/testkit'", 'no-restricted-imports'],
  'test helpers reaching up': ['testkit/src/a.ts', "export { x } from '@hearsay/simulator'", 'no-restricted-imports'],
  'a cycle': ['core/src/g.ts', "import type { H } from './h.ts'\nexport interface G { h: H }", 'no-cycle'],
  'a default export': ['peer/src/d.ts', 'export default 1', 'no-default-export'],
  'an untyped value': ['peer/src/e.ts', 'export const x: any = 1', 'no-explicit-any'],
  'a long file': ['peer/src/f.ts', 'export {}\n'.repeat(401), 'max-lines'],
  'a focused test': ['peer/test/a.test.ts', "import { it } from 'vitest'\nit.only('', () => {})", 'no-focused-tests'],
}

const permitted: Record<string, readonly [file: string, source: string]> = {
  'imports downwards': ['peer/src/y.ts', "export { x } from '@hearsay/core'\nexport { y } from '@hearsay/simulator'"],
  'the clock of a real peer': ['peer/src/z.ts', 'export const now = performance.now() + Date.now() * Math.random()'],
  'test helpers in a test': ['core/test/z.test.ts', "export { x } from '@hearsay/testkit'"],
}

const folder = mkdtempSync(path.join(tmpdir(), 'hearsay-lint-'))
let found: ReadonlyMap<string, readonly string[]>

beforeAll(() => {
  cpSync(inRoot('oxlint.config.ts'), path.join(folder, 'oxlint.config.ts'))
  cpSync(inRoot('scripts', 'lib', 'layers.mjs'), path.join(folder, 'scripts', 'lib', 'layers.mjs'), { recursive: true })
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}')
  mkdirSync(path.join(folder, 'node_modules'))
  symlinkSync(inRoot('node_modules', 'oxlint'), path.join(folder, 'node_modules', 'oxlint'), 'junction')
  plant('core/src/h.ts', "import type { G } from './g.ts'\nexport interface H { g: G }")
  for (const [file, source] of [...Object.values(planted), ...Object.values(permitted)]) plant(file, source)
  found = lint()
})

afterAll(() => rmSync(folder, { recursive: true }))

it.each(Object.entries(planted))('refuses %s', (_, [file, , rule]) => {
  expect(found.get(`packages/${file}`)).toContainEqual(expect.stringContaining(`(${rule})`))
})

it.each(Object.entries(permitted))('permits %s', (_, [file]) => {
  expect(found.get(`packages/${file}`)).toBeUndefined()
})

function plant(file: string, source: string): void {
  const target = path.join(folder, 'packages', file)
  mkdirSync(path.dirname(target), { recursive: true })
  writeFileSync(target, source)
}

/** The rules that each file breaks. */
function lint(): Map<string, string[]> {
  const rules = new Map<string, string[]>()
  for (const { filename, code } of JSON.parse(oxlint()).diagnostics) {
    rules.set(filename, [...(rules.get(filename) ?? []), code])
  }
  return rules
}

function oxlint(): string {
  try {
    const script = inRoot('node_modules', 'oxlint', 'bin', 'oxlint')
    execFileSync(workspaceNode, [script, '--format', 'json', 'packages'], { cwd: folder, encoding: 'utf8' })
    throw new Error('the linter found nothing')
  } catch (error) {
    // Its exit code says that it found something, which it must.
    if (error instanceof Error && 'stdout' in error && error.stdout) return String(error.stdout)
    throw error
  }
}
