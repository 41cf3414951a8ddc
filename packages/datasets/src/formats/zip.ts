import { crc32 } from './crc32.ts'
import { DataFileError } from './data-file-error.ts'
import { decompress, DECOMPRESSED_BYTES_MAX } from './decompress.ts'

/** One file in a zip archive. */
export interface ZipEntry {
  /** Path in the archive, with slashes. */
  readonly path: string
  /** Bytes when it is extracted. */
  readonly size: number
  /**
   * Extracts it, and verifies its length and CRC-32.
   *
   * @throws {@link DataFileError} `ZIP_CORRUPT`, `ZIP_UNSUPPORTED`, `FILE_TOO_LARGE`.
   */
  readonly extract: () => Promise<Uint8Array>
}

const END_BYTES = 22
const ENTRY_BYTES = 46
const LOCAL_BYTES = 30
const COMMENT_BYTES_MAX = 65_535
const ENCRYPTED = 1

/**
 * Lists the files of a zip archive: stored or deflated ones; no encryption, no zip64, one volume.
 *
 * @param source - What errors call the archive.
 * @throws {@link DataFileError} `ZIP_CORRUPT`, `ZIP_UNSUPPORTED`.
 */
export function readZip(bytes: Uint8Array, source = 'zip'): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = findEnd(view, source)
  const count = view.getUint16(end + 10, true)
  let at = view.getUint32(end + 16, true)
  if (count === 0xffff || at === 0xffffffff) throw unsupported(source, 'it is a zip64 archive')
  const entries: ZipEntry[] = []
  for (let index = 0; index < count; index++) {
    if (at + ENTRY_BYTES > end || view.getUint32(at, true) !== 0x02014b50) throw corrupt(source, at, 'no entry')
    const next =
      at + ENTRY_BYTES + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
    if (next > end) throw corrupt(source, at, 'an entry that is cut off')
    const entry = readEntry(bytes, view, at, source)
    if (!entry.path.endsWith('/')) entries.push(entry)
    at = next
  }
  return entries
}

function readEntry(bytes: Uint8Array, view: DataView, at: number, source: string): ZipEntry {
  const path = new TextDecoder().decode(
    bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + view.getUint16(at + 28, true)),
  )
  const size = view.getUint32(at + 24, true)
  return { path, size, extract: () => extract(bytes, view, at, `${source}!${path}`) }
}

async function extract(bytes: Uint8Array, view: DataView, at: number, source: string): Promise<Uint8Array> {
  const [flags, method, checksum] = [
    view.getUint16(at + 8, true),
    view.getUint16(at + 10, true),
    view.getUint32(at + 16, true),
  ]
  const [compressed, size, local] = [
    view.getUint32(at + 20, true),
    view.getUint32(at + 24, true),
    view.getUint32(at + 42, true),
  ]
  if ((flags & ENCRYPTED) !== 0) throw unsupported(source, 'it is encrypted')
  if (method !== 0 && method !== 8) throw unsupported(source, `it is compressed by method ${method}`)
  if (size > DECOMPRESSED_BYTES_MAX) {
    throw new DataFileError('FILE_TOO_LARGE', { source }, `${size} bytes are more than ${DECOMPRESSED_BYTES_MAX}`)
  }
  if (local + LOCAL_BYTES > bytes.length || view.getUint32(local, true) !== 0x04034b50)
    throw corrupt(source, local, 'no file')
  const start = local + LOCAL_BYTES + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
  if (start + compressed > bytes.length) throw corrupt(source, local, 'a file that is cut off')
  const data = bytes.subarray(start, start + compressed)
  const extracted = method === 0 ? data : await decompress(data, 'deflate-raw', source, size)
  if (extracted.length !== size || crc32(extracted) !== checksum)
    throw corrupt(source, local, 'a file that was altered')
  return extracted
}

/** The record at the end, behind which there is only a comment. */
function findEnd(view: DataView, source: string): number {
  const least = Math.max(0, view.byteLength - END_BYTES - COMMENT_BYTES_MAX)
  for (let at = view.byteLength - END_BYTES; at >= least; at--) {
    if (view.getUint32(at, true) === 0x06054b50 && at + END_BYTES + view.getUint16(at + 20, true) === view.byteLength) {
      return at
    }
  }
  throw new DataFileError('ZIP_CORRUPT', { source }, 'no zip archive, or its end is missing: get the file again')
}

function corrupt(source: string, offset: number, what: string): DataFileError {
  return new DataFileError('ZIP_CORRUPT', { source, offset }, `${what}: the archive is damaged, get it again`)
}

function unsupported(source: string, why: string): DataFileError {
  return new DataFileError('ZIP_UNSUPPORTED', { source }, `${why}: extract it with another program`)
}
