import { DataFileError } from '../../formats/data-file-error.ts'
import { readZip } from '../../formats/zip.ts'

/** Archives inside of archives that are looked into. */
const DEPTH_MAX = 3

/**
 * The file in a zip archive whose path is, or ends with, the given one, also in archives within it.
 *
 * @throws {@link DataFileError} `ZIP_MEMBER_MISSING`; what `readZip` throws.
 */
export async function extractMember(archive: Uint8Array, member: string, source: string): Promise<Uint8Array> {
  const found = await findMember(archive, member, source, DEPTH_MAX)
  if (found !== undefined) return found
  throw new DataFileError('ZIP_MEMBER_MISSING', { source }, `there is no ${member} in it: a new version was published`)
}

async function findMember(
  archive: Uint8Array,
  member: string,
  source: string,
  depth: number,
): Promise<Uint8Array | undefined> {
  const entries = readZip(archive, source)
  const own = entries.find(
    ({ path }) => path === member || path.endsWith(`/${member}`) || (member.startsWith('/') && path.endsWith(member)),
  )
  if (own !== undefined || depth === 0) return await own?.extract()
  for (const entry of entries) {
    if (!/\.zip$/i.test(entry.path)) continue
    const inner = await findMember(await entry.extract(), member, `${source}!${entry.path}`, depth - 1)
    if (inner !== undefined) return inner
  }
  return undefined
}
