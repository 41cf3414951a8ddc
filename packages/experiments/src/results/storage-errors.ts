import { basename, dirname } from 'node:path'
import { EnvironmentError, HearsayError } from '@hearsay/core'

/** What says which results lie in a folder. */
export const MANIFEST = 'manifest.json'

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your share of the disk is used up',
  EROFS: 'the disk is read-only',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  ENOTDIR: 'a part of that path is a file',
  EEXIST: 'there is a file of that name',
}

/** What a failed write of results is told as; errors of Hearsay stay what they are. */
export function notWritten(path: string, cause: unknown): HearsayError {
  if (cause instanceof HearsayError) return cause
  const { code = '', message } = cause as NodeJS.ErrnoException
  const why = `${path} cannot be written: ${REASONS[code] ?? message}`
  return new EnvironmentError('RESULTS_NOT_WRITTEN', `${why}; choose another folder with --out, or make room`, {
    cause,
  })
}

/** What a file of results that is not as it was written is told as. */
export function corrupt(path: string, problem: string, cause?: unknown): EnvironmentError {
  const [what, kept] =
    basename(path) === MANIFEST ? ['that file only', 'finished cells'] : [`the folder ${dirname(path)}`, 'other cells']
  const remedy = `delete ${what}, and run the experiment again: ${kept} are kept`
  return new EnvironmentError('RESULTS_CORRUPT', `${path} ${problem}; ${remedy}`, { cause })
}
