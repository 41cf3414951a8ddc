import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** Every module that the main entry reaches by relative imports, and what else they import. */
function reach(entry: URL): { readonly files: Set<string>; readonly packages: Set<string>; readonly text: string } {
  const files = new Set<string>()
  const packages = new Set<string>()
  let text = ''
  const visit = (file: URL): void => {
    if (files.has(file.href)) return
    files.add(file.href)
    const source = readFileSync(file, 'utf8')
    text += source
    for (const [, specifier] of source.matchAll(/\bfrom '([^']+)'/g)) {
      if (specifier.startsWith('.')) visit(new URL(specifier, file))
      else packages.add(specifier)
    }
  }
  visit(entry)
  return { files, packages, text }
}

test('the main entry needs nothing of Node', () => {
  const { files, packages, text } = reach(new URL('../src/index.ts', import.meta.url))
  expect(files.size).toBeGreaterThan(10)
  expect([...packages].sort()).toEqual(['@hearsay/core', 'csv-parse/browser/esm/sync'])
  expect(text).not.toMatch(/\b(?:process|Buffer|NodeJS)\b/)
})

test('the entry for Node reaches Node', () => {
  const { packages } = reach(new URL('../src/node.ts', import.meta.url))
  expect(packages).toContain('node:fs/promises')
})
