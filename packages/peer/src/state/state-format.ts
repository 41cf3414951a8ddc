import { readFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { ConfigurationError } from '@hearsay/core'
import { z } from 'zod'

// A state file is: MAGIC, the length of the header as uint32, the header as JSON in UTF-8, the signed manifest of the run, the
// archive, and the CRC-32 of everything before it as uint32. Integers are little-endian; the archive has the byte order of the machine.

/** The first bytes. The line feed and the escape tell a file that was taken for text on its way. */
const MAGIC: Uint8Array = Buffer.from('hearsay peer state 1\r\n\u001a\n', 'latin1')
const WORD_BYTES = 4

/** What a file says of its state. */
export interface StateHeader {
  /** Of the code that has written it: another's state may be laid out differently. */
  readonly version: string
  readonly byteOrder: 'little' | 'big'
  /** The peer whose state it is. */
  readonly peer: string
  readonly manifestBytes: number
  readonly archiveBytes: number
  /** A digest of the rows that it was learned from, a uint32: the rows themselves are nowhere in the file. */
  readonly rows: number
  /** Full multiaddrs of peers that it knew. */
  readonly contacts: readonly string[]
}

/** A state as a file holds it. */
export interface StateParts {
  readonly header: StateHeader
  /** As `signManifest` returns it. */
  readonly manifest: Uint8Array
  readonly archive: Uint8Array
}

const count = z.int().min(0)
const schema: z.ZodType<StateHeader> = z.strictObject({
  version: z.string(),
  byteOrder: z.enum(['little', 'big']),
  peer: z.string(),
  manifestBytes: count,
  archiveBytes: count,
  rows: z.uint32(),
  contacts: z.array(z.string().max(1024)).max(256),
})

/** The pieces of a state file, in their order. */
export function formatState(
  { peer, contacts, rows }: Pick<StateHeader, 'peer' | 'contacts' | 'rows'>,
  manifest: Uint8Array,
  archive: readonly Uint8Array[],
): Uint8Array[] {
  const archiveBytes = archive.reduce((sum, { length }) => sum + length, 0)
  const header: StateHeader = {
    ...{ version: packageVersion(), byteOrder: byteOrder(), peer, contacts },
    ...{ manifestBytes: manifest.length, archiveBytes, rows },
  }
  const json = Buffer.from(JSON.stringify(header))
  const pieces = [MAGIC, uint32(json.length), json, manifest, ...archive]
  return [...pieces, uint32(pieces.reduce((sum, piece) => crc32(piece, sum), 0))]
}

/**
 * Reads a state file, all of it or nothing.
 *
 * @param path - For messages.
 * @throws {@link ConfigurationError} `STATE_FOREIGN`, `STATE_TRUNCATED`, `STATE_DAMAGED`, `STATE_VERSION`.
 */
export function parseState(path: string, file: Uint8Array): StateParts {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const start = MAGIC.length + WORD_BYTES
  if (!MAGIC.every((byte, at) => at >= file.length || file[at] === byte)) {
    throw refusal('FOREIGN', path, 'is no state of a peer: name another folder')
  }
  const jsonBytes = file.length < start ? 0 : view.getUint32(MAGIC.length, true)
  const end = file.length - WORD_BYTES
  if (file.length < start + WORD_BYTES || start + jsonBytes > end) throw truncated(path)
  const header = schema.safeParse(parseJson(file.subarray(start, start + jsonBytes))).data
  const contents = start + jsonBytes
  if (header !== undefined && contents + header.manifestBytes + header.archiveBytes > end) throw truncated(path)
  if (crc32(file.subarray(0, end)) !== view.getUint32(end, true)) {
    throw refusal('DAMAGED', path, 'is damaged, its checksum is wrong: remove it to begin anew')
  }
  if (header === undefined || contents + header.manifestBytes + header.archiveBytes !== end) {
    throw refusal('FOREIGN', path, 'is no state of a peer: name another folder')
  }
  if (header.version !== packageVersion() || header.byteOrder !== byteOrder()) {
    const written = `was written by version ${header.version} on a ${header.byteOrder}-endian machine`
    throw refusal(
      'VERSION',
      path,
      `${written}, and this is ${packageVersion()} on a ${byteOrder()}-endian one: remove it to begin anew`,
    )
  }
  const archive = contents + header.manifestBytes
  return { header, manifest: file.slice(contents, archive), archive: file.subarray(archive, end) }
}

function truncated(path: string): ConfigurationError {
  return refusal('TRUNCATED', path, 'is incomplete, its end is missing: remove it to begin anew')
}

/** @param problem - What is said of the file. */
export function refusal(code: string, path: string, problem: string): ConfigurationError {
  return new ConfigurationError(`STATE_${code}`, `${path} ${problem}`)
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(WORD_BYTES)
  new DataView(bytes.buffer).setUint32(0, value, true)
  return bytes
}

function byteOrder(): 'little' | 'big' {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 'little' : 'big'
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}
