import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { ConfigurationError, EnvironmentError, HearsayError } from '@hearsay/core'
import { Interruption } from '../interruption.ts'

/** A file to write. */
export interface NamedText {
  /** Without a folder. */
  readonly name: string
  readonly text: string
}

/** What {@link writeFolder} may replace. */
export interface WriteFolderOptions {
  /** Whether a folder with something in it is written to. */
  readonly force: boolean
  /** Names of files that an earlier run may have left: with `force`, they go. Other files stay. */
  readonly own: RegExp
}

/**
 * Writes files into a folder, all or none: they are written beside it first, and moved when the last one is complete.
 *
 * @throws {@link ConfigurationError} `FOLDER_NOT_EMPTY`; {@link EnvironmentError} `FOLDER_NOT_WRITTEN`; what `files`
 *   throws. In each case the folder is as it was.
 */
export async function writeFolder(
  folder: string,
  files: Iterable<NamedText>,
  options: WriteFolderOptions,
): Promise<void> {
  const target = resolve(folder)
  const staging = join(dirname(target), `.${process.pid}.hearsay-partial`)
  try {
    const present = await contents(target)
    if (present !== undefined && present.length > 0 && !options.force) throw notEmpty(folder)
    const created = await mkdir(dirname(target), { recursive: true })
    try {
      await mkdir(staging)
      for (const { name, text } of files) await writeFile(join(staging, name), text, { flag: 'wx' })
      await move(staging, target, present, options.own)
    } catch (error) {
      await rm(created ?? staging, { recursive: true, force: true })
      throw error
    }
  } catch (error) {
    if (error instanceof HearsayError || error instanceof Interruption) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new EnvironmentError('FOLDER_NOT_WRITTEN', `${folder} cannot be written: ${why}`, { cause: error })
  }
}

/** The names in a folder; undefined where there is none. */
async function contents(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function move(
  staging: string,
  target: string,
  present: readonly string[] | undefined,
  own: RegExp,
): Promise<void> {
  if (present === undefined) {
    await rename(staging, target)
    return
  }
  const complete = await readdir(staging)
  const stale = present.filter((name) => own.test(name) && !complete.includes(name))
  for (const name of complete) await rename(join(staging, name), join(target, name))
  for (const name of stale) await rm(join(target, name))
  await rm(staging, { recursive: true })
}

function notEmpty(folder: string): ConfigurationError {
  return new ConfigurationError(
    'FOLDER_NOT_EMPTY',
    `${folder} has something in it: choose another folder, or replace the files of an earlier split with --force`,
  )
}
