import { UsageError } from '@hearsay/core'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { corrupt } from './storage-errors.ts'

/** What a column holds: integers ≥ 0 (INT64), numbers of any kind with NaN (DOUBLE), or texts (STRING). */
export type ColumnKind = 'count' | 'number' | 'text'

/** A row of a table: column → value. */
export type Row = Readonly<Record<string, number | string>>

/** Name → kind, in the order of the file. */
export type Columns<Of extends Row = Row> = Readonly<Record<keyof Of & string, ColumnKind>>

const TYPES = { count: 'INT64', number: 'DOUBLE', text: 'STRING' } as const

/**
 * A Parquet file of some rows. Equal rows give equal bytes.
 *
 * @throws {@link UsageError} `RESULT_VALUE` for a value that its column cannot hold.
 */
export function encodeTable(columns: Columns, rows: readonly Row[]): Uint8Array {
  const columnData = Object.entries(columns).map(([name, kind]) => ({
    ...{ name, type: TYPES[kind], nullable: false },
    // A dictionary does not tell 0 from −0.
    ...(kind === 'number' ? { encoding: 'PLAIN' as const } : {}),
    data: rows.map((row) => encoded(name, kind, row[name])),
  }))
  return new Uint8Array(parquetWriteBuffer({ columnData, createdBy: 'hearsay' }))
}

/**
 * Reads what {@link encodeTable} has written.
 *
 * @param path - What errors call it.
 * @throws {@link EnvironmentError} `RESULTS_CORRUPT`.
 */
export async function decodeTable(columns: Columns, bytes: Uint8Array, path: string): Promise<readonly Row[]> {
  const file = Uint8Array.from(bytes).buffer
  const objects = await readObjects(file).catch((cause: unknown) => {
    throw corrupt(path, 'is no Parquet file that can be read', cause)
  })
  const entries = Object.entries(columns)
  return objects.map((object) =>
    Object.fromEntries(entries.map(([name, kind]) => [name, decoded(name, kind, object, path)])),
  )
}

async function readObjects(file: ArrayBuffer): Promise<readonly Record<string, unknown>[]> {
  const metadata = parquetMetadata(file)
  return metadata.num_rows === 0n ? [] : await parquetReadObjects({ file, metadata })
}

function encoded(name: string, kind: ColumnKind, value: unknown): bigint | number | string {
  if (kind === 'count' && isCount(value)) return BigInt(value)
  if (kind === 'number' && typeof value === 'number') return value
  if (kind === 'text' && typeof value === 'string') return value
  const wanted = kind === 'count' ? 'an integer ≥ 0' : `a ${kind}`
  throw new UsageError('RESULT_VALUE', `${name} of a result must be ${wanted}, not ${String(value)}`)
}

function decoded(name: string, kind: ColumnKind, object: Record<string, unknown>, path: string): number | string {
  const value = object[name]
  if (kind === 'count' && typeof value === 'bigint' && isCount(Number(value))) return Number(value)
  if (kind === 'number' && typeof value === 'number') return value
  if (kind === 'text' && typeof value === 'string') return value
  throw corrupt(path, `has no good values in the column ${JSON.stringify(name)}`)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
