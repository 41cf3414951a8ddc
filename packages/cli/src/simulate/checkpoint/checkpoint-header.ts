import { ConfigurationError } from '@hearsay/core'
import { z } from 'zod'
import { packageVersion } from '../../version.ts'

// A checkpoint is: MAGIC, the length of the header as uint32, the header as JSON in UTF-8, the archive, END, and the CRC-32
// of everything before it as uint32. Integers are little-endian; the archive has the byte order of the machine.

/** The first bytes. The line feed and the escape tell a file that was taken for text on its way. */
export const MAGIC: Uint8Array = Buffer.from('hearsay checkpoint 1\r\n\u001a\n', 'latin1')

/** The last bytes before the checksum. */
export const END: Uint8Array = Buffer.from('end.', 'latin1')

/** Bytes behind the archive. */
export const TRAILER_BYTES: number = END.length + 4

const HEADER_BYTES_MAX = 1 << 24

/** What a checkpoint says of its run. */
export interface CheckpointHeader {
  /** Of hearsay. */
  readonly version: string
  readonly byteOrder: 'little' | 'big'
  /** The command line of the run. */
  readonly arguments: readonly string[]
  /** Cycles that have been run. */
  readonly cycle: number
  /** Who computed: another backend rounds differently. */
  readonly backend: 'wasm-simd' | 'javascript'
  /** Of the options and the data that the command line stood for. */
  readonly fingerprint: string
}

const schema: z.ZodType<CheckpointHeader> = z.object({
  version: z.string(),
  byteOrder: z.enum(['little', 'big']),
  arguments: z.array(z.string()),
  cycle: z.number().int().min(0),
  backend: z.enum(['wasm-simd', 'javascript']),
  fingerprint: z.string(),
})

/** The bytes before the archive. */
export function formatHeader(header: CheckpointHeader): Uint8Array {
  const json = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  return Buffer.concat([MAGIC, length, json])
}

/**
 * Reads the bytes before the archive.
 *
 * @param read - Fills a buffer with the next bytes of the file.
 * @throws {@link ConfigurationError} `CHECKPOINT_FOREIGN`, `CHECKPOINT_VERSION`.
 */
export function readHeader(path: string, read: (target: Uint8Array) => void): CheckpointHeader {
  const length = Buffer.alloc(4)
  read(length)
  const bytes = length.readUInt32LE()
  if (bytes > HEADER_BYTES_MAX) throw foreign(path)
  const json = Buffer.alloc(bytes)
  read(json)
  const header = schema.safeParse(parseJson(json.toString())).data
  if (header === undefined) throw foreign(path)
  if (header.version !== packageVersion() || header.byteOrder !== byteOrder()) {
    throw new ConfigurationError(
      'CHECKPOINT_VERSION',
      `${path} is of hearsay ${header.version} on a ${header.byteOrder}-endian machine: a run goes on with the version ` +
        `that it was begun with, and this is ${packageVersion()} on a ${byteOrder()}-endian one`,
    )
  }
  return header
}

export function foreign(path: string): ConfigurationError {
  return new ConfigurationError(
    'CHECKPOINT_FOREIGN',
    `${path} is no checkpoint of hearsay: see hearsay simulate --help`,
  )
}

/** Of this machine. */
export function byteOrder(): 'little' | 'big' {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 'little' : 'big'
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
