import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { inRoot, packageFolders, pnpmVersion, root, stampFolder } from './workspace.mjs'

/** Folders below a package that hold what a build makes, not what it reads. */
const MADE = new Set(['node_modules', 'dist', 'generated'])

/** @returns {string} A digest of all that decides what an install brings. */
export function installDigest() {
  const manifests = packageFolders().map((folder) => path.join(folder, 'package.json'))
  const files = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]
  return digest(files, [pnpmVersion, process.platform, process.arch])
}

/** @returns {string} A digest of all that decides what a build makes, the installed tools included. */
export function buildDigest() {
  const sources = ['packages', 'bench'].flatMap((folder) => listFiles(folder)).filter(isSource)
  return digest(['tsconfig.base.json', 'tsconfig.json', ...sources], [installDigest()])
}

/**
 * @param {string} name
 * @param {string} value
 */
export const isStamped = (name, value) => readIfPresent(path.join(stampFolder, name)) === value

/**
 * @param {string} name
 * @param {string} value
 */
export function writeStamp(name, value) {
  mkdirSync(stampFolder, { recursive: true })
  writeFileSync(path.join(stampFolder, name), value)
}

/** @param {string} name */
export const removeStamp = (name) => rmSync(path.join(stampFolder, name), { force: true })

/** @param {string} file */
function isSource(file) {
  const [, second, third] = file.split(path.sep)
  const folder = file.startsWith('bench') ? second : third
  return folder === 'src' || folder === 'assembly' || folder === 'scripts' || /\.(ts|json)$/.test(path.basename(file))
}

/**
 * @param {string} folder - Path below the root.
 * @returns {string[]} All files below it, but for what is made and for tests.
 */
function listFiles(folder) {
  if (!existsSync(inRoot(folder))) return []
  return readdirSync(inRoot(folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) return MADE.has(entry.name) || entry.name === 'test' ? [] : listFiles(file)
    return entry.name.endsWith('.tsbuildinfo') ? [] : [file]
  })
}

/**
 * @param {string[]} files - Paths below the root.
 * @param {string[]} facts
 */
function digest(files, facts) {
  const hash = createHash('sha256')
  for (const file of files.sort())
    hash
      .update(`${file}\0`)
      .update(readIfPresent(path.join(root, file)) ?? '')
      .update('\0')
  return hash.update(facts.join('\0')).digest('hex')
}

/** @param {string} file */
function readIfPresent(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}
