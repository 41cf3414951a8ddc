import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CodeVersion } from '../results/manifest.ts'
import { gitState } from './git-state.ts'

/** Parts of this package that decide a result. */
const PARTS = ['scenario', 'trial']

/**
 * Names the code that results follow from: a digest of all modules that decide one, as they are run, wherever they are
 * installed: those parts of this package, and all Hearsay packages that it depends on. Where the packages lie in a checkout of git, its commit is named too.
 */
export async function codeVersion(): Promise<CodeVersion> {
  const { version, dependencies } = manifest()
  const roots = packageRoots(Object.keys(dependencies).filter((name) => name.startsWith('@hearsay/')))
  const digest = createHash('sha256')
  for (const [name, folder] of roots) {
    for (const file of await modules(folder)) {
      digest.update(`${name}/${file}\0`).update(
        createHash('sha256')
          .update(await readFile(join(folder, file)))
          .digest(),
      )
    }
  }
  return { version, digest: digest.digest('hex'), ...(await gitState(roots.map(([, folder]) => dirname(folder)))) }
}

/** Name → folder of compiled modules; of this package, where it is not compiled, of its sources. */
function packageRoots(names: readonly string[]): (readonly [string, string])[] {
  const { resolve } = createRequire(import.meta.url)
  const others = names.map((name) => [name, join(dirname(resolve(`${name}/package.json`)), 'dist')] as const)
  const self = fileURLToPath(new URL('..', import.meta.url))
  return [...others, ...PARTS.map((part) => [part, join(self, part)] as const)].sort(([one], [other]) =>
    one < other ? -1 : 1,
  )
}

/** Of this package. */
function manifest(): { readonly version: string; readonly dependencies: Readonly<Record<string, string>> } {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
}

/** Paths of all modules below a folder, sorted, with `/` on every system. */
async function modules(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder, { recursive: true })
  return files
    .filter((file) => /\.(js|wasm)$/.test(file) || (file.endsWith('.ts') && !file.endsWith('.d.ts')))
    .map((file) => file.replaceAll(sep, '/'))
    .sort()
}
