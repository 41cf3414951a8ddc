import { access, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigurationError, EnvironmentError } from '@hearsay/core'
import type { PrivateKey } from '@libp2p/interface'
import { makeFolder } from '../files/make-folder.ts'
import { loadOrCreateKey } from '../identity.ts'

/** The file with what a peer has learned. */
export function stateFile(folder: string): string {
  return join(folder, 'run.state')
}

/**
 * Makes a folder for a peer's state, unless it is there.
 *
 * @throws {@link ConfigurationError} `STATE_FOLDER` for no name, and for that of a file; {@link EnvironmentError} `STATE_NOT_WRITTEN`.
 */
export async function openFolder(folder: string): Promise<void> {
  if (folder === '') throw new ConfigurationError('STATE_FOLDER', 'the state folder has no name: name a folder')
  const found = await stat(folder).catch(() => undefined)
  if (found?.isDirectory() === false) {
    throw new ConfigurationError('STATE_FOLDER', `${folder} is a file, and the state needs a folder: name another one`)
  }
  try {
    await makeFolder(folder)
  } catch (cause) {
    throw notWritten(folder, cause)
  }
}

/**
 * The key that a peer keeps in its state's folder, made where there is neither a key nor a state.
 *
 * @throws {@link ConfigurationError} `STATE_KEY` where there is a state without its key; as {@link openFolder} and {@link loadOrCreateKey}.
 */
export async function loadStateKey(folder: string): Promise<PrivateKey> {
  await openFolder(folder)
  const key = join(folder, 'peer.key')
  if (!(await exists(key)) && (await exists(stateFile(folder)))) {
    throw new ConfigurationError(
      'STATE_KEY',
      `${key} is missing, the key of the peer whose state is ${stateFile(folder)}: put it back, or name another folder`,
    )
  }
  return await loadOrCreateKey(key)
}

/** What is thrown where a folder's files cannot be made. */
export function notWritten(path: string, cause: unknown): EnvironmentError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new EnvironmentError('STATE_NOT_WRITTEN', `the peer's state ${path} cannot be written: ${why}`, { cause })
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}
