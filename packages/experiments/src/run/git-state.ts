import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { CodeVersion } from '../results/manifest.ts'

const execute = promisify(execFile)

/**
 * The commit of the checkout that tracks some folders, and whether any of their files differ from it. Nothing where one of
 * them is not tracked, as in `node_modules`, or where there is no git.
 *
 * @param folders - Folders of packages: each has a `package.json`.
 */
export async function gitState(folders: readonly string[]): Promise<Pick<CodeVersion, 'commit' | 'dirty'>> {
  const [first] = folders
  const git = async (...words: readonly string[]): Promise<string> => {
    const { stdout } = await execute('git', ['-C', first, '--no-optional-locks', ...words], { windowsHide: true })
    return stdout.trim()
  }
  try {
    await git('ls-files', '--error-unmatch', '--', ...folders.map((folder) => join(folder, 'package.json')))
    const [commit, changes] = await Promise.all([
      git('rev-parse', 'HEAD'),
      git('status', '--porcelain', '--', ...folders),
    ])
    return { commit, dirty: changes !== '' }
  } catch {
    return {}
  }
}
