import { DataFileError } from './data-file-error.ts'

/** Bytes that a file may have once it is decompressed: 1 GiB. */
export const DECOMPRESSED_BYTES_MAX: number = 2 ** 30

/** Whether a file is compressed with gzip. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b
}

/**
 * Decompresses a gzip file.
 *
 * @param source - What errors call the file.
 * @param bytesMax - Where it stops, so that a small file cannot fill the memory. Default 1 GiB.
 * @throws {@link DataFileError} `GZIP_CORRUPT`, `FILE_TOO_LARGE`.
 */
export function gunzip(
  bytes: Uint8Array,
  source = 'gzip',
  bytesMax: number = DECOMPRESSED_BYTES_MAX,
): Promise<Uint8Array> {
  return decompress(bytes, 'gzip', source, bytesMax)
}

/** Throws `GZIP_CORRUPT` or `ZIP_CORRUPT`, by the format, and `FILE_TOO_LARGE`. */
export async function decompress(
  bytes: Uint8Array,
  format: 'gzip' | 'deflate-raw',
  source: string,
  bytesMax: number,
): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream(format))
  const reader = stream.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      const code = format === 'gzip' ? 'GZIP_CORRUPT' : 'ZIP_CORRUPT'
      throw new DataFileError(code, { source }, 'the compressed data is damaged or cut off: get the file again', {
        cause,
      })
    })
    if (done) return concatenated(chunks, length)
    length += value.length
    if (length > bytesMax) {
      await reader.cancel().catch(() => {})
      throw new DataFileError('FILE_TOO_LARGE', { source }, `more than ${bytesMax} bytes when it is decompressed`)
    }
    chunks.push(value)
  }
}

function concatenated(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const result = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    result.set(chunk, at)
    at += chunk.length
  }
  return result
}
