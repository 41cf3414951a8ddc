import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CodeVersion } from '../results/manifest.ts'
import { type CodePart, codeDigest } from './code-digest.ts'
import { gitState } from './git-state.ts'

/** Parts of this package that decide a result. */
const PARTS = ['scenario', 'trial']

const SCOPE = '@hearsay/'

/** Where this package lies. */
const SELF = fileURLToPath(new URL('../..', import.meta.url))

/** The part of a package's manifest that matters here. */
interface PackageManifest {
  readonly version: string
  /** Versions of what decides a result are exact. */
  readonly dependencies: Readonly<Record<string, string>>
}

/**
 * Names the code that results follow from: a digest of all modules that decide one, as they are run, wherever they are
 * installed: those parts of this package, and all Hearsay packages that it depends on, with the versions of the packages
 * of others that these depend on. Where the packages lie in a checkout of git, its commit is named too.
 */
export async function codeVersion(): Promise<CodeVersion> {
  const { version, dependencies } = manifestIn(SELF)
  const names = Object.keys(dependencies).filter((name) => name.startsWith(SCOPE))
  const folders = names.sort().map(folderOf)
  const digest = await codeDigest([...names.map((name, index) => packagePart(name, folders[index])), ...ownParts()])
  return { version, digest, ...(await gitState([SELF, ...folders])) }
}

function packagePart(name: string, folder: string): CodePart {
  const others = Object.entries(manifestIn(folder).dependencies).filter(([other]) => !other.startsWith(SCOPE))
  return { name, folder: join(folder, 'dist'), versions: Object.fromEntries(others) }
}

/** Compiled; or where this is not, as in tests, the sources. */
function ownParts(): CodePart[] {
  const own = fileURLToPath(new URL('..', import.meta.url))
  return PARTS.map((name) => ({ name, folder: join(own, name), versions: {} }))
}

function folderOf(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
}

function manifestIn(folder: string): PackageManifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
