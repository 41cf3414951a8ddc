import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { canonicalJson } from '../results/canonical-json.ts'

/** Modules that results follow from. */
export interface CodePart {
  readonly name: string
  /** All modules in it and below count. */
  readonly folder: string
  /** What these import of others: package → version. */
  readonly versions: Readonly<Record<string, string>>
}

/** Names code by what it says: where it lies, and what is no module, does not count. */
export async function codeDigest(parts: readonly CodePart[]): Promise<string> {
  const digest = createHash('sha256')
  for (const { name, folder, versions } of parts) {
    digest.update(`${name} ${canonicalJson(versions)}\0`)
    for (const file of await modules(folder)) {
      const content = await readFile(join(folder, file))
      digest.update(`${file}\0`).update(createHash('sha256').update(content).digest())
    }
  }
  return digest.digest('hex')
}

/** Paths of all modules below a folder, sorted, with `/` on every system. */
async function modules(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder, { recursive: true })
  return files
    .filter((file) => /\.(js|wasm)$/.test(file) || (file.endsWith('.ts') && !file.endsWith('.d.ts')))
    .map((file) => file.replaceAll(sep, '/'))
    .sort()
}
