import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The top of the clone. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/** @param {...string} segments */
export const inRoot = (...segments) => path.join(root, ...segments)

/** The Node that the install brings. Named by its file and not by `.bin`, which is a shell script on Windows. */
export const workspaceNode = inRoot('node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

/** Stamps live beside what they vouch for, so that `rm -rf node_modules` takes them along. */
export const stampFolder = inRoot('node_modules', '.cache', 'hearsay')

/** Pinned, so that npm answers from its cache once it has fetched it. */
export const pnpmVersion = '12.21.0'

/**
 * Folders with a package.json of their own: `packages/*`, `bench` and `test`.
 *
 * @returns {string[]} Paths below the root, sorted.
 */
export function packageFolders() {
  const packages = readdirSync(inRoot('packages')).map((name) => path.join('packages', name))
  return [...packages, 'bench', 'test'].filter((folder) => existsSync(inRoot(folder, 'package.json'))).sort()
}

/**
 * @param {string} folder - Path below the root.
 * @returns {any} The parsed package.json.
 */
export function readManifest(folder) {
  return JSON.parse(readFileSync(inRoot(folder, 'package.json'), 'utf8'))
}
