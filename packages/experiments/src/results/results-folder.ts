import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigurationError, EnvironmentError } from '@hearsay/core'
import { canonicalJson } from './canonical-json.ts'
import { CellStore } from './cell-store.ts'
import { COMBINED } from './combined.ts'
import { parseManifestText } from './manifest-schema.ts'
import type { Manifest } from './manifest.ts'
import { removeLeftovers, replaceFile } from './partial.ts'
import { MANIFEST, notWritten } from './storage-errors.ts'

/**
 * The manifest of a folder, if there is one.
 *
 * @throws What {@link parseManifestText} throws; {@link EnvironmentError} `RESULTS_UNREADABLE`.
 */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, MANIFEST)
  try {
    return parseManifestText(await readFile(path, 'utf8'), path)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw cause
    throw new EnvironmentError('RESULTS_UNREADABLE', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

/**
 * Makes sure that results of an experiment may go into a folder: one that is not there, that is empty, or that holds
 * results of the same experiment in the same form. One that holds finished cells, but no manifest, is known by these.
 *
 * @throws {@link ConfigurationError} `RESULTS_OTHER`, `RESULTS_FOLDER`; what {@link readManifest} throws.
 */
export async function checkFolder(
  folder: string,
  { name, reduced }: Pick<Manifest['experiment'], 'name' | 'reduced'>,
): Promise<void> {
  const present = await readManifest(folder)
  if (present === undefined) return await checkEmpty(folder)
  const { experiment } = present
  if (experiment.name === name && experiment.reduced === reduced) return
  const form = (of: boolean): string => (of ? ' in its reduced form' : '')
  const problem = `${folder} holds results of ${experiment.name}${form(experiment.reduced)}, not of ${name}${form(reduced)}`
  throw new ConfigurationError('RESULTS_OTHER', `${problem}: choose another folder with --out`)
}

/**
 * Puts the manifest into a folder. One that says the same stays as it is: so processes that share out an experiment agree
 * on one. Cells that are there stay, whether the manifest names them or not.
 *
 * @param renew - Whether one that says the same is written anew, with the machine and the command of this run.
 * @throws What {@link checkFolder} throws; {@link EnvironmentError} `RESULTS_NOT_WRITTEN`.
 */
export async function claimFolder(folder: string, manifest: Manifest, renew: boolean = false): Promise<void> {
  await checkFolder(folder, manifest.experiment)
  const { folder: cells } = new CellStore(folder)
  try {
    await mkdir(cells, { recursive: true })
    await removeLeftovers(folder)
    await removeLeftovers(cells)
    const present = await readManifest(folder)
    if (!renew && present !== undefined && substance(present) === substance(manifest)) return
    await rm(join(folder, COMBINED), { force: true })
    await replaceFile(join(folder, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`)
  } catch (cause) {
    throw notWritten(folder, cause)
  }
}

/**
 * Removes all results from a folder of results. The manifest stays, so that the folder is still known for one, whatever
 * reports lie in it.
 *
 * @throws {@link EnvironmentError} `RESULTS_NOT_WRITTEN`.
 */
export async function clearFolder(folder: string): Promise<void> {
  const store = new CellStore(folder)
  try {
    for (const id of await store.ids()) await rm(join(store.folder, id), { recursive: true })
    await rm(join(folder, COMBINED), { force: true })
  } catch (cause) {
    throw notWritten(folder, cause)
  }
}

async function checkEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return []
    const reason = cause.code === 'ENOTDIR' ? 'it is a file' : cause.message
    throw new ConfigurationError('RESULTS_FOLDER', `${folder} is no folder for results: ${reason}`, { cause })
  })
  // A run that was killed at its start leaves these.
  if (names.every((name) => name === 'cells' || name.startsWith('.partial-'))) return
  const finished = await new CellStore(folder).ids()
  if (finished.size > 0) return
  const problem = `${folder} is not empty, and holds no results (${MANIFEST} is missing)`
  throw new ConfigurationError('RESULTS_FOLDER', `${problem}: choose another folder with --out`)
}

/** What two manifests must agree in to be of the same runs. */
function substance({ experiment, cells, code }: Manifest): string {
  const { file, ...rest } = experiment
  return canonicalJson([rest, file.text, cells, code.digest])
}
